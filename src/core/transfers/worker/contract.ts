import type { ErrorShape } from '../../../shared/errors.ts'

/**
 * What crosses between the core and a transfer worker: plain data that structured clone carries. The worker moves bytes and hashes them; it
 * knows nothing of clouds, journals or the page. A token reaches it in `headers` and is never logged or sent back.
 */

/** How to reach the server. TLS settings are PEM texts, already read by the core. */
export interface Endpoint {
  /** The whole URL of `/v2/images/{id}/file`. */
  url: string
  /** Sent as they are; holds `X-Auth-Token`. */
  headers: Readonly<Record<string, string>>
  tls?: { ca?: string; cert?: string; key?: string; verify: boolean }
  /** `http://host:port` of a proxy that takes CONNECT (https) or absolute URLs (http). */
  proxy?: string
}

/** What a file was when it was looked at; a later difference means that somebody changed it. */
export interface FileIdentity {
  /** Whole bytes. */
  size: number
  /** Nanoseconds since the epoch, as decimal text (a number would lose digits). */
  mtimeNs: string
  /** Inode and device as decimal text. */
  ino: string
  dev: string
}

/** Digest names in Node's spelling, lower case: `md5`, `sha512`, `sha256`. */
export type DigestName = string

export interface UploadJob {
  kind: 'upload'
  endpoint: Endpoint
  path: string
  identity: FileIdentity
  digests: readonly DigestName[]
  /** Bytes a second; null = no limit. Changed while running by a `rate` message. */
  rate: number | null
  /** Give up when no byte moved, either way, for this long. */
  stallTimeoutMs: number
}

/** Below this a file is sent from one buffer and hashed in the transfer's own thread: to bring in others costs more than it gains. */
const SMALL_FILE_BYTES = 4 * 1024 * 1024

/** Whether a job takes the short path, for which no hash threads are wanted. */
export function isSmall(job: TransferJob): boolean {
  return job.kind === 'upload' && job.identity.size < SMALL_FILE_BYTES
}

/** When a download is worth more than one connection, and how many. */
export interface RangePlan {
  /** At most so many at once. */
  connections: number
  /** Bytes that must still be missing. */
  worthBytes: number
  /** How long one connection is watched before another is tried, and each further one after it. */
  watchMs: number
}

export interface DownloadJob {
  kind: 'download'
  endpoint: Endpoint
  /** Where the bytes go until they are verified: `<name>.part`. */
  partPath: string
  /** From the image record; null where the record has none. A caching Glance may send no Content-Length. */
  size: number | null
  /** Bytes of the part file that are to be kept (re-hashed from disk, then `Range`), or 0 to start anew. */
  resumeFrom: number
  /** False where this store is known to have no `Range`: then a resume starts again. */
  rangeAllowed: boolean
  /** Null = one connection whatever happens; left out = as is usual. */
  ranges?: RangePlan | null
  digests: readonly DigestName[]
  rate: number | null
  stallTimeoutMs: number
}

/** One image from a cloud into a queued image of another: what comes is what is sent, and nothing of it is kept here. */
export interface CopyJob {
  kind: 'copy'
  /** Where the data is read. */
  source: Endpoint
  /** Where it is sent. */
  endpoint: Endpoint
  /** Whole bytes, from the source's record. The target is told this length before the first byte, so that fewer never make an image. */
  size: number
  /** What the source's record says of the data, in hex by digest; the last block is sent only if it is so. Empty where it says nothing. */
  expected: Readonly<Record<DigestName, string>>
  /** False where the source is known to have no `Range`: then a source that breaks off ends the copy. */
  rangeAllowed: boolean
  /** Of both sides, each once. */
  digests: readonly DigestName[]
  rate: number | null
  stallTimeoutMs: number
}

/** Reads a local file and hashes it, to compare it with an image later: after a crash behind a finished upload, or when a person asks. */
export interface HashJob {
  kind: 'hash'
  path: string
  /** The file must still be this one; null = whatever it is now. */
  identity: FileIdentity | null
  digests: readonly DigestName[]
}

export type TransferJob = UploadJob | DownloadJob | CopyJob | HashJob

/** To the worker. `source` answers a `source-lost`: how to reach the source now, or why not. */
export type ToWorker =
  | { type: 'start'; job: TransferJob }
  | { type: 'rate'; rate: number | null }
  | { type: 'source'; answer: SourceAnswer }
  | { type: 'cancel' }

export type SourceAnswer = { endpoint: Endpoint } | { error: ErrorShape }

/** Milliseconds spent waiting, since the start of the job: what the bottleneck is read from. */
export interface Waits {
  /** For the local disk: reading ahead, or writing. */
  disk: number
  /** For a block to be hashed. */
  hashing: number
  /** For the socket: its buffer to drain (upload, copy), or bytes to come (download). */
  network: number
  /** For bytes to come from the source of a copy. */
  source: number
  /** After the last byte was sent, for the answer. */
  server: number
  /** For the rate limit. */
  rate: number
}

export type WorkerPhase = 'rehashing' | 'transferring' | 'finishing'

export interface UploadResult {
  kind: 'upload'
  bytes: number
  digests: Record<DigestName, string>
  requestId: string | null
  waits: Waits
}

export interface DownloadResult {
  kind: 'download'
  /** Bytes now in the part file; flushed to disk. */
  bytes: number
  /** The part file as it was left: what gets its name must still be this one. */
  identity: FileIdentity
  digests: Record<DigestName, string>
  /** `Content-MD5` of the answer, hex, of the whole image; null if it had none. */
  contentMd5: string | null
  requestId: string | null
  /** False once the server showed that it has no `Range` for this image. */
  rangeWorked: boolean | null
  waits: Waits
}

export interface CopyResult {
  kind: 'copy'
  bytes: number
  digests: Record<DigestName, string>
  /** `Content-MD5` of the source's answer, hex, of the whole image; null if it had none. */
  contentMd5: string | null
  /** Of the target's answer, and of the source's. */
  requestId: string | null
  sourceRequestId: string | null
  /** False once the source showed that it has no `Range` for this image. */
  rangeWorked: boolean | null
  waits: Waits
}

export interface HashResult {
  kind: 'hash'
  bytes: number
  digests: Record<DigestName, string>
  waits: Waits
}

export type JobResult = UploadResult | DownloadResult | CopyResult | HashResult

/** Which of the two clouds of a copy. */
export type Side = 'source' | 'target'

/** From the worker. `progress` at most ten times a second. */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'phase'; phase: WorkerPhase }
  | { type: 'progress'; bytes: number; waits: Waits }
  /**
   * The source of a copy broke off. The core looks whether the image is still the same and answers with a way to it: the rest is asked for, while
   * the target waits for it in the same request. `bytes` = how many came so far.
   */
  | { type: 'source-lost'; error: ErrorShape; bytes: number }
  | { type: 'done'; result: JobResult }
  /**
   * The job ended badly. `error.code` is from the closed list; `retryAfterMs` from a `Retry-After`; `bytes` = how many bytes were moved (upload:
   * taken by the socket; download: safe in the part file). `answered` = the server gave an HTTP answer (status in `error.status`).
   * `side` = which of the two of a copy failed, where it was one of them.
   */
  | {
      type: 'failed'
      error: ErrorShape
      bytes: number
      answered: boolean
      retryAfterMs: number | null
      rangeWorked: boolean | null
      side: Side | null
      /** Where the source's data was not what it says: what was computed of it. */
      digests?: Record<DigestName, string>
    }
  | { type: 'cancelled'; bytes: number }
