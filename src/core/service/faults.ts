import { setTimeout } from 'node:timers/promises'
import type { Exchange } from './http/exchange.ts'

/** What a request does, by the name of its route. */
export type Operation =
  | 'versions'
  | 'schema'
  | 'info'
  | 'create'
  | 'list'
  | 'show'
  | 'patch'
  | 'delete'
  | 'upload'
  | 'download'
  | 'stage'
  | 'import'
  | 'tasks'
  | 'tags'
  | 'members'
  | 'actions'
  | 'delete-from-store'

/** Waits: so many milliseconds, or until a promise of the test settles. */
export type Hold = { ms: number } | { until: Promise<unknown> }

/** What goes wrong. Byte positions count the bytes of the image's data, from 0. */
export type FaultAction =
  /** Upload, stage and download go at this rate. */
  | { kind: 'throttle'; bytesPerSecond: number }
  /** The same until the hold is over, then as fast as it can. */
  | { kind: 'throttle-until'; bytesPerSecond: number; hold: Hold }
  /** The connection is cut after so many body bytes (upload, stage, download). `leave`: what an upload leaves; Glance goes back to queued. */
  | { kind: 'cut'; afterBytes: number; leave?: 'queued' | 'saving' | 'killed' }
  /**
   * An answer of the test's choice, after so many body bytes were read (0 = before any). The rest of the body is swallowed and the connection
   * kept, as eventlet does; with `close` it is closed at once, as uwsgi does. Without `body` it is an error body as Glance would send it.
   */
  | {
      kind: 'answer'
      status: number
      afterBytes?: number
      headers?: Record<string, string>
      body?: string
      close?: boolean
      leave?: 'queued' | 'saving' | 'killed'
    }
  /** 401 as Glance says it, for instance with `after`: a token that expired. */
  | { kind: 'refuse-token' }
  /** Before anything is looked at: a slow server. */
  | { kind: 'delay'; hold: Hold }
  /** All bytes taken, the image still `saving`: the 204 comes only after the hold. */
  | { kind: 'slow-finish'; hold: Hold }
  /** All bytes taken, and the image stays `saving` for ever. Answers `status`, or cuts the connection without a word. */
  | { kind: 'stay-saving'; status?: number }
  /** A request with Range: 400 as RBD, S3 and Swift stores say; 200 with everything; 206 with a wrong Content-Range. */
  | { kind: 'range'; how: 'refuse' | 'ignore' | 'wrong-content-range' }
  /** One byte is flipped: of an upload or an import before it is hashed and stored, of a download on its way out. */
  | { kind: 'corrupt'; byte: number }
  /** The record gets no checksum, no multihash, or both. Upload. */
  | { kind: 'forget-hash'; checksum?: boolean; osHash?: boolean }
  /** The record gets these instead of the true ones. Upload. */
  | { kind: 'wrong-hash'; checksum?: string; osHashValue?: string }
  /** The record is active, the data is gone: 204. Download. */
  | { kind: 'lose-data' }
  /** The announced length, fewer bytes, then silence on an open connection. Download. */
  | { kind: 'silence'; afterBytes: number }
  /** No Content-Length, chunked instead, as the first download through Glance's cache. Download. */
  | { kind: 'no-length' }
  /** The image stays `importing`, and nothing is read, until the hold is over; with `unbegun` it stays as it was, under the lock. Import. */
  | { kind: 'import-hold'; hold: Hold; unbegun?: boolean }
  /** Import: this store cannot be written, or none can. */
  | { kind: 'import-fails'; store?: string }
  /** As an image conversion of the operator does: other data, in another format. Import. */
  | { kind: 'import-converts'; diskFormat: string }
  /** Records are shown as last changed so much earlier: what stood still for long, without the wait. List, show. */
  | { kind: 'age'; ms: number }

