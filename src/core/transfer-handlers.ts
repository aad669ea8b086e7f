import { toErrorShape } from '../shared/errors.ts'
import type { Outcomes } from '../shared/image-protocol.ts'
import type { transferCommands } from '../shared/transfer-protocol.ts'
import type { Handlers } from './dispatch.ts'
import type { TransferQueue } from './transfers/queue.ts'
import { inBulkOrder } from './transfers/queue-order.ts'

/** The handlers of all that is asked of the queue. */
export function createTransferHandlers(queue: TransferQueue): Pick<Handlers, keyof typeof transferCommands> {
  return {
    'transfers.act': async ({ ids, action }) => {
      const outcomes = await forEach(inBulkOrder(queue.records(), ids, action), (id) => queue.act(id, action))
      const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    },
    'transfers.pauseAll': async () => {
      queue.pauseAll()
      return {}
    },
    'transfers.resumeAll': async () => {
      queue.resumeAll()
      return {}
    },
    'transfers.clearDone': async () => ({ ids: queue.clearDone() }),
    'transfers.bringBack': async ({ ids }) => await forEach(ids, async (id) => queue.bringBack(id)),
    'transfers.move': async ({ ids, to }) => {
      queue.move(ids, to)
      return {}
    },
    'transfers.limit': async ({ ids, speedLimit }) => {
      queue.limit(ids, speedLimit)
      return {}
    },
    'transfers.detail': async ({ id }) => queue.detail(id),
    'transfers.receipt': async ({ id }) => queue.receipt(id),
  }
}

/** Does it to one after the other and says what became of each. */
async function forEach(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<Outcomes> {
  const outcomes: Outcomes = []
  for (const id of ids) {
    const error = await work(id).then(
      () => null,
      (thrown: unknown) => toErrorShape(thrown),
    )
    outcomes.push({ id, error })
  }
  return outcomes
}
