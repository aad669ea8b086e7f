import { unlink } from 'node:fs/promises'
import { GlancerError, toErrorShape } from '../../shared/errors.ts'
import { ignoreMissing } from '../files/ignore-missing.ts'
import { type Attempt, type AttemptDeps, JobFailure, type TransferCloud } from './attempt.ts'
import { runCopy } from './copy-run.ts'
import { runDownload } from './download-run.ts'
import type { RunningTransfer } from './engine/index.ts'
import { runImport } from './import-run.ts'
import type { TransferRecord } from './record.ts'
import type { RecordStore } from './record-store.ts'
import type { NextStep } from './retry-policy.ts'
import { nextStep } from './retry-policy.ts'
import { runUpload } from './upload-run.ts'
import { whatIsLeft } from './what-is-left.ts'

/** What does the work of each kind: one attempt, which ends with the step to `done` or throws. */
const runners: Readonly<Record<TransferRecord['job']['kind'], (attempt: Attempt, deps: AttemptDeps) => Promise<void>>> = {
  upload: runUpload,
  download: runDownload,
  import: runImport,
  copy: runCopy,
}

export interface RunDeps extends Omit<AttemptDeps, 'cloud'> {
  random(): number
  network(): 'there' | 'gone' | 'just-back'
  /** The engine's job that runs for it now; null = none any more. */
  runs(job: RunningTransfer | null): void
}

/**
 * One attempt of one transfer from beginning to end, and the judgement about what follows when it fails. Never rejects. After the signal
 * aborted (`pause`, `cancel`, `interrupt`) the queue has already said what became of the transfer.
 */
export async function runTransfer(
  id: string,
  cloud: TransferCloud | null,
  signal: AbortSignal,
  store: RecordStore,
  deps: RunDeps,
): Promise<void> {
  const attempt = attemptOf(id, signal, store, deps)
  const { job, cloudName } = store.known(id)
  try {
    if (cloud === null)
      throw new GlancerError('not-found', `The cloud ${cloudName} is no longer configured.`, {
        remedy: 'Put it back into clouds.yaml, then retry.',
      })
    await runners[job.kind](attempt, { ...deps, cloud })
    await afterDone(id, store)
  } catch (thrown) {
    if (!signal.aborted) return afterFailure(attempt, thrown, store, deps)
    if (signal.reason !== 'cancel' || cloud === null) return
    const left = await whatIsLeft(store.get(id), cloud, deps.sleep)
    if (left !== undefined) store.set(id, { leftBehind: left })
  }
}

function afterFailure(attempt: Attempt, thrown: unknown, store: RecordStore, deps: RunDeps): void {
  const { record } = attempt
  const error = toErrorShape(thrown)
  const now = deps.now()
  const moved = record.state !== 'preparing' && store.bytesOf(record.id) > 0
  const next = nextStep(error, {
    attempt: record.attempt,
    moved,
    advanced: moved && record.job.kind === 'download' && !record.job.noRange && record.state === 'transferring',
    awayWaits: record.away?.waits ?? 0,
    awayMs: record.away === null ? 0 : now - record.away.since,
    network: deps.network(),
    retryAfterMs: attempt.retryAfterMs ?? (thrown instanceof GlancerError ? (thrown.retryAfterMs ?? null) : null),
    random: deps.random(),
  })
  if (next.kind === 'fail') {
    const said = error.code === 'mismatch' ? [] : [store.line('error', error.message)]
    store.step(record.id, 'fail', { error, endedAt: now, reason: null, away: null }, said)
    return
  }
  store.step(record.id, 'wait', {
    until: next.delayMs === null ? null : now + next.delayMs,
    reason: whose(thrown, record) + next.reason,
    error,
    ...used(next, record, now),
  })
}

/** In front of the reason for which a copy waits: whose it is. */
function whose(thrown: unknown, { job, cloudName }: Attempt['record']): string {
  if (job.kind !== 'copy' || !(thrown instanceof GlancerError)) return ''
  if (thrown.message.startsWith(`${job.from.cloudName}: `)) return `${job.from.cloudName}: `
  return thrown instanceof JobFailure && thrown.side === 'target' ? `${cloudName}: ` : ''
}

function used(next: NextStep & { kind: 'wait' }, record: Attempt['record'], now: number): Partial<Attempt['record']> {
  if (next.uses === 'attempt') return { away: null }
  const attempt = Math.max(0, record.attempt - 1)
  if (next.uses === 'nothing') return { attempt, away: null }
  return { attempt, away: { since: record.away?.since ?? now, waits: (record.away?.waits ?? 0) + 1 } }
}

/** A file that a browser had sent has done its work. */
async function afterDone(id: string, store: RecordStore): Promise<void> {
  const job = store.get(id)?.job
  if (job?.kind === 'upload' && job.ownCopy) await unlink(job.path).catch(ignoreMissing)
}

function attemptOf(id: string, signal: AbortSignal, store: RecordStore, { runs }: RunDeps): Attempt {
  const unlessStopped = (work: () => void): void => {
    if (!signal.aborted) work()
  }
  return {
    get record() {
      return store.known(id)
    },
    signal,
    retryAfterMs: null,
    step: (event, patch = {}) => unlessStopped(() => void store.step(id, event, patch)),
    set: (patch) => unlessStopped(() => store.set(id, patch)),
    note: (level, text) => unlessStopped(() => store.set(id, {}, [store.line(level, text)])),
    leaves: (words) => unlessStopped(() => store.set(id, { leftBehind: words })),
    runs,
    progress: (bytes, waits) => unlessStopped(() => store.progress(id, bytes, waits)),
  }
}
