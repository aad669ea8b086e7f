/** Places in the shared numbers; behind them two for each block that may be on its way: which, and how long. */
const FED = 0
const READ = 1
const ASLEEP = 2
const WANTED = 3
const ENTRIES = 4

/**
 * Blocks on their way from a transfer worker to a hash thread: a queue in shared memory with one writer and one reader. Each side sees at once
 * what the other has done, and is woken by a message only where it said that it sleeps (`fed`, `want`). All reads and writes are sequentially
 * consistent (`Atomics`): of "I sleep, is there more?" here and "there is more, do you sleep?" there, at least one sees the other.
 */
export class HashLane {
  readonly buffer: SharedArrayBuffer
  readonly #numbers: Int32Array
  readonly #places: number

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#numbers = new Int32Array(buffer)
    this.#places = (this.#numbers.length - ENTRIES) / 2
  }

  /** @param blocks at most so many are on their way at once. */
  static make(blocks: number): HashLane {
    const lane = new HashLane(new SharedArrayBuffer((ENTRIES + 2 * blocks) * Int32Array.BYTES_PER_ELEMENT))
    lane.#numbers[ASLEEP] = 1
    return lane
  }

  /** The same queue, in the other thread. */
  static over(buffer: SharedArrayBuffer): HashLane {
    return new HashLane(buffer)
  }

  /** How many blocks were read so far. */
  get read(): number {
    return Atomics.load(this.#numbers, READ)
  }

  /** Writer: puts a block in. @returns whether the reader sleeps, and has to be told. */
  feed(index: number, length: number): boolean {
    const fed = Atomics.load(this.#numbers, FED)
    if (fed - this.read >= this.#places) throw new RangeError('more blocks are on their way than there are')
    const at = ENTRIES + 2 * (fed % this.#places)
    this.#numbers[at] = index
    this.#numbers[at + 1] = length
    Atomics.store(this.#numbers, FED, fed + 1)
    return Atomics.exchange(this.#numbers, ASLEEP, 0) === 1
  }

  /** Writer: asks to be told once so many blocks were read in all. @returns false where they are already, and nothing will be told. */
  want(read: number): boolean {
    Atomics.store(this.#numbers, WANTED, read)
    return this.read < read || Atomics.compareExchange(this.#numbers, WANTED, read, 0) !== read
  }

  /** Reader: the block that is next; null = there is none, and `feed` will say when there is. */
  next(): { index: number; length: number } | null {
    const read = this.read
    if (read === Atomics.load(this.#numbers, FED)) {
      Atomics.store(this.#numbers, ASLEEP, 1)
      if (read === Atomics.load(this.#numbers, FED)) return null
      Atomics.store(this.#numbers, ASLEEP, 0)
    }
    const at = ENTRIES + 2 * (read % this.#places)
    return { index: this.#numbers[at] ?? 0, length: this.#numbers[at + 1] ?? 0 }
  }

  /** Reader: the block of `next` was read. @returns whether the writer waits for this, and has to be told. */
  done(): boolean {
    const read = Atomics.add(this.#numbers, READ, 1) + 1
    const wanted = Atomics.load(this.#numbers, WANTED)
    return wanted !== 0 && read >= wanted && Atomics.compareExchange(this.#numbers, WANTED, wanted, 0) === wanted
  }
}
