import { setTimeout as delay } from 'node:timers/promises'
import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { askImage } from './ask-image.ts'
import { type Block, BlockRing } from './block-ring.ts'
import type { DownloadJob, RangePlan } from './contract.ts'
import type { Digester } from './digester.ts'
import type { HttpGet } from './http-get.ts'
import { BLOCK_SIZE, type JobContext } from './job-context.ts'
import type { PartFile } from './part-file.ts'
import { RangeMap } from './range-map.ts'

/** A range is what one connection brings in about so long, within these bounds: long enough that asking costs nothing, short enough to be shared out. */
const RANGE_SECONDS = 2
const SHORTEST_RANGE = 8 * BLOCK_SIZE
const LONGEST_RANGE = 128 * BLOCK_SIZE
/** What a further connection must bring to be kept. */
const GAIN = 1.1
const BLOCKS_PER_CONNECTION = 3

/** One connection, and the range that it is at. */
interface Lane {
  body: HttpGet | null
  at: number
  to: number
  /** Bytes that came behind `at`. */
  partial: number
}

/**
 * Receives the rest of an image over several connections, into place, and hashes it in order from what was written. It begins with the one
 * connection that is open, tries another, and keeps adding while that makes it faster; one that fails gives its range back to the others. Once
 * the last one fails, all has failed, and what is without a gap from the beginning is kept.
 */
export class RangedReceive {
  readonly #job: DownloadJob & { size: number }
  readonly #plan: RangePlan
  readonly #part: PartFile
  readonly #digester: Digester
  readonly #ring: BlockRing
  readonly #context: JobContext
  readonly #map: RangeMap
  readonly #blocks: BlockRing
  readonly #lanes = new Set<Lane>()
  readonly #running = new Set<Promise<void>>()
  readonly #stopped = new AbortController()
  readonly #grown: (() => void)[] = []
  #wanted: number
  readonly #firstRate: number
  #received: number
  #failure: unknown = null
  #claimed: Promise<void> = Promise.resolve()
  /** A range was answered as one. */
  rangeWorked: boolean | null = null

  /** @param from bytes of the image that are written and hashed. @param rate bytes a second that the first connection brought. */
  constructor(
    job: DownloadJob & { size: number },
    plan: RangePlan,
    from: number,
    rate: number,
    to: { part: PartFile; digester: Digester; ring: BlockRing },
    context: JobContext,
  ) {
    this.#job = job
    this.#plan = plan
    this.#part = to.part
    this.#digester = to.digester
    this.#ring = to.ring
    this.#context = context
    this.#wanted = plan.connections
    this.#received = from
    this.#firstRate = rate
    const length = Math.min(LONGEST_RANGE, rate * RANGE_SECONDS, (job.size - from) / (2 * plan.connections))
    this.#map = new RangeMap(from, job.size, Math.max(SHORTEST_RANGE, Math.ceil(length / BLOCK_SIZE) * BLOCK_SIZE))
    this.#blocks = new BlockRing(plan.connections * BLOCKS_PER_CONNECTION, BLOCK_SIZE)
  }

