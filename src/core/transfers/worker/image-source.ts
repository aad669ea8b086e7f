import type { Dispatcher } from 'undici'
import { type ErrorCode, GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import type { Block } from './block-ring.ts'
import type { CopyJob, Endpoint } from './contract.ts'
import { askForData, dispatcherFor, header } from './data-request.ts'
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
])

/**
 * The data of one image, read in order into blocks. A connection that breaks or falls silent is made anew with `Range` for the bytes that are
 * missing; what comes is taken only with exactly the `Content-Range` that was asked for.
 */
export class ImageSource {
  readonly #job: CopyJob
  readonly #context: JobContext
  #endpoint: Endpoint
  #dispatcher: Dispatcher | null = null
  #response: Dispatcher.ResponseData | null = null
  #chunks: AsyncIterator<Uint8Array> | null = null
  #left: Uint8Array = new Uint8Array()
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
    if (!(await this.#ask(0))) throw new GlancerError('odd-answer', 'The cloud refused a range that was not asked for.')
    const length = header(this.#response, 'content-length')
    if (length !== null && Number(length) !== this.#job.size)
      throw new GlancerError('odd-answer', `${this.host} announces ${length} bytes of an image of ${this.#job.size}.`)
    this.contentMd5 = contentMd5(this.#response)
    this.requestId = header(this.#response, 'x-openstack-request-id')
  }

  /** Fills the block, whole unless the image ends, from where the one before ended. @throws Refused, GlancerError. */
  async fill(block: Block): Promise<void> {
    const wanted = Math.min(block.bytes.length, this.#job.size - this.#position)
    block.length = 0
    while (block.length < wanted) {
      if (this.#left.length === 0) this.#left = await this.#chunk()
      const piece = this.#left.subarray(0, wanted - block.length)
      block.bytes.set(piece, block.length)
      block.length += piece.length
      this.#left = this.#left.subarray(piece.length)
      this.#position += piece.length
    }
    if (this.#position === this.#job.size && this.#left.length > 0) throw this.#tooMuch()
  }

  /** Waits until the source has said that there is no more. Asked where no digest tells that what came was the image. */
  async end(): Promise<void> {
    const next = await this.#silenceEnds(this.#next())
    if (next.done !== true) throw this.#tooMuch()
  }

  async close(): Promise<void> {
    this.#response?.body.destroy()
    await this.#dispatcher?.destroy()
  }

  #tooMuch(): GlancerError {
    return new GlancerError('odd-answer', `${this.host} sent more bytes than the image has.`)
  }

  /** The answer is what was asked for; false where a range was, and was not given exactly so. */
  async #ask(from: number): Promise<boolean> {
    await this.#dispatcher?.destroy()
    this.#dispatcher = dispatcherFor(this.#endpoint)
    const asked = { endpoint: this.#endpoint, size: this.#job.size }
    const response = await this.#context.orStopped(askForData(asked, this.#context, this.#dispatcher, from))
    if (response === null) return false
    this.#response = response
    this.#chunks = response.body[Symbol.asyncIterator]()
    return true
  }

  async #chunk(): Promise<Uint8Array> {
    for (;;) {
      try {
        const next = await this.#silenceEnds(this.#next())
        if (next.done !== true) return next.value
        const missing = this.#job.size - this.#position
        throw new GlancerError('reset', `The connection to ${this.host} ended ${missing} bytes before the end of the image.`)
      } catch (error) {
        this.#context.signal.throwIfAborted()
        await this.#again(describeNetworkFailure(error, this.#endpoint.url, this.#endpoint.proxy))
      }
    }
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#chunks === null) throw new TypeError('the source was not opened')
    return await this.#chunks.next()
  }

  /** A source that says nothing for half of the time after which the whole copy counts as dead is asked again, while there is still time. */
  async #silenceEnds<T>(work: Promise<T>): Promise<T> {
    const patience = this.#job.stallTimeoutMs / 2
    const timer = setTimeout(() => {
      const seconds = Math.round(patience / 1000)
      this.#response?.body.destroy(new GlancerError('stalled', `No byte came from ${this.host} for ${seconds} s.`))
    }, patience)
    try {
      return await this.#context.orStopped(work)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Reaches the source again and asks for the rest. @throws what broke it, where that cannot be. */
  async #again(lost: GlancerError): Promise<void> {
    this.#response?.body.destroy()
    if (!this.#job.rangeAllowed || !passing.has(lost.code)) throw lost
    if (this.#position - this.#triedAt >= PROGRESS_BYTES) this.#tries = 0
    this.#triedAt = this.#position
    for (let error = lost; ; ) {
      const pause = AGAIN_MS[this.#tries++]
      if (pause === undefined) throw error
      await this.#context.pause(pause)
      try {
        this.#endpoint = await this.#context.askForSource(error, this.#position)
        if (!(await this.#ask(this.#position))) {
          this.#context.rangeWorked = false
          throw lost
        }
        const md5 = contentMd5(this.#response)
        if (md5 !== null && this.contentMd5 !== null && md5 !== this.contentMd5)
          throw new GlancerError('source-changed', `${this.host} has other data of this image than when the copy began.`)
        this.#context.rangeWorked = true
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

function contentMd5(response: Dispatcher.ResponseData | null): string | null {
  const md5 = header(response, 'content-md5')
  return md5 !== null && /^[0-9a-f]{32}$/i.test(md5) ? md5.toLowerCase() : null
}
