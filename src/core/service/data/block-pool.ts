/** The size that keeps writes and hash messages few. */
export const LARGE_BLOCK = 1024 * 1024
/** What an upload begins with, and falls back to when the pool is empty: 200 slow uploads then cost 200 of these, not 200 MiB. */
export const SMALL_BLOCK = 128 * 1024

/** Shared-memory blocks that are used again. Never makes anybody wait: past its size it hands out small ones. */
export class BlockPool {
  readonly #free: SharedArrayBuffer[] = []
  readonly #lent = new Set<SharedArrayBuffer>()
  readonly #limit: number

  /** At most `limit` large blocks exist at a time. */
  constructor(limit = 48) {
    this.#limit = limit
  }

  take(large: boolean): SharedArrayBuffer {
    if (!large) return new SharedArrayBuffer(SMALL_BLOCK)
    const free = this.#free.pop()
    if (free === undefined && this.#lent.size >= this.#limit) return new SharedArrayBuffer(SMALL_BLOCK)
    const block = free ?? new SharedArrayBuffer(LARGE_BLOCK)
    this.#lent.add(block)
    return block
  }

  /**
   * Idle, a few blocks stay for the next upload; the rest goes back to the system.
   * @throws Error for one that is not lent: two uploads in one block would mix their bytes.
   */
  give(block: SharedArrayBuffer): void {
    if (block.byteLength !== LARGE_BLOCK) return
    if (!this.#lent.delete(block)) throw new Error('a block was given back twice')
    if (this.#free.length < 8) this.#free.push(block)
  }

  /** Large blocks in use. */
  get lent(): number {
    return this.#lent.size
  }
}
