/** The size that keeps writes and hash messages few. */
export const LARGE_BLOCK = 1024 * 1024
/** What an upload begins with, and falls back to when the pool is empty: 200 slow uploads then cost 200 of these, not 200 MiB. */
export const SMALL_BLOCK = 128 * 1024

/** Shared-memory blocks that are used again. Never makes anybody wait: past its size it hands out small ones. */
export class BlockPool {
  readonly #free: SharedArrayBuffer[] = []
  readonly #limit: number
  #made = 0

  /** At most `limit` large blocks exist at a time. */
  constructor(limit = 48) {
    this.#limit = limit
  }

  take(large: boolean): SharedArrayBuffer {
    if (!large) return new SharedArrayBuffer(SMALL_BLOCK)
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#made >= this.#limit) return new SharedArrayBuffer(SMALL_BLOCK)
    this.#made += 1
    return new SharedArrayBuffer(LARGE_BLOCK)
  }

  /** Idle, a few blocks stay for the next upload; the rest goes back to the system. */
  give(block: SharedArrayBuffer): void {
    if (block.byteLength !== LARGE_BLOCK) return
    if (this.#free.length < 8) this.#free.push(block)
    else this.#made -= 1
  }
}
