import type { Block } from './block-ring.ts'

/** Filled blocks in the order of the image, between who fills them and who sends them. The ring bounds how many there are. */
export class BlockQueue {
  readonly #blocks: Block[] = []
  #waiting: PromiseWithResolvers<Block> | null = null
  #failure: { error: unknown } | null = null
  /** Who fills waits for a free block. */
  isFull = false

  get isWaitedFor(): boolean {
    return this.#waiting !== null
  }

  push(block: Block): void {
    if (this.#waiting === null) this.#blocks.push(block)
    else this.#waiting.resolve(block)
    this.#waiting = null
  }

  /** No block comes any more. */
  fail(error: unknown): void {
    this.#failure = { error }
    this.#waiting?.reject(error)
    this.#waiting = null
  }

  /** The next block, as soon as there is one; for one caller at a time. */
  next(): Block | Promise<Block> {
    const block = this.#blocks.shift()
    if (block !== undefined) return block
    if (this.#failure !== null) return Promise.reject(this.#failure.error)
    this.#waiting = Promise.withResolvers<Block>()
    return this.#waiting.promise
  }
}
