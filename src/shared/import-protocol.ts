import { z } from 'zod'
import { imageFieldsSchema, importTargetSchema } from './domain.ts'
import { command, id, ids } from './image-protocol.ts'
import { addressProblem } from './web-address.ts'

/** What the page may ask of imports: the part of the protocol's one table in which a cloud gets data by itself. */

const address = z.string().superRefine((text, context) => {
  const problem = addressProblem(text)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

const importItemSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('web-download'), uri: address, fields: imageFieldsSchema }),
  /** The id of an image in another region of the same cloud. Glance looks only at the form of a UUID. */
  z.strictObject({
    method: z.literal('glance-download'),
    region: z.string().min(1).max(255),
    imageId: z.uuid(),
    fields: imageFieldsSchema,
  }),
])

const started = z.object({ transferIds: z.array(id) })

export const importCommands = {
  /** One queue entry each. The cloud must offer the method: else `not-allowed`, and nothing is begun. */
  'imports.start': command(
    z.strictObject({ cloudId: id, items: z.array(importItemSchema).min(1).max(1000), target: importTargetSchema }),
    started,
  ),
  /** The cloud copies the data of images to further stores, as queue entries. Images that are in all of them already begin nothing. */
  'imports.copyToStores': command(z.strictObject({ cloudId: id, imageIds: ids.min(1), stores: z.array(id).min(1).max(100) }), started),
} as const
