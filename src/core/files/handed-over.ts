import type { Taken } from '../ports.ts'

/** The most that wait for a page; a folder opened by mistake shall not fill the memory. */
const MOST = 10_000

/**
 * Files that the system gave to the app (opened with it, dropped on its icon, named on a second start's command line). They wait here until
 * a page takes them, since there may be none yet, or one that is being loaded again.
 */
export class HandedOver {
  readonly #add: (paths: readonly string[]) => Promise<Taken[]>
  readonly #arrived: () => void
  #waiting: Taken[] = []

  /** @param arrived called when there is something to take */
  constructor(add: (paths: readonly string[]) => Promise<Taken[]>, arrived: () => void) {
    this.#add = add
    this.#arrived = arrived
  }

  async give(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return
    this.#waiting = [...this.#waiting, ...(await this.#add(paths))].slice(0, MOST)
    this.#arrived()
  }

  /** All that wait; each is given once. */
  take(): Taken[] {
    const taken = this.#waiting
    this.#waiting = []
    return taken
  }
}
