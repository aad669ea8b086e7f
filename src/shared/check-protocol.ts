import { z } from 'zod'
import { digestPairSchema, sizePairSchema, verificationSchema } from './domain.ts'
import { errorShapeSchema } from './error-shape.ts'
import { command, id } from './image-protocol.ts'

/**
 * A check: a local file is read and compared with what the cloud says of an image now. It moves nothing and changes nothing, so it is not in
 * the queue and does not outlive the app; one of a transfer's file is noted in that transfer's log, and so in its receipt.
 */
export const checkStates = [
  /** Another check reads; one at a time, since they would only share the disk. */
  'waiting',
  /** A browser sends the file to the host. */
  'receiving',
  'reading',
  'done',
  'failed',
  'stopped',
] as const

export const checkSchema = z.object({
  id: z.string(),
  cloudId: z.string(),
  cloudName: z.string(),
  imageId: z.string(),
  imageName: z.string(),
  fileName: z.string(),
  /** The transfer whose file it is; null for a file that was chosen. */
  transferId: z.string().nullable(),
  state: z.enum(checkStates),
  bytesDone: z.number().int().nonnegative(),
  bytesTotal: z.number().int().nonnegative().nullable(),
  /** For `done`: how it came out, and both sides of it. */
  verification: verificationSchema.nullable(),
  sizes: sizePairSchema.nullable(),
  digests: z.array(digestPairSchema),
  error: errorShapeSchema.nullable(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
})
export type Check = z.infer<typeof checkSchema>

const nothing = z.strictObject({})

export const checkCommands = {
  /** Compares a chosen or dropped file with an image. In the web host the page then sends the body of a file that the browser has. */
  'checks.start': command(z.strictObject({ cloudId: id, imageId: id, fileId: id }), checkSchema),
  /** Compares the file of a finished transfer with the image as the cloud has it now. */
  'checks.ofTransfer': command(z.strictObject({ transferId: id }), checkSchema),
  'checks.stop': command(z.strictObject({ id }), nothing),
  /** Takes one that is over out of the list. */
  'checks.remove': command(z.strictObject({ id }), nothing),
} as const
