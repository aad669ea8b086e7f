import { setTimeout as delay } from 'node:timers/promises'
import { GlancerError } from '../../../shared/errors.ts'
import { BlockRing } from './block-ring.ts'
import type { DigestName, Endpoint, FromWorker, Side, SourceAnswer, Waits, WorkerPhase } from './contract.ts'
import type { DigestPort } from './hash-protocol.ts'
import { RateLimit } from './rate-limit.ts'
import type { Refused } from './refused.ts'

export const BLOCK_SIZE = 1024 * 1024
export const BLOCKS = 8
export const CONNECT_TIMEOUT_MS = 30_000
const PROGRESS_EVERY_MS = 100

/** Memory of the last job of this thread that ended well, whose blocks nobody uses any more; of one that was cut off somebody still may. */
let spare: SharedArrayBuffer | undefined

/** What a running job shares with the loop that started it: its bytes, its waits, its way to be stopped. */
export class JobContext {
  readonly digestPorts: readonly DigestPort[]
  readonly rate: RateLimit
  readonly waits: Waits = { disk: 0, hashing: 0, network: 0, source: 0, server: 0, rate: 0 }
  readonly #say: (message: FromWorker) => void
  readonly #abort = new AbortController()
  /** Which of the two clouds of a copy made it fail. */
  side: Side | null = null
  /** What was computed of a source whose data is not what it says. */
  wrongDigests: Record<DigestName, string> | null = null
  /** What a copy learnt of Range on the way; null = nothing. */
  rangeWorked: boolean | null = null
  #sourceAnswered: ((answer: SourceAnswer) => void) | null = null
  #bytes = 0
  #saidAt = 0
  #movedAt = performance.now()
  #watchdog: NodeJS.Timeout | undefined
  #ring: BlockRing | null = null

  constructor(digestPorts: readonly DigestPort[], rate: number | null, say: (message: FromWorker) => void) {
    this.digestPorts = digestPorts
    this.rate = new RateLimit(rate)
    this.#say = say
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The blocks of this job. */
  ring(blocks: number): BlockRing {
    this.#ring = new BlockRing(blocks, BLOCK_SIZE, spare)
    spare = undefined
    return this.#ring
  }

  /** The job ended well: every block of it was hashed, and written or sent. */
  releaseMemory(): void {
    if (this.#ring?.freeBlocks === this.#ring?.blocks) spare = this.#ring?.buffer
  }

  /** Ends the job with this reason; the first one counts. */
  stop(reason: GlancerError | Refused): void {
    this.#abort.abort(reason)
  }

  /** Tells the core that the source broke off, and waits for a way to it. @throws GlancerError when there is none. */
  async askForSource(error: GlancerError, bytes: number): Promise<Endpoint> {
    const { promise, resolve } = Promise.withResolvers<SourceAnswer>()
    this.#sourceAnswered = resolve
    this.#say({ type: 'source-lost', error: error.toShape(), bytes })
    const answer = await this.orStopped(promise)
    if ('error' in answer) throw GlancerError.fromShape(answer.error)
    return answer.endpoint
  }

  sourceAnswered(answer: SourceAnswer): void {
    this.#sourceAnswered?.(answer)
  }

  phase(phase: WorkerPhase): void {
    this.#report()
    this.#say({ type: 'phase', phase })
  }

  /** So many bytes are done in all. */
  moved(bytes: number): void {
    this.#bytes = bytes
    this.#movedAt = performance.now()
    if (this.#movedAt - this.#saidAt >= PROGRESS_EVERY_MS) this.#report()
  }

  /** Something moved that is not counted: a slow peer is not a dead one. */
  stirs(): void {
    this.#movedAt = performance.now()
  }

  /** Waits for something and books the time on its account. */
  async waitFor<T>(account: keyof Waits, work: Promise<T> | T): Promise<T> {
    if (!(work instanceof Promise)) return work
    const from = performance.now()
    try {
      return await this.orStopped(work)
    } finally {
      this.waits[account] += performance.now() - from
    }
  }

  /** Waits so long. */
  async pause(ms: number): Promise<void> {
    await this.orStopped(delay(ms))
  }

  /** The work, or the reason for which the job is stopped meanwhile. */
  async orStopped<T>(work: Promise<T>): Promise<T> {
    // Nobody else waits for it: a failure of it after the stop would end the whole thread.
    work.catch(() => {})
    this.signal.throwIfAborted()
    const { promise, reject } = Promise.withResolvers<never>()
    const stop = (): void => reject(this.signal.reason)
    this.signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([work, promise])
    } finally {
      this.signal.removeEventListener('abort', stop)
    }
  }

  /**
   * Until `calm`, no byte for so long ends the job: a connection that is dead may stay open for hours.
   * @param where between here and whom; asked when it has come to that
   */
  watch(stallTimeoutMs: number, where: string | (() => string)): void {
    clearInterval(this.#watchdog)
    this.#movedAt = performance.now()
    this.#watchdog = setInterval(
      () => {
        if (performance.now() - this.#movedAt < stallTimeoutMs || this.rate.isWaiting) return
        const peer = typeof where === 'string' ? where : where()
        this.stop(new GlancerError('stalled', `No byte moved between here and ${peer} for ${Math.round(stallTimeoutMs / 1000)} s.`))
      },
      Math.max(50, stallTimeoutMs / 10),
    )
  }

  calm(): void {
    clearInterval(this.#watchdog)
  }

  #report(): void {
    this.#saidAt = performance.now()
    this.#say({ type: 'progress', bytes: this.#bytes, waits: { ...this.waits } })
  }

  /** The last word on progress; nothing is said afterwards. */
  close(): void {
    this.calm()
    this.rate.release()
    this.#report()
  }
}
