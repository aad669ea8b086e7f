import type { Block, BlockRing } from './block-ring.ts'
import type { DigestPort, FromHash, ToHash } from './hash-protocol.ts'

interface Stream {
  name: string
  port: DigestPort['port']
  result: Promise<string | null>
  /** Blocks that its thread has still to read. */
  reading: Map<number, Block>
  gone: boolean
}

/** The digests of one job: hands each block to every hash thread, and releases it in the ring as each has read it. */
export class Digester {
  readonly #ring: BlockRing
  readonly #streams: Stream[]

  constructor(ring: BlockRing, ports: readonly DigestPort[]) {
    this.#ring = ring
    this.#streams = ports.map(({ name, port }) => {
      const { promise, resolve } = Promise.withResolvers<string | null>()
      const stream: Stream = { name, port, result: promise, reading: new Map(), gone: false }
      port.on('message', (message: FromHash) => {
        if ('index' in message) this.#release(stream, message.index)
        else resolve('hex' in message ? message.hex : null)
      })
      // The thread is gone: there is no digest, which is said, rather than waited for, and its blocks are free.
      port.on('close', () => {
        stream.gone = true
        resolve(null)
        for (const index of [...stream.reading.keys()]) this.#release(stream, index)
      })
      this.#say(port, { buffer: ring.buffer })
      return stream
    })
  }

  /** How many will release each block that is fed. */
  get users(): number {
    return this.#streams.filter(({ gone }) => !gone).length
  }

  /** The block must be held for `users` more. */
  feed(block: Block): void {
    const message: ToHash = { index: block.index, offset: block.index * this.#ring.blockSize, length: block.length }
    for (const { port, reading, gone } of this.#streams) {
      if (gone) continue
      reading.set(block.index, block)
      this.#say(port, message)
    }
  }

  /** Digests in hex by name; those that cannot be computed here are left out. */
  async finish(): Promise<Record<string, string>> {
    for (const { port } of this.#streams) this.#say(port, 'final')
    const found = await Promise.all(this.#streams.map(async ({ name, result }) => [name, await result] as const))
    return Object.fromEntries(found.filter((entry): entry is readonly [string, string] => entry[1] !== null))
  }

  /** Lets go of the threads without a result. */
  abandon(): void {
    for (const { port } of this.#streams) port.close()
  }

  #release(stream: Stream, index: number): void {
    const block = stream.reading.get(index)
    if (block === undefined) return
    stream.reading.delete(index)
    this.#ring.release(block)
  }

  #say(port: DigestPort['port'], message: ToHash): void {
    port.postMessage(message)
  }
}
