import { GlancerError } from '../../../shared/errors.ts'
import type { FromWorker, Waits, WorkerPhase } from './contract.ts'
import type { DigestPort } from './hash-protocol.ts'
import { RateLimit } from './rate-limit.ts'

export const BLOCK_SIZE = 1024 * 1024
export const BLOCKS = 8
export const CONNECT_TIMEOUT_MS = 30_000
const PROGRESS_EVERY_MS = 100

/** What a running job shares with the loop that started it: its bytes, its waits, its way to be stopped. */
export class JobContext {
  readonly digestPorts: readonly DigestPort[]
  readonly rate: RateLimit
  readonly waits: Waits = { disk: 0, hashing: 0, network: 0, server: 0, rate: 0 }
  readonly #say: (message: FromWorker) => void
  readonly #abort = new AbortController()
  #bytes = 0
  #saidAt = 0
  #movedAt = performance.now()
  #watchdog: NodeJS.Timeout | undefined

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

  /** Ends the job with this reason; the first one counts. */
  stop(reason: GlancerError): void {
    this.#abort.abort(reason)
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

  /** Until `calm`, no byte for so long ends the job: a connection that is dead may stay open for hours. */
  watch(stallTimeoutMs: number, where: string): void {
    clearInterval(this.#watchdog)
    this.#movedAt = performance.now()
    this.#watchdog = setInterval(
      () => {
        if (performance.now() - this.#movedAt < stallTimeoutMs || this.rate.isWaiting) return
        this.stop(new GlancerError('stalled', `No byte moved between here and ${where} for ${Math.round(stallTimeoutMs / 1000)} s.`))
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
