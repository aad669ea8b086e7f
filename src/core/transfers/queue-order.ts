import type { TransferAction } from '../../shared/domain.ts'
import type { QueueMove } from '../../shared/transfer-protocol.ts'
import { isActive, isEnded } from './machine.ts'
import type { TransferRecord } from './record.ts'

type Placed = Pick<TransferRecord, 'id' | 'state' | 'position'>

const byPlace = (a: Placed, b: Placed): number => a.position - b.position

/**
 * The new positions after some of those that wait were moved; only those that differ. Pure. The moved ones keep their order among themselves,
 * what runs or is over has no place to move to, and at either end nothing is passed.
 */
export function placesAfterMove(records: readonly Placed[], ids: readonly string[], to: QueueMove): Map<string, number> {
  const waiting = records.filter(({ state }) => !isEnded(state) && !isActive(state)).sort(byPlace)
  const meant = new Set(ids)
  const moved = waiting.filter(({ id }) => meant.has(id))
  if (to === 'front') {
    // Before all that runs too: what is interrupted and queued again does not pass what was sent to the front.
    const first = Math.min(...records.filter(({ state }) => !isEnded(state)).map(({ position }) => position))
    return new Map(moved.map(({ id }, index) => [id, first - moved.length + index]))
  }
  const order = [...waiting]
  if (to === 'down') order.reverse()
  for (let at = 1; at < order.length; at++) {
    const [before, here] = [order[at - 1], order[at]]
    if (before === undefined || here === undefined || !meant.has(here.id) || meant.has(before.id)) continue
    order[at - 1] = here
    order[at] = before
  }
  if (to === 'down') order.reverse()
  const places = waiting.map(({ position }) => position)
  const changed = new Map<string, number>()
  for (const [index, { id, position }] of order.entries()) {
    const place = places[index]
    if (place !== undefined && place !== position) changed.set(id, place)
  }
  return changed
}

const stopping: ReadonlySet<TransferAction> = new Set(['pause', 'cancel'])

/**
 * The order in which one action is done to many. Pure. What waits is stopped before what runs: else each slot that becomes free would be taken
 * by the next one that is to be stopped, and a cancelled upload would leave an image behind. All else goes by place in the queue.
 */
export function inBulkOrder(records: readonly Placed[], ids: readonly string[], action: TransferAction): string[] {
  const known = new Map(records.map((record) => [record.id, record]))
  const rank = (id: string): number => {
    const record = known.get(id)
    return record !== undefined && stopping.has(action) && isActive(record.state) ? 1 : 0
  }
  return [...new Set(ids)].sort((a, b) => rank(a) - rank(b) || (known.get(a)?.position ?? 0) - (known.get(b)?.position ?? 0))
}
