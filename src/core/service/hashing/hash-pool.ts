import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** To a hash worker. The block is shared memory; its owner leaves it alone until `updated` came back. */
export type HashRequest =
  | { type: 'open'; id: number; algorithm: string }
  | { type: 'update'; id: number; block: SharedArrayBuffer; length: number }
  | { type: 'digest'; id: number }
  | { type: 'drop'; id: number }

/** From a hash worker. */
export type HashReply = { type: 'updated'; id: number } | { type: 'digest'; id: number; value: string }

interface Waiting {
  resolve: (value: string) => void
  reject: (error: Error) => void
}

class HashThread {
  readonly #worker: Worker
  /** Per digest: who waits for its replies, in order. */
  readonly #waiting = new Map<number, Waiting[]>()
  open = 0
  failed: Error | null = null

  constructor(file: URL) {
    this.#worker = new Worker(file)
    this.#worker.unref()
    this.#worker.on('message', (reply: HashReply) => {
      const waiting = this.#waiting.get(reply.id)?.shift()
      waiting?.resolve(reply.type === 'digest' ? reply.value : '')
    })
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#fail(new Error('a hash thread ended')))
  }

  begin(id: number, algorithm: string): void {
    this.open += 1
    if (this.open === 1) this.#worker.ref()
    this.#waiting.set(id, [])
    this.#worker.postMessage({ type: 'open', id, algorithm } satisfies HashRequest)
  }

  end(id: number): void {
    if (!this.#waiting.delete(id)) return
    this.open -= 1
    if (this.open === 0) this.#worker.unref()
    this.#worker.postMessage({ type: 'drop', id } satisfies HashRequest)
  }

  ask(request: HashRequest): Promise<string> {
    if (this.failed !== null) return Promise.reject(this.failed)
    return new Promise((resolve, reject) => {
      this.#waiting.get(request.id)?.push({ resolve, reject })
      this.#worker.postMessage(request)
    })
  }

  #fail(error: Error): void {
    this.failed = error
    for (const list of this.#waiting.values()) for (const waiting of list.splice(0)) waiting.reject(error)
  }
}

/**
 * Threads that hash, shared by all uploads of the process. A stream's MD5 and its multihash go to two different threads, so that the two overlap
 * with each other and with receiving. Threads start with the first large upload and do not keep the process alive.
 */
export class HashPool {
  readonly #file: URL
  readonly #size: number
  #threads: HashThread[] = []
  #nextId = 1

  constructor(file: URL, size = Math.min(4, Math.max(2, availableParallelism() - 1))) {
    this.#file = file
    this.#size = size
  }

  /** Begins one digest per name, on different threads as far as there are any. */
  session(algorithms: readonly string[]): HashSession {
    const taken: { thread: HashThread; id: number; algorithm: string }[] = []
    for (const algorithm of algorithms) {
      const thread = this.#leastLoaded()
      const id = this.#nextId++
      thread.begin(id, algorithm)
      taken.push({ thread, id, algorithm })
    }
    return new HashSession(taken)
  }

  #leastLoaded(): HashThread {
    this.#threads = this.#threads.filter((thread) => thread.failed === null)
    let best = this.#threads[0]
    for (const thread of this.#threads) if (best === undefined || thread.open < best.open) best = thread
    if (best !== undefined && (best.open === 0 || this.#threads.length >= this.#size)) return best
    const fresh = new HashThread(this.#file)
    this.#threads.push(fresh)
    return fresh
  }
}

/** The digests of one stream. */
export class HashSession {
  readonly #digests: readonly { thread: HashThread; id: number; algorithm: string }[]

  constructor(digests: readonly { thread: HashThread; id: number; algorithm: string }[]) {
    this.#digests = digests
  }

  /** Hashes the first `length` bytes of the block; the block may be written again once this resolves. */
  async update(block: SharedArrayBuffer, length: number): Promise<void> {
    await Promise.all(this.#digests.map(({ thread, id }) => thread.ask({ type: 'update', id, block, length })))
  }

  /** Hex, by algorithm. Ends the session. */
  async digest(): Promise<Record<string, string>> {
    const values = await Promise.all(
      this.#digests.map(async ({ thread, id, algorithm }) => [algorithm, await thread.ask({ type: 'digest', id })] as const),
    )
    this.close()
    return Object.fromEntries(values)
  }

  /** Lets go of what a broken upload left. Harmless after `digest`. */
  close(): void {
    for (const { thread, id } of this.#digests) thread.end(id)
  }
}

const pools = new Map<string, HashPool>()

/** The pool of this process for that worker file. */
export function sharedHashPool(file: URL): HashPool {
  const known = pools.get(file.href)
  if (known !== undefined) return known
  const pool = new HashPool(file)
  pools.set(file.href, pool)
  return pool
}
