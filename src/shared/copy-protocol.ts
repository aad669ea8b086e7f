import { z } from 'zod'
import { findingSchema, imageFieldsSchema, leftOutSchema } from './domain.ts'
import { command, id, ids } from './image-protocol.ts'

/** What the page may ask about copies from one cloud to another: the part of the protocol's one table that is about them. */

const most = 1000

/** What one image would be over there. */
const copyPlanSchema = z.object({
  imageId: id,
  size: z.number().nullable(),
  /** As it would be made; a person may change it. Formats are '' where the image has none. */
  fields: z.object({ ...imageFieldsSchema.shape, diskFormat: z.string(), containerFormat: z.string() }),
  leftOut: z.array(leftOutSchema),
  /** One of severity `refuse` keeps it from being copied. */
  findings: z.array(findingSchema),
})

export type CopyPlan = z.infer<typeof copyPlanSchema>

const clouds = { fromCloudId: id, toCloudId: id }

export const copyCommands = {
  /** What would become of each image in the other cloud, and what speaks against it. Signs in to the target where needed; changes nothing. */
  'copies.plan': command(
    z.strictObject({ ...clouds, imageIds: ids.min(1).max(most) }),
    z.object({ images: z.array(copyPlanSchema), findings: z.array(findingSchema) }),
  ),
  'copies.start': command(
    z.strictObject({
      ...clouds,
      items: z
        .array(z.strictObject({ imageId: id, fields: imageFieldsSchema }))
        .min(1)
        .max(most),
    }),
    z.object({ transferIds: z.array(id) }),
  ),
} as const
