import type { Transfer, TransferAction } from '../../../shared/domain.ts'
import { formatBytes, formatDuration, formatRate } from '../../../shared/units.ts'
import type { ShapeName, Tone } from '../../components/shape.tsx'
import { kindWords } from './kinds.ts'

export const groups = ['needs-you', 'running', 'waiting', 'done'] as const
export type Group = (typeof groups)[number]

const running: ReadonlySet<Transfer['state']> = new Set(['preparing', 'transferring', 'finishing', 'verifying'])

export function isRunning(transfer: Transfer): boolean {
  return running.has(transfer.state)
}

export function isMismatch(transfer: Transfer): boolean {
  return transfer.verification?.kind === 'mismatch' || transfer.error?.code === 'mismatch'
}

/** Where a transfer stands in the lists: what needs a person first, what is over last. */
export function groupOf(transfer: Transfer): Group {
  if (isRunning(transfer)) return 'running'
  switch (transfer.state) {
    case 'failed':
      return 'needs-you'
    case 'done':
      return isMismatch(transfer) ? 'needs-you' : 'done'
    case 'cancelled':
      return 'done'
    default:
      return 'waiting'
  }
}

/** All transfers by group; the newest end first among what is over, else the order of the queue. */
export function inGroups(transfers: Iterable<Transfer>): Record<Group, Transfer[]> {
  const sorted: Record<Group, Transfer[]> = { 'needs-you': [], running: [], waiting: [], done: [] }
  for (const transfer of transfers) sorted[groupOf(transfer)].push(transfer)
  for (const group of ['needs-you', 'running', 'waiting'] as const)
    sorted[group].sort((a, b) => a.position - b.position || a.createdAt - b.createdAt)
  sorted.done.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || b.position - a.position)
  return sorted
}

export interface PhaseLook {
  word: string
  shape: ShapeName
  tone: Tone
}

/** The name of the phase, with its shape. */
export function phaseLook(transfer: Transfer): PhaseLook {
  const kind = kindWords(transfer)
  if (isMismatch(transfer)) return { word: 'Mismatch', shape: 'unequal', tone: 'danger' }
  switch (transfer.state) {
    case 'queued':
      return { word: 'Queued', shape: 'dashed', tone: 't2' }
    case 'preparing':
      return { word: 'Preparing', shape: 'spinner', tone: 'accent' }
    case 'transferring':
      return { word: kind.moving, shape: 'half', tone: 'accent' }
    case 'finishing':
      return { word: kind.finishing, shape: 'spinner', tone: 'accent' }
    case 'verifying':
      return { word: 'Verifying', shape: 'spinner', tone: 'accent' }
    case 'waiting':
      return { word: 'Waiting', shape: 'clock', tone: 'warn' }
    case 'paused':
      return { word: 'Paused', shape: 'pause', tone: 't2' }
    case 'failed':
      return { word: 'Failed', shape: 'stop', tone: 'danger' }
    case 'cancelled':
      return { word: 'Cancelled', shape: 'cross', tone: 't2' }
    case 'done':
      return doneLook(transfer)
  }
}

function doneLook(transfer: Transfer): PhaseLook {
  switch (transfer.verification?.kind) {
    case 'verified':
      return { word: 'Verified', shape: 'verified', tone: 'ok' }
    // The cloud is content, and that is all that anybody knows.
    case 'not-compared':
      return { word: transfer.import?.method === 'copy-image' ? 'Copied' : 'Imported', shape: 'tick', tone: 't2' }
    default:
      return { word: 'Not verifiable', shape: 'question', tone: 't2' }
  }
}

/** How far an import is, in the stores that it goes to; null where there is nothing to tell yet. */
export function storesReached({ import: progress }: Pick<Transfer, 'import'>): string | null {
  if (progress === null || progress.stores.length < 2) return null
  return `${progress.stores.filter((store) => store.state === 'done').length} of ${progress.stores.length} stores`
}

/** The sentence of a transfer that does not run: what, when again, why, what is left. `now` counts the wait down. */
export function standing(transfer: Transfer, now: number): string {
  const { verification, leftBehind } = transfer
  if (verification?.kind === 'mismatch') return sentences(verification.what, leftBehind)
  switch (transfer.state) {
    case 'queued':
      return `${transfer.reason ?? 'starts by itself'}${ownLimit(transfer)}`
    case 'waiting': {
      const why = transfer.reason ?? 'it will be tried again'
      return transfer.until === null ? why : `again in ${formatWait(transfer.until - now)}: ${why}`
    }
    case 'paused':
      return `${transfer.reason ?? (kindWords(transfer).sends && transfer.bytesDone > 0 ? fromByte0(transfer) : 'until you resume it')}${ownLimit(transfer)}`
    case 'failed':
      return sentences(transfer.error?.message ?? transfer.reason ?? 'for an unknown reason', leftBehind)
    case 'cancelled':
      return leftBehind ?? 'nothing was left behind'
    case 'done':
      return doneWords(transfer)
    default:
      return ''
  }
}

