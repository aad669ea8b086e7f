import { type ErrorCode, GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { askImage } from './ask-image.ts'
import type { Block } from './block-ring.ts'
import type { CopyJob, Endpoint } from './contract.ts'
import type { HttpGet } from './http-get.ts'
import type { JobContext } from './job-context.ts'
import { Refused } from './refused.ts'

/** Waits between tries to reach a source again; in all less than a server waits for a client that sends nothing (uwsgi and HAProxy: a minute). */
const AGAIN_MS = [200, 1000, 2000, 4000, 8000]
/** Behind so many bytes a new break counts as the first. */
const PROGRESS_BYTES = 8 * 1024 * 1024

const passing: ReadonlySet<ErrorCode> = new Set([
  'reset',
  'refused',
  'unreachable',
  'dns',
  'timeout',
  'stalled',
  'proxy',
  'identity-unreachable',
  'server-error',
  'unavailable',
  'too-many-requests',
  // The token expired: with a fresh one it goes on.
  'unauthorized',
])

/**
 * The data of one image, read in order into blocks. A connection that breaks or falls silent is made anew with `Range` for the bytes that are
 * missing; what comes is taken only with exactly the `Content-Range` that was asked for.
 */
export class ImageSource {
  readonly #job: CopyJob
  readonly #context: JobContext
  #endpoint: Endpoint
  #answer: HttpGet | null = null
  #position = 0
  #tries = 0
  #triedAt = 0
  contentMd5: string | null = null
  requestId: string | null = null

  constructor(job: CopyJob, context: JobContext) {
    this.#job = job
    this.#context = context
    this.#endpoint = job.source
  }

  get host(): string {
    return new URL(this.#endpoint.url).host
  }

  /** Bytes that came so far. */
  get position(): number {
    return this.#position
  }

  /** GET of the whole image. @throws Refused, GlancerError. */
  async open(): Promise<void> {
    const answer = await this.#ask(0)
    if (answer === null) throw new TypeError('a range was refused that was not asked for')
    if (answer.length !== null && answer.length !== this.#job.size)
      throw new GlancerError('odd-answer', `${this.host} announces ${answer.length} bytes of an image of ${this.#job.size}.`)
    this.contentMd5 = contentMd5(answer)
    this.requestId = answer.headers['x-openstack-request-id'] ?? null
  }

  /** Fills the block, whole unless the image ends, from where the one before ended. @throws Refused, GlancerError. */
  async fill(block: Block): Promise<void> {
    const wanted = Math.min(block.bytes.length, this.#job.size - this.#position)
    for (block.length = 0; block.length < wanted; ) {
      const got = await this.#some(block.bytes.subarray(block.length, wanted))
      block.length += got
      this.#position += got
    }
  }

  /** Waits until the source has said that there is no more. Asked where no digest tells that what came was the image. */
  async end(): Promise<void> {
    const more = await this.#untilSilent(async (answer) => await answer.fill(new Uint8Array(1)))
    if (more > 0) throw new GlancerError('odd-answer', `${this.host} sent more bytes than the image has.`)
  }

  close(): void {
    this.#answer?.destroy()
  }

  /** The answer, if it is what was asked for; null where a range was, and was not given exactly so. */
  async #ask(from: number): Promise<HttpGet | null> {
    this.#answer = await this.#context.orStopped(askImage(this.#endpoint, { from, to: null, size: this.#job.size }, this.#context))
    return this.#answer
  }

  /** Bytes at the beginning of the view; all of it, unless the source breaks off and is reached again. */
  async #some(view: Uint8Array): Promise<number> {
    try {
      const got = await this.#untilSilent(async (answer) => await answer.fill(view))
      if (got > 0) return got
      const missing = this.#job.size - this.#position
      throw new GlancerError('reset', `The connection to ${this.host} ended ${missing} bytes before the end of the image.`)
    } catch (error) {
      this.#context.signal.throwIfAborted()
      const got = this.#answer?.filled ?? 0
      await this.#again(describeNetworkFailure(error, this.#endpoint.url, this.#endpoint.proxy), this.#position + got)
      return got
    }
  }

  /** A source that says nothing for half of the time after which the whole copy counts as dead is asked again, while there is still time. */
  async #untilSilent<T>(work: (answer: HttpGet) => Promise<T>): Promise<T> {
    const answer = this.#answer
    if (answer === null) throw new TypeError('the source was not opened')
    const patience = this.#job.stallTimeoutMs / 2
    let silent = false
    const timer = setTimeout(() => {
      silent = true
      answer.destroy()
    }, patience)
    answer.onBytes = () => {
      timer.refresh()
      this.#context.stirs()
    }
    const stalled = (): GlancerError => new GlancerError('stalled', `No byte came from ${this.host} for ${Math.round(patience / 1000)} s.`)
    try {
      const done = await this.#context.orStopped(work(answer))
      if (silent) throw stalled()
      return done
    } catch (error) {
      this.#context.signal.throwIfAborted()
      throw silent ? stalled() : error
    } finally {
      clearTimeout(timer)
    }
  }

  /** Reaches the source again and asks for the rest. @throws what broke it, where that cannot be. */
  async #again(lost: GlancerError, position: number): Promise<void> {
    this.#answer?.destroy()
    if (!this.#job.rangeAllowed || !passing.has(lost.code)) throw lost
    if (position - this.#triedAt >= PROGRESS_BYTES) this.#tries = 0
    this.#triedAt = position
    for (let error = lost; ; ) {
      const pause = AGAIN_MS[this.#tries++]
      if (pause === undefined) throw error
      await this.#context.pause(pause)
      try {
        this.#endpoint = await this.#context.askForSource(error, position)
        const answer = await this.#ask(position)
        if (answer === null) {
          this.#context.rangeWorked = false
          throw lost
        }
        const md5 = contentMd5(answer)
        if (md5 !== null && this.contentMd5 !== null && md5 !== this.contentMd5)
          throw new GlancerError('source-changed', `${this.host} has other data of this image than when the copy began.`)
        if (position > 0) this.#context.rangeWorked = true
        return
      } catch (thrown) {
        this.#context.signal.throwIfAborted()
        if (thrown === lost) throw lost
        const again = thrown instanceof Refused ? thrown.refusal.error : thrown
        if (!(again instanceof GlancerError) || !passing.has(again.code)) throw thrown
        error = again
      }
    }
  }
}

function contentMd5({ headers }: HttpGet): string | null {
  const md5 = headers['content-md5'] ?? ''
  return /^[0-9a-f]{32}$/i.test(md5) ? md5.toLowerCase() : null
}
