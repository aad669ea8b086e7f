import { sharedMemory } from './shared-memory.ts'

/** One block of shared memory: filled once, read by the socket or the disk and by each hash thread, then filled again. */
export interface Block {
  readonly index: number
  /** The whole block; `length` of it is filled. */
  readonly bytes: Uint8Array
  length: number
}

/**
 * A fixed set of blocks in one `SharedArrayBuffer`, so that hash threads read what was read from disk or received without a copy. A block has
 * as many users as `hold` named; it is free again when the last one has released it, never earlier.
 */
export class BlockRing {
  readonly buffer: SharedArrayBuffer
  readonly blocks: number
  readonly blockSize: number
  readonly #free: Block[] = []
  readonly #users: number[]
  readonly #waiting: ((block: Block) => void)[] = []
  /** Called when there is no free block, and again when somebody waits for one: who holds some may look whether they are free by now. */
  onWanted: () => void = () => {}

  /** @param memory of a ring before it, of which nobody uses any block any more: memory that was in use need not be cleared by the system first. */
  constructor(blocks: number, blockSize: number, memory?: SharedArrayBuffer) {
    const bytes = blocks * blockSize
    this.buffer = memory !== undefined && memory.byteLength >= bytes ? memory : sharedMemory(bytes)
    this.blocks = blocks
    this.blockSize = blockSize
    this.#users = new Array<number>(blocks).fill(0)
    for (let index = 0; index < blocks; index++)
      this.#free.push({ index, bytes: new Uint8Array(this.buffer, index * blockSize, blockSize), length: 0 })
  }

  get freeBlocks(): number {
    return this.#free.length
  }

  /** A free block, as soon as there is one. */
  take(): Block | Promise<Block> {
    if (this.#free.length === 0) this.onWanted()
    const free = this.#free.shift()
    if (free !== undefined) return free
    const waiting = new Promise<Block>((resolve) => this.#waiting.push(resolve))
    this.onWanted()
    return waiting
  }

  /** How many wait for a block. */
  get isWantedBy(): number {
    return this.#waiting.length
  }

  /** Says how many will release it. */
  hold(block: Block, users: number): void {
    this.#users[block.index] = users
  }

  release(block: Block): void {
    const left = (this.#users[block.index] ?? 0) - 1
    if (left < 0) throw new RangeError(`block ${block.index} was released once too often`)
    this.#users[block.index] = left
    if (left > 0) return
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(block)
    else next(block)
  }

  /** Gives back a block that nobody was told to hold. */
  giveBack(block: Block): void {
    this.hold(block, 1)
    this.release(block)
  }
}