function doneWords(transfer: Transfer): string {
  const { verification } = transfer
  const bytes = formatBytes(transfer.bytesTotal ?? transfer.bytesDone)
  const took =
    transfer.startedAt === null || transfer.endedAt === null ? '' : ` in ${formatDuration((transfer.endedAt - transfer.startedAt) / 1000)}`
  const retries = transfer.attempt > 1 ? `, ${transfer.attempt === 2 ? 'one retry' : `${transfer.attempt - 1} retries`}` : ''
  if (verification?.kind === 'verified') return `${compared(verification)}, ${bytes}${took}${retries}`
  if (verification?.kind === 'not-compared')
    return `${verification.reason}. ${transfer.bytesTotal === null ? took.replace(/^ in /, 'It took ') : `${bytes}${took}`}${retries}`
  const why = verification?.kind === 'not-verifiable' ? verification.reason : 'nothing was compared'
  return `${why}. ${bytes}${took}, size is right${retries}`
}

/** What a copy compared on which side: `on both sides (MD5 + SHA-512)`. */
export function compared({ algorithms, source }: Extract<Transfer['verification'], { kind: 'verified' }>): string {
  const here = algorithms.join(' + ')
  if (source === undefined) return here
  if (source.length === 0) return `at the target (${here}), the source published no hash`
  const there = source.join(' + ')
  return here === there ? `on both sides (${here})` : `on both sides (${there} there, ${here} here)`
}

function ownLimit({ speedLimit }: Transfer): string {
  return speedLimit === null ? '' : `, then at most ${formatRate(speedLimit)}`
}

function fromByte0(transfer: Transfer): string {
  return transfer.kind === 'copy' ? 'a copy starts again from byte 0' : 'an upload starts again from byte 0'
}

/** Two facts as two sentences; the first keeps its full stop only where a second follows. */
function sentences(first: string, second: string | null): string {
  const bare = first.replace(/\.$/, '')
  return second === null ? bare : `${bare}. ${second.replace(/\.$/, '')}`
}

/** `12 s`, never less than a second, so that a wait never shows as over. */
export function formatWait(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  return seconds < 90 ? `${seconds}\u00a0s` : formatDuration(seconds)
}

/** `2 running, 1 waiting, 1 mismatch, 1 done`: every transfer is counted once. */
export function counted(transfers: Iterable<Transfer>): string {
  const counts = { running: 0, waiting: 0, paused: 0, mismatch: 0, failed: 0, cancelled: 0, done: 0 }
  for (const transfer of transfers) {
    if (isMismatch(transfer)) counts.mismatch++
    else if (isRunning(transfer)) counts.running++
    else if (transfer.state === 'queued' || transfer.state === 'waiting') counts.waiting++
    else if (transfer.state === 'paused' || transfer.state === 'failed' || transfer.state === 'cancelled') counts[transfer.state]++
    else counts.done++
  }
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')
}

/** It has a place in the queue to move from. */
export function waitsForTurn(transfer: Transfer): boolean {
  return transfer.state === 'queued' || transfer.state === 'waiting' || transfer.state === 'paused'
}

/** A pause would throw away what it has moved. */
export function losesBytes(transfer: Transfer): boolean {
  return kindWords(transfer).sends && isRunning(transfer) && transfer.bytesDone > 0
}

/** What a pause of these means for those that run, as a part of a sentence. */
export function pauseMeaning(transfers: Iterable<Transfer>): string {
  const counts = { upload: 0, copy: 0, download: 0, import: 0 }
  for (const transfer of transfers) {
    if (!isRunning(transfer) || !transfer.actions.includes('pause')) continue
    counts[transfer.kind]++
  }
  const parts = [
    fromTheStart(counts.upload, 'an upload', 'uploads'),
    fromTheStart(counts.copy, 'a copy', 'copies'),
    counts.download > 0 ? `${counts.download === 1 ? 'a download keeps its' : `${counts.download} downloads keep their`} bytes` : null,
  ].filter((part) => part !== null)
  return parts.length === 0 ? 'nothing is lost' : parts.join(', ')
}

function fromTheStart(count: number, one: string, many: string): string | null {
  if (count === 0) return null
  return `${count === 1 ? `${one} starts` : `${count} ${many} start`} again from byte 0`
}

/** What a button for an action is called. */
export function actionLabel(transfer: Transfer, action: TransferAction): string {
  switch (action) {
    case 'pause':
      if (!isRunning(transfer)) return 'Pause'
      if (transfer.kind === 'download') return 'Pause: a download keeps its bytes'
      return kindWords(transfer).sends ? `Pause: ${fromByte0(transfer)}` : 'Pause'
    case 'resume':
      return 'Resume'
    case 'cancel':
      return 'Cancel'
    case 'retry':
      if (transfer.state === 'waiting') return 'Retry now'
      return transfer.kind === 'download' && transfer.state !== 'cancelled' ? 'Download again' : 'Retry'
    case 'remove':
      return 'Remove from list'
    case 'start-now':
      return 'Start now'
    case 'delete-image':
      return 'Delete the image'
    case 'begin-again':
      return 'Delete the image, begin again'
    case 'delete-part':
      return 'Delete the .part'
    case 'show-file':
      return 'Show in folder'
    case 'verify-again':
      return 'Verify again'
  }
}
