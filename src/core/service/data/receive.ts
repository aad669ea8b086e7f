import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { HashPool, HashSession } from '../hashing/hash-pool.ts'
import type { BlockPool } from './block-pool.ts'

/** Blocks on their way to the disk and through the hash threads at a time, for one upload. */
const MAX_IN_FLIGHT = 4
/** The kernel is asked to write so much at a time while more comes in, so that the flush before the answer is short. */
const FLUSH_EVERY = 64 * 1024 * 1024
/** Enough of the beginning to tell a format from. */
const HEAD_BYTES = 64 * 1024

export interface Received {
  bytes: number
  /** Hex, by algorithm. */
  digests: Record<string, string>
  /** The first bytes, at most 64 KiB: what a format can be told from. */
  head: Uint8Array
}

/** Takes the bytes of an image: gathers them in large blocks, and hashes and writes each block at the same time. */
export class Receiver {
  readonly #file: FileHandle
  readonly #blocks: BlockPool
  readonly #hashes: HashPool
  readonly #algorithms: readonly string[]
  #session: HashSession | null = null
  /** The block that is being filled; null once it was handed on, so that none is ever given back twice. */
  #block: SharedArrayBuffer | null
  #view: Uint8Array
  #filled = 0
  #bytes = 0
  #flushedTo = 0
  #flushing: Promise<void> | null = null
  #failed: Error | null = null
  #head: Uint8Array | null = null
  readonly #inFlight: Promise<void>[] = []

  constructor(file: FileHandle, blocks: BlockPool, hashes: HashPool, algorithms: readonly string[]) {
    this.#file = file
    this.#blocks = blocks
    this.#hashes = hashes
    this.#algorithms = algorithms
    const first = blocks.take(false)
    this.#block = first
    this.#view = new Uint8Array(first)
  }

  /** Bytes taken so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Copies the chunk. Returns a promise only when the caller has to wait for the disk or the hash threads. */
  write(chunk: Uint8Array): Promise<void> | undefined {
    const room = this.#view.byteLength - this.#filled
    if (chunk.byteLength < room) {
      this.#view.set(chunk, this.#filled)
      this.#filled += chunk.byteLength
      this.#bytes += chunk.byteLength
      return undefined
    }
    return this.#writeOver(chunk)
  }

  async #writeOver(chunk: Uint8Array): Promise<void> {
    let rest = chunk
    while (rest.byteLength > 0) {
      const part = rest.subarray(0, this.#view.byteLength - this.#filled)
      this.#view.set(part, this.#filled)
      this.#filled += part.byteLength
      this.#bytes += part.byteLength
      rest = rest.subarray(part.byteLength)
      if (this.#filled === this.#view.byteLength) await this.#pushBlock()
    }
  }

  async #pushBlock(): Promise<void> {
    this.#handOn()
    if (this.#inFlight.length >= MAX_IN_FLIGHT) await this.#inFlight.shift()
    if (this.#failed !== null) throw this.#failed
    const next = this.#blocks.take(true)
    this.#block = next
    this.#view = new Uint8Array(next)
    this.#filled = 0
    this.#flushBehind()
  }

  /** The filled block goes to the disk and to the hash threads at once, and back to the pool when neither needs it any more. */
  #handOn(): void {
    const block = this.#block
    if (block === null) return
    this.#block = null
    this.#session ??= this.#hashes.session(this.#algorithms)
    const bytes = this.#view.subarray(0, this.#filled)
    this.#head ??= Uint8Array.from(bytes.subarray(0, HEAD_BYTES))
    const work = [writeAll(this.#file, bytes, this.#bytes - this.#filled), this.#session.update(block, this.#filled)]
    const done = Promise.allSettled(work).then((results) => {
      this.#blocks.give(block)
      for (const result of results) if (result.status === 'rejected') this.#fail(result.reason)
    })
    this.#inFlight.push(done)
  }

  #fail(error: unknown): void {
    this.#failed ??= error instanceof Error ? error : new Error(String(error))
  }

  #flushBehind(): void {
    if (this.#flushing !== null || this.#bytes - this.#flushedTo < FLUSH_EVERY) return
    this.#flushedTo = this.#bytes
    this.#flushing = this.#file.datasync().then(
      () => {
        this.#flushing = null
      },
      (error: unknown) => this.#fail(error),
    )
  }

  /** All bytes hashed and on the disk: flushed, not only handed to the kernel. */
  async finish(): Promise<Received> {
    if (this.#session === null) return await this.#finishSmall()
    const session = this.#session
    if (this.#filled > 0) this.#handOn()
    await this.#quiet()
    this.#giveBlock()
    if (this.#failed !== null) throw this.#failed
    const [digests] = await Promise.all([session.digest(), this.#file.sync()])
    return { bytes: this.#bytes, digests, head: this.#head ?? new Uint8Array() }
  }

  /** All of it fitted the first block: a thread would cost more than it saves. */
  async #finishSmall(): Promise<Received> {
    const bytes = Uint8Array.from(this.#view.subarray(0, this.#filled))
    const digests = Object.fromEntries(this.#algorithms.map((name) => [name, createHash(name).update(bytes).digest('hex')]))
    await writeAll(this.#file, bytes, 0)
    await this.#file.sync()
    this.#giveBlock()
    return { bytes: this.#bytes, digests, head: bytes.subarray(0, HEAD_BYTES) }
  }

  /** Gives up: resolves when nothing touches the file any more. Harmless after `finish`. */
  async abandon(): Promise<void> {
    await this.#quiet()
    this.#giveBlock()
    this.#session?.close()
  }

  async #quiet(): Promise<void> {
    await Promise.all(this.#inFlight.splice(0))
    await this.#flushing
  }

  #giveBlock(): void {
    if (this.#block !== null) this.#blocks.give(this.#block)
    this.#block = null
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done)
    done += bytesWritten
  }
}
