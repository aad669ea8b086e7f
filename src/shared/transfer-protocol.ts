import { z } from 'zod'
import { transferActions, transferDetailSchema } from './domain.ts'
import { command, id, ids, outcomesSchema } from './image-protocol.ts'

/** What the page may ask about transfers, and do with them: the part of the protocol's one table that is about the queue. */

const nothing = z.strictObject({})

/** Where in the queue: one place up or down, or before all others that wait. */
export const queueMoves = ['up', 'down', 'front'] as const
export type QueueMove = (typeof queueMoves)[number]

export const transferCommands = {
  /** One action for one or many. What only waits is stopped first, so that nothing begins in the slot of what was just stopped. */
  'transfers.act': command(z.strictObject({ ids: ids.min(1), action: z.enum(transferActions) }), outcomesSchema),
  'transfers.pauseAll': command(nothing, nothing),
  'transfers.resumeAll': command(nothing, nothing),
  /** Takes what is over, and left nothing behind, out of the list. For a minute `bringBack` undoes it. */
  'transfers.clearDone': command(nothing, z.object({ ids: z.array(id) })),
  'transfers.bringBack': command(z.strictObject({ ids: ids.min(1) }), outcomesSchema),
  /** Moves transfers that wait, in the order that they have among themselves. */
  'transfers.move': command(z.strictObject({ ids: ids.min(1), to: z.enum(queueMoves) }), nothing),
  /** Bytes a second for each of them; null = no limit of its own. Takes effect at once, also while it runs. */
  'transfers.limit': command(z.strictObject({ ids: ids.min(1), speedLimit: z.number().int().min(1000).nullable() }), nothing),
  'transfers.detail': command(z.strictObject({ id }), transferDetailSchema),
  /** The receipt as pretty JSON, without tokens and passwords. */
  'transfers.receipt': command(z.strictObject({ id }), z.object({ fileName: z.string(), json: z.string() })),
} as const