/** One fault. Absent conditions hold for every request. */
export interface Fault {
  /** Which operations it strikes. */
  on?: Operation | readonly Operation[]
  /** Only this image. */
  imageId?: string
  /** Only a request for which this holds; for conditions that have no field of their own. */
  when?: (exchange: Exchange) => boolean
  /** So many matching requests pass unharmed first. Default 0. */
  after?: number
  /** Of those, every so manieth is struck: 3 = the third, the sixth and so on. Default: each. */
  every?: number
  /** So many requests are struck, then it is spent. Default: every one. */
  times?: number
  action: FaultAction
}

/** A fault in force. */
export interface FaultHandle {
  /** Requests struck so far. */
  readonly struck: number
  remove(): void
}

/**
 * What goes wrong, said in code by a test. The plan may change while the service runs; each request reads it once, when it begins. Nothing of it
 * can be reached over the network.
 */
export class FaultPlan {
  #faults: { fault: Fault; seen: number; struck: number }[] = []

  /** The faults of the plan work together: one request may meet a throttle and a cut. Of two of one kind the first added wins. */
  add(fault: Fault): FaultHandle {
    const entry = { fault, seen: 0, struck: 0 }
    this.#faults.push(entry)
    return {
      get struck() {
        return entry.struck
      },
      remove: () => {
        this.#faults = this.#faults.filter((other) => other !== entry)
      },
    }
  }

  clear(): void {
    this.#faults = []
  }

  /** The faults that strike this request. For the service. */
  strike(operation: Operation, imageId: string | null, exchange: Exchange): Strikes {
    const actions: FaultAction[] = []
    for (const entry of this.#faults) {
      const { on, imageId: only, when, after = 0, every = 1, times = Number.POSITIVE_INFINITY, action } = entry.fault
      if (on !== undefined && !(typeof on === 'string' ? on === operation : on.includes(operation))) continue
      if (only !== undefined && only !== imageId) continue
      if (when !== undefined && !when(exchange)) continue
      entry.seen += 1
      if (entry.seen <= after || (entry.seen - after) % every !== 0 || entry.struck >= times) continue
      entry.struck += 1
      actions.push(action)
    }
    return actions.length === 0 ? NO_STRIKES : new Strikes(actions)
  }
}

/** The faults that one request meets. */
export class Strikes {
  readonly #actions: readonly FaultAction[]

  constructor(actions: readonly FaultAction[]) {
    this.#actions = actions
  }

  get none(): boolean {
    return this.#actions.length === 0
  }

  get<K extends FaultAction['kind']>(kind: K): Extract<FaultAction, { kind: K }> | undefined {
    return this.#actions.find((action): action is Extract<FaultAction, { kind: K }> => action.kind === kind)
  }
}

export const NO_STRIKES = new Strikes([])

/** Resolves when the hold is over; a promise that rejects ends it too, and so does the end of the service. */
export async function waitFor(hold: Hold, closing: AbortSignal): Promise<void> {
  if ('ms' in hold) await pause(hold.ms, closing)
  else await Promise.race([hold.until.then(noop, noop), aborted(closing)])
}

async function pause(ms: number, closing: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal: closing }).catch(noop)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function noop(): void {}

/** Paces a stream: call before each piece; waits until its bytes may pass. */
export class Pace {
  readonly #bytesPerSecond: number
  readonly #over: AbortSignal
  #due = performance.now()

  private constructor(bytesPerSecond: number, over: AbortSignal) {
    this.#bytesPerSecond = bytesPerSecond
    this.#over = over
  }

  /** As the faults want it; null where they do not. */
  static of(strikes: Strikes, closing: AbortSignal): Pace | null {
    const throttle = strikes.get('throttle')
    if (throttle !== undefined) return new Pace(throttle.bytesPerSecond, closing)
    const held = strikes.get('throttle-until')
    if (held === undefined) return null
    const over = new AbortController()
    void waitFor(held.hold, closing).then(() => over.abort())
    return new Pace(held.bytesPerSecond, over.signal)
  }

  async pass(bytes: number): Promise<void> {
    if (this.#over.aborted) return
    const now = performance.now()
    this.#due = Math.max(this.#due, now) + (bytes / this.#bytesPerSecond) * 1000
    if (this.#due - now > 2) await pause(this.#due - now, this.#over)
  }
}
