import type { Block, BlockRing } from './block-ring.ts'
import type { DigestPort, FromHash, ToHash } from './hash-protocol.ts'

/** The digests of one job: hands each block to every hash thread, and releases it in the ring as each has read it. */
export class Digester {
  readonly #ring: BlockRing
  readonly #streams: { name: string; port: DigestPort['port']; result: Promise<string | null> }[]
  readonly #byIndex = new Map<number, Block>()

  constructor(ring: BlockRing, ports: readonly DigestPort[]) {
    this.#ring = ring
    this.#streams = ports.map(({ name, port }) => {
      const { promise, resolve } = Promise.withResolvers<string | null>()
      port.on('message', (message: FromHash) => {
        if ('index' in message) {
          const block = this.#byIndex.get(message.index)
          if (block !== undefined) ring.release(block)
        } else resolve('hex' in message ? message.hex : null)
      })
      // The thread is gone: there is no digest, which is said, rather than waited for.
      port.on('close', () => resolve(null))
      this.#say(port, { buffer: ring.buffer })
      return { name, port, result: promise }
    })
  }

  /** How many will release each block that is fed. */
  get users(): number {
    return this.#streams.length
  }

  /** The block must be held for `users` more. */
  feed(block: Block): void {
    this.#byIndex.set(block.index, block)
    const message: ToHash = { index: block.index, offset: block.index * this.#ring.blockSize, length: block.length }
    for (const { port } of this.#streams) this.#say(port, message)
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

  #say(port: DigestPort['port'], message: ToHash): void {
    port.postMessage(message)
  }
}
