import type { Image, LogLine } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { ImageTask } from '../../shared/image-protocol.ts'
import type { Engine, JobListener, RunningTransfer } from './engine/index.ts'
import type { TransferEvent } from './machine.ts'
import type { TransferRecord } from './record.ts'
import type { DigestName, Endpoint, FileIdentity, FromWorker, JobResult, Side, TransferJob, WorkerPhase } from './worker/contract.ts'

/** The calls of the Image API that a transfer makes around the bytes. Each rejects with a GlancerError; 404 is `not-found`. */
export interface ImageCalls {
  get(imageId: string, signal: AbortSignal): Promise<Image>
  create(image: NewImage, signal: AbortSignal): Promise<Image>
  protect(imageId: string, signal: AbortSignal): Promise<void>
  deactivate(imageId: string, signal: AbortSignal): Promise<void>
  delete(imageId: string, signal: AbortSignal): Promise<void>
  /** Begins an import; the cloud does it after its answer. */
  import(imageId: string, order: ImportOrder, signal: AbortSignal): Promise<void>
  /** The image's tasks, newest first. A cloud may know none, or not say: then it rejects. */
  tasks(imageId: string, signal: AbortSignal): Promise<ImageTask[]>
}

export interface NewImage {
  id: string
  name: string
  diskFormat: string
  containerFormat: string
  visibility: string
  tags: readonly string[]
  minDisk: number
  minRam: number
  properties: Readonly<Record<string, string>>
}

/** What a cloud is asked to import, and where to. The names in `method` are the API's. */
export interface ImportOrder {
  method:
    | { name: 'glance-direct' }
    | { name: 'web-download'; uri: string }
    | { name: 'copy-image' }
    | { name: 'glance-download'; glance_region: string; glance_image_id: string }
  /** Empty, and not all = the cloud's default store. */
  stores: readonly string[]
  allStores: boolean
  mustAllSucceed: boolean
}

/** Where the data of an image goes: to the image itself, or to the staging area, from which it is imported. */
export type DataArea = 'file' | 'stage'

/** A cloud, as far as a transfer needs it. */
export interface TransferCloud {
  /** Signs in where needed. */
  calls(signal: AbortSignal): Promise<ImageCalls>
  /** How the worker reaches the data of an image, with a token that lives long enough. */
  endpoint(imageId: string, signal: AbortSignal, area?: DataArea): Promise<Endpoint>
  /** Asks for a new token, after the data call was answered with 401. */
  renew(signal: AbortSignal): Promise<void>
  /** The digest that this cloud publishes besides MD5, as far as known: `sha512` until it shows another. */
  hashAlgorithm(): string
  /** The same, after a look at one of its images where it is not known yet. */
  findHashAlgorithm(signal: AbortSignal): Promise<string>
  /** Remembers which one it publishes. */
  sawHashAlgorithm(algorithm: string): void
  /** Tells the image watcher that this image moves now. */
  nudge(imageId: string): void
  describe(): { server: string; project: string | null }
  /** It is reached without any network. */
  isOnThisMachine(): boolean
}

/** Files that are still coming from a browser. */
export interface IncomingFiles {
  /** Resolves with where the file is once it is whole; rejects when the browser gave up. */
  whole(intakeId: string, progress: (bytes: number) => void, signal: AbortSignal): Promise<{ path: string; identity: FileIdentity }>
}

export interface AttemptDeps {
  engine: Engine
  cloud: TransferCloud
  /** The cloud that a copy comes from; null when it is no longer configured. */
  otherCloud(cloudId: string): TransferCloud | null
  incoming: IncomingFiles
  /** Without a byte for this long a connection counts as dead. */
  stallTimeoutMs: number
  now(): number
  /** Resolves after so long, or rejects when the signal aborts. Given, so that tests need no real time. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * One attempt at one transfer, as its run sees it. Every `step` and `set` is in the journal when it returns. After the signal aborted
 * (paused, cancelled, the app closing) they do nothing: the queue has already said what became of it.
 */
export interface Attempt {
  readonly record: TransferRecord
  readonly signal: AbortSignal
  step(event: TransferEvent, patch?: Partial<TransferRecord>): void
  set(patch: Partial<TransferRecord>): void
  note(level: LogLine['level'], text: string): void
  /** Bytes so far; not in the journal. */
  progress(bytes: number, waits?: Extract<FromWorker, { type: 'progress' }>['waits']): void
  /** The job that runs for it now, so that its limits can be changed meanwhile. */
  runs(job: RunningTransfer | null): void
  /** What is left behind if this attempt ends now, in words. */
  leaves(words: string | null): void
  /** The server's wish for when to come back. */
  retryAfterMs: number | null
}

/**
 * Runs a job on the engine and waits for its end; aborting the attempt cancels the job and waits until it let go of everything.
 * @param stop ends the job as well; its reason is what the attempt fails with.
 * @param sourceLost asked for a way to the source of a copy that broke off.
 */
export async function runJob(
  attempt: Attempt,
  deps: AttemptDeps,
  job: TransferJob,
  onPhase: (phase: WorkerPhase) => void,
  stop?: AbortSignal,
  sourceLost?: JobListener['sourceLost'],
): Promise<JobResult> {
  attempt.signal.throwIfAborted()
  const running = deps.engine.start(job, {
    progress: ({ bytes, waits }) => attempt.progress(bytes, waits),
    phase: onPhase,
    ...(sourceLost !== undefined && { sourceLost }),
  })
  attempt.runs(running)
  const cancel = (): void => running.cancel()
  attempt.signal.addEventListener('abort', cancel, { once: true })
  stop?.addEventListener('abort', cancel, { once: true })
  const finished = await running.finished
  attempt.runs(null)
  attempt.signal.removeEventListener('abort', cancel)
  stop?.removeEventListener('abort', cancel)
  if (finished.type === 'done') return finished.result
  attempt.signal.throwIfAborted()
  stop?.throwIfAborted()
  if (finished.type === 'cancelled') throw new GlancerError('cancelled', 'The transfer was stopped.')
  attempt.retryAfterMs = finished.retryAfterMs
  if (finished.error.requestId !== undefined) attempt.set({ requestIds: [...attempt.record.requestIds, finished.error.requestId] })
  throw new JobFailure(finished)
}

/** A failed job, with what the worker knows besides the error. */
export class JobFailure extends GlancerError {
  readonly bytes: number
  readonly answered: boolean
  readonly rangeWorked: boolean | null
  /** Of a copy: which of the two clouds it was, and what had been computed when it was the source's data that was wrong. */
  readonly side: Side | null
  readonly digests: Readonly<Record<DigestName, string>> | undefined

  constructor(failed: Extract<FromWorker, { type: 'failed' }>) {
    super(failed.error.code, failed.error.message, failed.error)
    this.bytes = failed.bytes
    this.answered = failed.answered
    this.rangeWorked = failed.rangeWorked
    this.side = failed.side
    this.digests = failed.digests
  }
}
