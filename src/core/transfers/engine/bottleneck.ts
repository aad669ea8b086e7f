import type { Limit } from '../../../shared/domain.ts'
import type { Waits } from '../worker/contract.ts'

/** What limits a transfer, in the page's words. */
export interface BottleneckMeter {
  /** @param waits sums since the start of the job. @param now milliseconds. @returns the cause to show, null while there is none to name. */
  update(waits: Waits, now: number): string | null
  /** What limited each whole second since the start, as it was then and without waiting whether it holds: runs of one cause, at most the last 200. */
  history(): Limit[]
}

const words: Record<keyof Waits, string> = {
  disk: 'disk',
  hashing: 'hashing here',
  network: 'network',
  source: 'source network',
  server: 'server hashing',
  rate: 'speed limit',
}

/** A new cause must hold for so long before it is named: a word that flickers says nothing. */
const HOLD_MS = 3000
const LOOK_EVERY_MS = 500
const RUNS_KEPT = 200

/** @param kind of the transfer. Where most of the time since the last look went is what limits. In a copy there are two networks, so they have names. */
export function createBottleneckMeter(kind?: string): BottleneckMeter {
  let looked: Look | null = null
  let second: Look | null = null
  let shown: string | null = null
  let candidate: { cause: string; since: number } | null = null
  const runs: Limit[] = []
  const causeSince = (before: Look, waits: Waits): string => {
    let most: keyof Waits = 'network'
    for (const key of Object.keys(words) as (keyof Waits)[]) {
      if (waits[key] - before.waits[key] > waits[most] - before.waits[most]) most = key
    }
    return kind === 'copy' && most === 'network' ? 'target network' : words[most]
  }
  const keepSecond = (waits: Waits, now: number): void => {
    if (second === null || now - second.at < 1000) return
    const seconds = Math.round((now - second.at) / 1000)
    const cause = causeSince(second, waits)
    second = { waits, at: now }
    const last = runs.at(-1)
    if (last?.cause === cause) last.seconds += seconds
    else runs.push({ cause, seconds })
    if (runs.length > RUNS_KEPT) runs.shift()
  }
  return {
    update(waits, now) {
      if (looked === null) {
        looked = { waits, at: now }
        second = looked
        return shown
      }
      keepSecond(waits, now)
      if (now - looked.at < LOOK_EVERY_MS) return shown
      const cause = causeSince(looked, waits)
      looked = { waits, at: now }
      if (cause === shown) candidate = null
      else if (candidate?.cause !== cause) candidate = { cause, since: now }
      else if (now - candidate.since >= HOLD_MS) {
        shown = cause
        candidate = null
      }
      return shown
    },
    history: () => runs.map((run) => ({ ...run })),
  }
}

interface Look {
  waits: Waits
  at: number
}
