interface Range {
  from: number
  /** Behind the last byte. */
  to: number
}

/** Which bytes of an image are brought, and which somebody should still bring. */
export class RangeMap {
  readonly #size: number
  readonly #length: number
  /** Nobody has these, in order. Empty until the first connection, which was asked for everything, shares it out. */
  readonly #open: Range[] = []
  /** Brought, but not next to what is whole. */
  readonly #brought = new Map<number, number>()
  #whole: number
  #isSplit = false

  /** @param length of a range to share out. */
  constructor(from: number, size: number, length: number) {
    this.#whole = from
    this.#size = size
    this.#length = length
  }

  /** Bytes from the beginning without a gap. */
  get whole(): number {
    return this.#whole
  }

  get isAllTaken(): boolean {
    return this.#isSplit && this.#open.length === 0
  }

  /** The range that a second connection could begin with, while the first one, which is here, goes on; null where that is near the end. */
  ahead(first: number): Range | null {
    const from = Math.ceil(first / this.#length + 1) * this.#length
    return from >= this.#size ? null : { from, to: Math.min(this.#size, from + this.#length) }
  }

  /** The first connection goes no further than this; the range here has a taker, and everything behind it is open. */
  split(at: number): void {
    this.#isSplit = true
    const to = Math.min(this.#size, at + this.#length)
    if (to < this.#size) this.#open.push({ from: to, to: this.#size })
  }

  /** The next range to bring, nearest to the beginning; null where all have takers. */
  next(): Range | null {
    const open = this.#open[0]
    if (open === undefined) return null
    const from = open.from
    const to = Math.min(open.to, from + this.#length)
    if (to === open.to) this.#open.shift()
    else open.from = to
    return { from, to }
  }

  /** Whoever had this brings no more of it. */
  giveBack(from: number, to: number): void {
    if (from >= to) return
    this.#open.push({ from, to })
    this.#open.sort((a, b) => a.from - b.from)
  }

  brought(from: number, to: number): void {
    this.#brought.set(from, to)
    for (let end = this.#brought.get(this.#whole); end !== undefined; end = this.#brought.get(this.#whole)) {
      this.#brought.delete(this.#whole)
      this.#whole = end
    }
  }
}
