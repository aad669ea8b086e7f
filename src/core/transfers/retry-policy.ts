import type { ErrorCode, ErrorShape } from '../../shared/errors.ts'

/**
 * How a failed attempt goes on. `reason` completes the sentence "Waiting: again in 12 s: …". A delay of null means that a cause is waited for
 * and not a time: the network. `uses`: what the wait uses up, one of the attempts or the patience with somebody who is away, or nothing.
 */
export type NextStep = { kind: 'fail' } | { kind: 'wait'; delayMs: number | null; reason: string; uses: 'attempt' | 'patience' | 'nothing' }

/** What is known about the attempt that failed. */
export interface Circumstances {
  /** How many attempts were made, from 1. */
  attempt: number
  /** Bytes of the image moved in it: the other side was there and then failed. */
  moved: boolean
  /** A download whose next attempt goes on behind what this one got. */
  advanced: boolean
  /** How many times on end the other side was away before, and for how long by now, in milliseconds. */
  awayWaits: number
  awayMs: number
  network: 'there' | 'gone' | 'just-back'
  /** The server's own wish (`Retry-After`), honoured up to an hour. */
  retryAfterMs: number | null
  /** 0 to 1, for jitter: many transfers that failed together shall not come back together. */
  random: number
}

export const MAX_ATTEMPTS = 6
const FIRST_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 120_000
const LONGEST_RETRY_AFTER_MS = 3_600_000
export const DISK_CHECK_MS = 15_000
/** A queue that is filled on Friday evening outlives a cloud that is mended on Saturday. */
const PATIENCE_MS = 24 * 3_600_000
/** Glance lets go of an image that it holds as saving after 900 s without a word from the client (observed); never after it was killed. */
const BUSY_PATIENCE_MS = 17 * 60_000
const BUSY_DELAY_MS = 30_000

/** Short reasons, for the row; what is in none of these tables is not tried again. */
const network: Partial<Record<ErrorCode, string>> = {
  reset: 'connection reset',
  refused: 'connection refused',
  unreachable: 'the cloud cannot be reached',
  dns: 'its name is not found',
  timeout: 'no answer in time',
  stalled: 'no byte moved',
  proxy: 'the proxy does not answer',
  'identity-unreachable': 'Keystone cannot be reached',
}
const server: Partial<Record<ErrorCode, string>> = {
  'server-error': 'the cloud failed',
  unavailable: 'the cloud is not available',
  'too-many-requests': 'the cloud asks to wait',
}
const others: Partial<Record<ErrorCode, string>> = {
  interrupted: 'it was interrupted',
  'image-busy': 'the image is busy',
  'part-changed': 'what was kept of it is not right any more',
}
/** Nobody is there, or says "later": as long as no byte has moved, waiting costs nothing, so it may take long. */
const away: ReadonlySet<ErrorCode> = new Set([
  'refused',
  'unreachable',
  'dns',
  'timeout',
  'proxy',
  'identity-unreachable',
  'unavailable',
  'too-many-requests',
])
/** Waits that are about this machine: looked at again and again, since a person mends them. */
const here: Partial<Record<ErrorCode, string>> = { 'disk-full': 'the disk is full', 'folder-missing': 'the folder is not there' }

/** What follows a failed attempt. Pure. */
export function nextStep(error: ErrorShape, now: Circumstances): NextStep {
  const mended = here[error.code]
  if (mended !== undefined) return { kind: 'wait', delayMs: DISK_CHECK_MS, reason: mended, uses: 'nothing' }
  if (error.code === 'image-busy' && !now.moved) {
    if (now.awayMs >= BUSY_PATIENCE_MS) return { kind: 'fail' }
    return { kind: 'wait', delayMs: delay(now, now.awayWaits, BUSY_DELAY_MS), reason: 'the cloud still holds the image', uses: 'patience' }
  }
  const reason = network[error.code] ?? server[error.code] ?? others[error.code]
  if (reason === undefined) return { kind: 'fail' }
  if (network[error.code] !== undefined) {
    if (now.network === 'gone') return { kind: 'wait', delayMs: null, reason: NO_NETWORK, uses: 'nothing' }
    // What broke since the machine slept or the network was away is nobody's failure.
    if (now.network === 'just-back') return { kind: 'wait', delayMs: delay(now, 0), reason, uses: 'nothing' }
  }
  // Who says "later" means it, also to bytes that were on their way already.
  if (away.has(error.code) && (!now.moved || error.code === 'too-many-requests')) {
    if (now.awayMs >= PATIENCE_MS) return { kind: 'fail' }
    return { kind: 'wait', delayMs: delay(now, now.awayWaits), reason, uses: 'patience' }
  }
  if (now.advanced) return { kind: 'wait', delayMs: delay(now, 0), reason, uses: 'nothing' }
  if (now.attempt >= MAX_ATTEMPTS) return { kind: 'fail' }
  return { kind: 'wait', delayMs: delay(now, now.attempt - 1), reason, uses: 'attempt' }
}

export const NO_NETWORK = 'there is no network'

/** 2 s, doubled with each time before, within bounds and a quarter more or less. */
function delay(now: Circumstances, before: number, longest = LONGEST_DELAY_MS): number {
  const backoff = Math.min(longest, FIRST_DELAY_MS * 2 ** Math.min(before, 20))
  const jittered = backoff * (0.75 + 0.5 * Math.min(1, Math.max(0, now.random)))
  return Math.round(Math.max(jittered, Math.min(now.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS)))
}
