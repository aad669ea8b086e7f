import type { Phase, TransferStateName } from '../../shared/domain.ts'

const names = {
  upload: {
    preparing: 'Preparing',
    transferring: 'Sending',
    finishing: 'Cloud is saving',
    verifying: 'Verifying',
    waiting: 'Waiting',
    paused: 'Paused',
  },
  download: {
    preparing: 'Preparing',
    transferring: 'Receiving',
    finishing: 'Writing to disk',
    verifying: 'Verifying',
    waiting: 'Waiting',
    paused: 'Paused',
  },
} as const

const badEnds: ReadonlySet<TransferStateName> = new Set(['waiting', 'failed', 'cancelled', 'paused', 'queued'])

/** The list of phases after a change of state: the running one is closed, the next one opened where the state has one. Pure. */
export function phasesAfter(
  phases: readonly Phase[],
  direction: 'upload' | 'download',
  to: TransferStateName,
  at: number,
  bytes: number | null,
): Phase[] {
  const closed = phases.map((phase): Phase => {
    if (phase.endedAt !== null) return phase
    const outcome = phase.outcome === 'wait' ? 'wait' : badEnds.has(to) ? 'cut-off' : 'ok'
    return { ...phase, endedAt: at, outcome, bytes: phase.name === names[direction].transferring ? bytes : phase.bytes }
  })
  const table: Partial<Record<TransferStateName, string>> = names[direction]
  const name = table[to]
  if (name === undefined) return closed
  return [...closed, { name, startedAt: at, endedAt: null, bytes: null, outcome: to === 'waiting' || to === 'paused' ? 'wait' : 'running' }]
}
