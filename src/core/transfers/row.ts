import type { ImportProgress, Limit, Transfer, TransferAction, TransferDetail } from '../../shared/domain.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { madeImage, type TransferRecord } from './record.ts'

/** What is known of a running transfer but not journalled. */
export interface LiveProgress {
  bytes: number
  bytesPerSecond: number | null
  secondsLeft: number | null
  limitedBy: string | null
  perSecond: readonly number[]
  limits: readonly Limit[]
}

/** A journal record and its live progress, as the page sees them: without paths. */
export function toRow(record: TransferRecord, live: LiveProgress | null): Transfer {
  const whole = record.state === 'done' || record.state === 'verifying' || record.state === 'finishing'
  return {
    id: record.id,
    kind: record.job.kind,
    cloudId: record.cloudId,
    cloudName: record.cloudName,
    imageId: record.imageId,
    imageName: record.imageName,
    fileName: record.fileName,
    from: record.job.kind === 'copy' ? record.job.from : null,
    import: importOf(record.job),
    state: record.state,
    until: record.until,
    reason: record.reason,
    error: record.error,
    verification: record.verification,
    leftBehind: record.leftBehind,
    bytesDone: whole ? (record.bytesTotal ?? live?.bytes ?? 0) : (live?.bytes ?? 0),
    bytesTotal: record.bytesTotal,
    bytesPerSecond: record.state === 'transferring' || record.state === 'preparing' ? (live?.bytesPerSecond ?? null) : null,
    secondsLeft: record.state === 'transferring' ? (live?.secondsLeft ?? null) : null,
    limitedBy: record.state === 'transferring' ? (live?.limitedBy ?? null) : null,
    speedLimit: record.speedLimit,
    stateSince: record.stateSince,
    attempt: record.attempt,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    position: record.position,
    actions: actionsFor(record),
  }
}

function importOf(job: TransferRecord['job']): ImportProgress | null {
  if (job.kind === 'import') return job.progress
  return job.kind === 'upload' ? (job.staging?.progress ?? null) : null
}

export function toDetail(record: TransferRecord, live: LiveProgress | null): TransferDetail {
  return {
    transfer: toRow(record, live),
    phases: record.phases,
    log: record.log,
    digests: record.digests,
    sizes: record.sizes,
    perSecond: live === null ? record.perSecond : [...live.perSecond],
    limits: live === null ? record.limits : [...live.limits],
    requestIds: record.requestIds,
    server: record.server,
    project: record.project,
    source: sourceOf(record.job),
    leftOut: record.job.kind === 'copy' ? record.job.leftOut : [],
  }
}

function sourceOf(job: TransferRecord['job']): TransferDetail['source'] {
  return job.kind === 'copy' && job.source !== null ? { server: job.source.server, project: job.source.project } : null
}

const spoiled: ReadonlySet<ErrorCode> = new Set(['image-busy', 'image-killed', 'conflict'])

/** What a person may do with it now. The one place that decides it; the queue refuses everything else. */
export function actionsFor(record: TransferRecord): TransferAction[] {
  const leftovers: TransferAction[] = []
  if (record.leftBehind !== null) {
    if (record.job.kind === 'download') leftovers.push('delete-part')
    else if (record.imageId !== null && madeImage(record.job)) {
      // A retry goes to the same image; where that takes no data any more, only another one helps.
      if (record.error !== null && spoiled.has(record.error.code)) leftovers.push('begin-again')
      leftovers.push('delete-image')
    }
  }
  switch (record.state) {
    case 'queued':
      return ['start-now', 'pause', 'cancel']
    case 'preparing':
    case 'transferring':
      return ['pause', 'cancel']
    case 'finishing':
    case 'verifying':
      return ['cancel']
    case 'waiting':
      return ['retry', 'pause', 'cancel']
    case 'paused':
      return ['resume', 'cancel']
    case 'failed':
    case 'cancelled':
      return ['retry', ...leftovers, 'remove']
    case 'done':
      return [...fileActions(record), 'remove']
  }
}

/** What can be done with the file of a finished transfer. The copy of a file that a browser sent is not kept. */
function fileActions({ job }: TransferRecord): TransferAction[] {
  if (job.kind === 'download') return ['show-file', 'verify-again']
  return job.kind === 'upload' && !job.ownCopy ? ['verify-again'] : []
}