  /** @param first the answer that is being read, open to its end. @throws what ended the last connection, or the disk. */
  async run(first: HttpGet): Promise<void> {
    const from = this.#map.whole
    const { signal } = this.#context
    await this.#part.beginRanges(this.#job.size)
    const stop = (): void => this.#fail(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    try {
      this.#start({ body: first, at: from, to: this.#job.size, partial: 0 })
      this.#go(this.#addWhileItPays())
      await this.#hashInOrder(from)
    } finally {
      signal.removeEventListener('abort', stop)
      this.#stopped.abort()
      for (const { body } of this.#lanes) body?.destroy()
      while (this.#running.size > 0) await Promise.allSettled(this.#running)
      await this.#claimed
      this.#context.moved(this.#map.whole)
      await this.#part.endRanges(this.#map.whole)
    }
  }

  #go(work: Promise<void>): void {
    const running = work
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(running)
        this.#wake()
      })
    this.#running.add(running)
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#stopped.abort()
    for (const { body } of this.#lanes) body?.destroy()
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#grown.splice(0)) wake()
  }

  #start(lane: Lane): void {
    this.#lanes.add(lane)
    this.#go(
      this.#serve(lane)
        .catch((error: unknown) => this.#gaveUp(lane, error))
        .finally(() => this.#lanes.delete(lane)),
    )
  }

  /** A lane that broke gives back what it has not brought; the others get it, if there are any. */
  #gaveUp(lane: Lane, error: unknown): void {
    lane.body?.destroy()
    this.#received -= lane.partial
    this.#map.giveBack(lane.at, lane.to)
    const isDisk = error instanceof GlancerError && /^(disk|folder|part)/.test(error.code)
    this.#wanted = Math.min(this.#wanted, this.#lanes.size - 1)
    if (isDisk || this.#lanes.size === 1) throw error
  }

  /** Brings one range after the other. */
  async #serve(lane: Lane): Promise<void> {
    for (;;) {
      if (lane.body !== null) await this.#bring(lane, lane.body)
      const range = this.#lanes.size > this.#wanted ? null : this.#map.next()
      if (range === null) break
      lane.at = range.from
      lane.to = range.to
      const body = await this.#ask(lane)
      if (body === null) throw new GlancerError('odd-answer', 'The cloud gave ranges of this image, and then no more.')
      lane.body = body
    }
    // Before anything is waited for: two that end at the same time must see each other go.
    this.#lanes.delete(lane)
    lane.body?.destroy()
  }

  async #ask(lane: Lane): Promise<HttpGet | null> {
    const over = lane.body?.mayAskAgain === true ? lane.body : undefined
    if (over === undefined) lane.body?.destroy()
    const wanted = { from: lane.at, to: lane.to, size: this.#job.size }
    try {
      return await askImage(this.#job.endpoint, wanted, this.#context, { over, signal: this.#stopped.signal })
    } catch (error) {
      // A server may close a connection that it kept just when it is used again.
      if (over === undefined || !(error instanceof GlancerError) || error.code !== 'reset') throw error
      return await askImage(this.#job.endpoint, wanted, this.#context, { signal: this.#stopped.signal })
    }
  }

  /** Reads a range into its place. The first lane's end may come nearer while it does. */
  async #bring(lane: Lane, body: HttpGet): Promise<void> {
    const writes = new Set<Promise<void>>()
    let block: Block | null = null
    body.onBytes = (bytes) => {
      lane.partial += bytes
      this.#received += bytes
      this.#context.moved(this.#received)
    }
    try {
      while (lane.at < lane.to && !this.#stopped.signal.aborted) {
        while (writes.size > 1) await Promise.race(writes)
        block = await this.#blocks.take()
        const view = block.bytes.subarray(0, Math.min(BLOCK_SIZE, this.#context.rate.piece(BLOCK_SIZE), lane.to - lane.at))
        const got = await this.#context.orStopped(body.fill(view))
        if (got < view.length) throw Object.assign(new Error('the connection ended before the range did'), { code: 'ECONNRESET' })
        const write = this.#put(block, view, lane.at).finally(() => writes.delete(write))
        write.catch((error: unknown) => this.#fail(error))
        writes.add(write)
        block = null
        lane.at += got
        lane.partial -= got
        await this.#context.orStopped(this.#context.rate.pass(got))
      }
    } catch (error) {
      body.destroy()
      throw describeNetworkFailure(error, this.#job.endpoint.url, this.#job.endpoint.proxy)
    } finally {
      if (block !== null) this.#blocks.giveBack(block)
      await Promise.allSettled(writes)
    }
  }

  async #put(block: Block, bytes: Uint8Array, at: number): Promise<void> {
    await this.#part.writeAt(bytes, at)
    this.#blocks.giveBack(block)
    this.#map.brought(at, at + bytes.length)
    this.#wake()
  }

  /** Adds one connection, then as many as there are, each time only while the ones before made it faster. */
  async #addWhileItPays(): Promise<void> {
    let before = this.#firstRate
    while (this.#lanes.size < this.#wanted && this.#failure === null && !this.#map.isAllTaken) {
      const more = Math.min(this.#lanes.size, this.#wanted - this.#lanes.size)
      for (let n = 0; n < more; n++) if (!(await this.#add())) return
      const now = await this.#rate()
      if (now < before * GAIN) {
        this.#wanted = Math.max(1, this.#lanes.size - more)
        return
      }
      before = now
    }
  }

  /** One more connection. @returns false where there is nothing for it, or it was not given what it asked for. */
  async #add(): Promise<boolean> {
    const [first] = this.#lanes
    if (first === undefined) return false
    const range = this.rangeWorked === true ? this.#map.next() : this.#map.ahead(first.at)
    if (range === null) return false
    const lane: Lane = { body: null, at: range.from, to: range.to, partial: 0 }
    try {
      lane.body = await this.#ask(lane)
      if (lane.body === null) this.rangeWorked = false
    } catch {
      // The one that there is goes on; why there cannot be another is not worth a word.
    }
    // The first connection was asked for everything, and gets as far as here while nobody has said that there are ranges.
    const isLate = this.rangeWorked !== true && first.at + BLOCK_SIZE > range.from
    if (lane.body === null || isLate || this.#stopped.signal.aborted) {
      lane.body?.destroy()
      if (this.rangeWorked === true) this.#map.giveBack(range.from, range.to)
      this.#wanted = this.#lanes.size
      return false
    }
    if (this.rangeWorked !== true) {
      this.rangeWorked = true
      this.#map.split(range.from)
      first.to = range.from
    }
    this.#start(lane)
    return true
  }

  async #rate(): Promise<number> {
    const [from, bytes] = [performance.now(), this.#received]
    await delay(this.#plan.watchMs, null, { signal: this.#stopped.signal }).catch(() => {})
    return ((this.#received - bytes) * 1000) / (performance.now() - from)
  }

  /** Reads what is whole again, in order, and hashes it. */
  async #hashInOrder(from: number): Promise<void> {
    let claimed = from
    for (let position = from; position < this.#job.size; ) {
      if (this.#map.whole === position) {
        if (this.#failure !== null) throw this.#failure
        if (this.#running.size === 0) throw new GlancerError('internal', 'A range of the image was brought by nobody.')
        await this.#context.waitFor('network', new Promise<void>((resolve) => this.#grown.push(resolve)))
        continue
      }
      if (this.#map.whole - claimed >= LONGEST_RANGE) {
        claimed = this.#map.whole
        const whole = claimed
        this.#claimed = this.#claimed.then(() => this.#part.claim(whole)).catch((error: unknown) => this.#fail(error))
      }
      const block = await this.#context.waitFor('hashing', this.#ring.take())
      const length = Math.min(BLOCK_SIZE, this.#map.whole - position)
      block.length = await this.#context.waitFor('disk', this.#part.read(block.bytes.subarray(0, length), position))
      if (block.length === 0) throw new GlancerError('part-changed', 'The unfinished file became shorter while it was read.')
      position += block.length
      this.#ring.hold(block, this.#digester.users + 1)
      this.#digester.feed(block)
      this.#ring.release(block)
    }
  }
}
