import type { Transfer } from '../../../shared/domain.ts'
import { kindWords } from './kinds.ts'

/** How far each transfer was at the last look, by id. */
export type Positions = ReadonlyMap<string, number>

export interface Moved {
  up: number
  down: number
  positions: Positions
}

/** While it is prepared, bytes go from the browser to the host, not to the cloud. */
const counts = (transfer: Transfer): boolean => transfer.state !== 'preparing' && transfer.state !== 'queued'

/**
 * The bytes that went each way since the last look. A transfer that begins and ends between two looks counts in whole; one that starts again
 * from byte 0 takes nothing back; those known for long when the page opens (`before` null) count for nothing.
 */
export function movedSince(before: Positions | null, transfers: Iterable<Transfer>): Moved {
  const positions = new Map<string, number>()
  let up = 0
  let down = 0
  for (const transfer of transfers) {
    const now = counts(transfer) ? transfer.bytesDone : 0
    positions.set(transfer.id, now)
    if (before === null) continue
    const moved = Math.max(0, now - (before.get(transfer.id) ?? 0))
    const { sends, receives } = kindWords(transfer)
    if (sends) up += moved
    if (receives) down += moved
  }
  return { up, down, positions }
}
