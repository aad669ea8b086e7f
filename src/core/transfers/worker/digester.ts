import type { Block, BlockRing } from './block-ring.ts'
import { HashLane } from './hash-lane.ts'
import type { DigestPort, FromHash, ToHash } from './hash-protocol.ts'

interface Stream {
  name: string
  port: DigestPort['port']
  lane: HashLane
  result: Promise<string | null>
  /** Blocks that its thread has still to read, as far as was looked; in order. */
  reading: Block[]
  /** How many it has read, as far as was looked. */
  read: number
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
      const lane = HashLane.make(ring.blocks)
      const stream: Stream = { name, port, lane, result: promise, reading: [], read: 0, gone: false }
      port.on('message', (message: FromHash) => {
        if (message === 'read') this.#collect()
        else resolve('hex' in message ? message.hex : null)
      })
      // The thread is gone: there is no digest, which is said, rather than waited for, and its blocks are free.
      port.on('close', () => {
        stream.gone = true
        resolve(null)
        for (const block of stream.reading.splice(0)) this.#ring.release(block)
      })
      this.#say(port, { buffer: ring.buffer, lane: lane.buffer, blockSize: ring.blockSize })
      return stream
    })
    ring.onWanted = () => this.#collect()
  }

  /** How many will release each block that is fed. */
  get users(): number {
    return this.#streams.filter(({ gone }) => !gone).length
  }

  /** The block must be held for `users` more. */
  feed(block: Block): void {
    for (const { port, lane, reading, gone } of this.#streams) {
      if (gone) continue
      reading.push(block)
      if (lane.feed(block.index, block.length)) this.#say(port, 'more')
    }
    if (this.#ring.isWantedBy > 0) this.#collect()
  }

  /** Digests in hex by name; those that cannot be computed here are left out. Every block fed before is free then. */
  async finish(): Promise<Record<string, string>> {
    for (const { port } of this.#streams) this.#say(port, 'final')
    const found = await Promise.all(this.#streams.map(async ({ name, result }) => [name, await result] as const))
    this.#collect()
    return Object.fromEntries(found.filter((entry): entry is readonly [string, string] => entry[1] !== null))
  }

  /** Lets go of the threads without a result. */
  abandon(): void {
    for (const { port } of this.#streams) port.close()
  }

  /**
   * Releases what was read meanwhile. While somebody still waits for a block after that, each thread is asked to say when it has read half of
   * what it has: a few at once, so that one change of threads serves several blocks.
   */
  #collect(): void {
    for (const stream of this.#streams) this.#look(stream)
    if (this.#ring.isWantedBy === 0) return
    for (const stream of this.#streams) {
      while (this.#ring.isWantedBy > 0 && stream.reading.length > 0) {
        if (stream.lane.want(stream.read + Math.ceil(stream.reading.length / 2))) break
        this.#look(stream)
      }
    }
  }

  #look(stream: Stream): void {
    if (stream.gone) return
    const { read } = stream.lane
    const count = read - stream.read
    stream.read = read
    for (const block of stream.reading.splice(0, count)) this.#ring.release(block)
  }

  #say(port: DigestPort['port'], message: ToHash): void {
    port.postMessage(message)
  }
}
