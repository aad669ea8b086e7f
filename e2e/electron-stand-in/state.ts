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
  /** The system has a key ring. */
  keyRing: true,
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
