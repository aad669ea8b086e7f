import { unlink } from 'node:fs/promises'
import { GlancerError } from '../../shared/errors.ts'
import type { TransferRecord } from './record.ts'
import type { RecordStore } from './record-store.ts'

/** For so long what was cleared can be brought back. */
const KEPT_MS = 60_000

/**
 * Takes finished transfers out of the list and can bring the last ones back. Only what needs nobody any more is taken: verified or not
 * verifiable ones, and cancelled ones that left nothing behind. What failed stays until a person deals with it.
 */
export class Cleared {
  readonly #store: RecordStore
  #last: readonly TransferRecord[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(store: RecordStore) {
    this.#store = store
  }

  /** The ids of those that were taken out. @throws GlancerError `disk-full`, `disk-error`; then all are still there. */
  clear(): string[] {
    const over = this.#store.all().filter(isCleared)
    if (over.length === 0) return []
    this.#store.remove(over.map(({ id }) => id))
    this.forget()
    this.#last = over
    this.#timer = setTimeout(() => this.forget(), KEPT_MS)
    this.#timer.unref()
    return over.map(({ id }) => id)
  }

  /** @throws GlancerError `not-found` when it was not among the last ones cleared, or that is too long ago. */
  bringBack(id: string): void {
    const record = this.#last.find((each) => each.id === id)
    if (record === undefined) throw new GlancerError('not-found', 'That was cleared too long ago to be brought back.')
    this.#store.add([record])
    this.#last = this.#last.filter((each) => each !== record)
  }

  /** From now on nothing comes back, so what a browser had sent for those that were cancelled is deleted. */
  forget(): void {
    clearTimeout(this.#timer)
    for (const { job } of this.#last) {
      // The next start deletes what is still there.
      if (job.kind === 'upload' && job.ownCopy && job.path !== '') unlink(job.path).catch(() => {})
    }
    this.#last = []
  }
}

/** The copy of a file that a browser sends may still be written; such a one is removed by itself. */
function isCleared({ state, leftBehind, job }: TransferRecord): boolean {
  if (state === 'done') return true
  return state === 'cancelled' && leftBehind === null && (job.kind !== 'upload' || job.intakeId === null)
}
