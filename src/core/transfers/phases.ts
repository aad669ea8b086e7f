import type { Phase, TransferStateName } from '../../shared/domain.ts'
import type { TransferRecord } from './record.ts'

type Names = Readonly<Partial<Record<TransferStateName, string>>>

const common = { preparing: 'Preparing', verifying: 'Verifying', waiting: 'Waiting', paused: 'Paused' } as const
const upload: Names = { ...common, transferring: 'Sending', finishing: 'Cloud is saving' }
const staging: Names = { ...common, transferring: 'Sending to staging', finishing: 'Cloud is importing' }
const download: Names = { ...common, transferring: 'Receiving', finishing: 'Writing to disk' }
const imported: Names = { ...common, finishing: 'Cloud is importing' }
const toStores: Names = { ...common, finishing: 'Cloud is copying' }
const copy: Names = { ...common, transferring: 'Copying', finishing: 'Cloud is saving' }

/** What each phase of such a transfer is called; a state that has none here is no phase. */
function namesFor(job: TransferRecord['job']): Names {
  switch (job.kind) {
    case 'upload':
      return job.staging === null ? upload : staging
    case 'download':
      return download
    case 'import':
      return job.source.method === 'copy-image' ? toStores : imported
    case 'copy':
      return copy
  }
}

const badEnds: ReadonlySet<TransferStateName> = new Set(['waiting', 'failed', 'cancelled', 'paused', 'queued'])

/** The list of phases after a change of state: the running one is closed, the next one opened where the state has one. Pure. */
export function phasesAfter(
  phases: readonly Phase[],
  job: TransferRecord['job'],
  to: TransferStateName,
  at: number,
  bytes: number | null,
): Phase[] {
  const names = namesFor(job)
  const closed = phases.map((phase): Phase => {
    if (phase.endedAt !== null) return phase
    const outcome = phase.outcome === 'wait' ? 'wait' : badEnds.has(to) ? 'cut-off' : 'ok'
    return { ...phase, endedAt: at, outcome, bytes: phase.name === names.transferring ? bytes : phase.bytes }
  })
  const name = names[to]
  if (name === undefined) return closed
  return [...closed, { name, startedAt: at, endedAt: null, bytes: null, outcome: to === 'waiting' || to === 'paused' ? 'wait' : 'running' }]
}
