/** A small seeded generator (mulberry32): the same seed gives the same run, so that a failure can be had again. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `from` to `to`, both possible. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.int(0, values.length - 1)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.floor(this.next() * 4_294_967_296), at)
    return bytes
  }

  /** Like a disk that is mostly empty: runs of zeros, with data here and there. */
  sparseBytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let at = 0; at < length; at += this.int(1, 4 * 1024 * 1024))
      this.bytes(Math.min(length - at, this.int(1, 300_000))).copy(bytes, at)
    return bytes
  }
}

/** The seed of this run: `GLANCER_SEED` to have one again, else another each time. Print it with what fails. */
export function runSeed(): number {
  const given = Number(process.env.GLANCER_SEED)
  return Number.isInteger(given) && given > 0 ? given : Math.floor(Math.random() * 1_000_000_000) + 1
}
