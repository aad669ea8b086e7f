import type { Waits } from '../worker/contract.ts'

/** What limits a transfer, in the page's words. */
export interface BottleneckMeter {
  /** @param waits sums since the start of the job. @param now milliseconds. @returns the cause to show, null while there is none to name. */
  update(waits: Waits, now: number): string | null
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

/** @param kind of the transfer. Where most of the time since the last look went is what limits. In a copy there are two networks, so they have names. */
export function createBottleneckMeter(kind?: string): BottleneckMeter {
  let before: { waits: Waits; at: number } | null = null
  let shown: string | null = null
  let candidate: { cause: string; since: number } | null = null
  return {
    update(waits, now) {
      if (before === null) {
        before = { waits, at: now }
        return shown
      }
      if (now - before.at < LOOK_EVERY_MS) return shown
      let most: keyof Waits = 'network'
      for (const key of Object.keys(words) as (keyof Waits)[]) {
        if (waits[key] - before.waits[key] > waits[most] - before.waits[most]) most = key
      }
      before = { waits, at: now }
      const cause = kind === 'copy' && most === 'network' ? 'target network' : words[most]
      if (cause === shown) candidate = null
      else if (candidate?.cause !== cause) candidate = { cause, since: now }
      else if (now - candidate.since >= HOLD_MS) {
        shown = cause
        candidate = null
      }
      return shown
    },
  }
}
