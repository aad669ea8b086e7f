import { Addresses } from './addresses.ts'
import type { Chromium } from './chromium.ts'

/** One thing that the shell did to the system: `shell.openExternal https://…`. */
export interface Happening {
  what: string
  details: unknown[]
}

/** Messages between page and app, as JSON. */
export interface Overheard {
  toPage: string[]
  fromPage: string[]
}

export type KeyRingState = 'open' | 'locked' | 'absent'

function keyRingOf(text: string | undefined): KeyRingState {
  return text === 'locked' || text === 'absent' ? text : 'open'
}

/** What the parts of the stand-in share. */
export const state = {
  addresses: new Addresses(),
  chromium: null as Chromium | null,
  /** In the order in which it happened; a test reads it through `electron.standIn`. */
  happened: [] as Happening[],
  /** Addresses that a page asked the network for. None of them was ever answered. */
  network: [] as string[],
  /** For a test that listens; null where none does. */
  overheard: null as Overheard | null,
  /** The network is there, as `net.isOnline` says. */
  online: true,
  /** Tests that wait until the app has asked for it. */
  askedOnline: [] as (() => void)[],
  /** The system's key ring: there, there and not unlocked, or none that protects anything. */
  keyRing: keyRingOf(process.env.GLANCER_STAND_IN_KEY_RING),
  windows: new Set<{ close(): void }>(),
  schemeHandlers: new Map<string, (request: Request) => Response | Promise<Response>>(),
}

export function record(what: string, ...details: unknown[]): void {
  state.happened.push({ what, details })
}

/** An event whose default a listener can prevent. */
export function cancellable<T extends object>(facts: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  const event = {
    ...facts,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true
    },
  }
  return event
}
