import type { Block, BlockRing } from './block-ring.ts'
import type { Digester } from './digester.ts'
import type { JobContext } from './job-context.ts'
import type { PartFile } from './part-file.ts'

/** With one write at a time the receiver waits for the disk a third of the time (measured); with three it does not. */
const WRITES_AT_ONCE = 3

/** Where received blocks go, in the order of the image: to the hash threads, and to the disk. */
export class BlockSink {
  readonly #part: PartFile
  readonly #ring: BlockRing
  readonly #digester: Digester
  readonly #context: JobContext
  readonly #writes = new Set<Promise<void>>()
  #taken: number

  /** @param kept bytes that are in the file, and hashed, already. */
  constructor(part: PartFile, kept: number, ring: BlockRing, digester: Digester, context: JobContext) {
    this.#part = part
    this.#taken = kept
    this.#ring = ring
    this.#digester = digester
    this.#context = context
  }

  /** Bytes of the image that were put here, or kept. */
  get taken(): number {
    return this.#taken
  }

  /** Takes the next block; it goes back to the ring once it is hashed and written. @throws GlancerError as `PartFile.append`. */
  async put(block: Block): Promise<void> {
    while (this.#writes.size >= WRITES_AT_ONCE) await this.#context.waitFor('disk', Promise.race(this.#writes))
    this.#taken += block.length
    this.#ring.hold(block, this.#digester.users + 1)
    this.#digester.feed(block)
    const write = this.#part.append(block.bytes.subarray(0, block.length)).then(() => {
      this.#writes.delete(write)
      this.#ring.release(block)
    })
    // A write that failed stays in the set, and fails whoever waits for the next.
    write.catch(() => {})
    this.#writes.add(write)
  }

  /** Everything up to here was put into the file by somebody else. */
  skip(to: number): void {
    this.#taken = to
  }

  /** Waits until all is written. */
  async settle(): Promise<void> {
    while (this.#writes.size > 0) await this.#context.waitFor('disk', Promise.race(this.#writes))
  }

  /** Waits until no write is under way, however they end. */
  async letGo(): Promise<void> {
    await Promise.allSettled(this.#writes)
  }
}
