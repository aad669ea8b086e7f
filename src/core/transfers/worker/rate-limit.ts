/**
 * A cap on bytes a second that may change while it is waited for. Time is borrowed ahead rather than saved up, so that a pause is not followed
 * by a burst of more than a quarter of a second.
 */
const BURST_SECONDS = 0.25

export class RateLimit {
  #bytesPerSecond: number | null
  /** When all that was let through so far would have been through at the cap, in milliseconds. */
  #due = performance.now()
  /** Lets go of each that waits. */
  readonly #waiting = new Set<() => void>()

  constructor(bytesPerSecond: number | null) {
    this.#bytesPerSecond = bytesPerSecond
  }

  get isSet(): boolean {
    return this.#bytesPerSecond !== null
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  set(bytesPerSecond: number | null): void {
    if (bytesPerSecond === this.#bytesPerSecond) return
    this.#bytesPerSecond = bytesPerSecond
    // What was borrowed at the old rate is forgiven: a cap that is raised must be felt at once.
    this.#due = performance.now()
    this.release()
  }

  /** How large a piece may be moved at once, so that a low cap flows instead of jumping. */
  piece(atMost: number): number {
    if (this.#bytesPerSecond === null) return atMost
    return Math.max(4096, Math.min(atMost, Math.floor(this.#bytesPerSecond / 10)))
  }

  /** Resolves when so many bytes may move; at once where there is no cap. */
  async pass(bytes: number): Promise<void> {
    const rate = this.#bytesPerSecond
    if (rate === null) return
    const now = performance.now()
    this.#due = Math.max(this.#due, now - BURST_SECONDS * 1000) + (bytes / rate) * 1000
    const wait = this.#due - now
    if (wait < 2) return
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, wait)
      this.#waiting.add(wake)
    })
  }

  /** Lets go of whoever waits. */
  release(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
