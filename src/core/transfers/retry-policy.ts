import type { ErrorCode, ErrorShape } from '../../shared/errors.ts'

/** How a failed attempt goes on. `reason` completes the sentence "Waiting: again in 12 s: …". */
export type NextStep = { kind: 'fail' } | { kind: 'wait'; delayMs: number; reason: string; countsAsAttempt: boolean }

export const MAX_ATTEMPTS = 6
const FIRST_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 120_000
const DISK_CHECK_MS = 15_000

/** Short reasons, for the row; what is not listed here is not tried again. */
const passing: Partial<Record<ErrorCode, string>> = {
  reset: 'connection reset',
  refused: 'connection refused',
  unreachable: 'the cloud cannot be reached',
  dns: 'its name is not found',
  timeout: 'no answer in time',
  stalled: 'no byte moved',
  proxy: 'the proxy does not answer',
  'server-error': 'the cloud failed',
  unavailable: 'the cloud is not available',
  'too-many-requests': 'the cloud asks to wait',
  'identity-unreachable': 'Keystone cannot be reached',
  'image-busy': 'the image is busy',
  interrupted: 'it was interrupted',
}

/** Waits that are about this machine: looked at again and again, since a person mends them. They use up no attempt. */
const standing: Partial<Record<ErrorCode, string>> = { 'disk-full': 'the disk is full' }

/**
 * What follows a failed attempt. Pure.
 * @param attempt how many attempts were made, from 1.
 * @param retryAfterMs the server's own wish (`Retry-After`), honoured up to an hour.
 * @param random 0 to 1, for jitter: many transfers that failed together shall not come back together.
 */
export function nextStep(error: ErrorShape, attempt: number, retryAfterMs: number | null, random: number): NextStep {
  const lasting = standing[error.code]
  if (lasting !== undefined) return { kind: 'wait', delayMs: DISK_CHECK_MS, reason: lasting, countsAsAttempt: false }
  const reason = passing[error.code]
  if (reason === undefined || attempt >= MAX_ATTEMPTS) return { kind: 'fail' }
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1))
  const jittered = backoff * (0.75 + 0.5 * Math.min(1, Math.max(0, random)))
  const delayMs = Math.round(Math.max(jittered, Math.min(retryAfterMs ?? 0, 3_600_000)))
  return { kind: 'wait', delayMs, reason, countsAsAttempt: true }
}
