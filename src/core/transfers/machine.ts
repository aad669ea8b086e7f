import type { TransferStateName } from '../../shared/domain.ts'

/**
 * The life of a transfer, as one table. Whatever is not in it cannot happen: `transition` answers null and the queue changes nothing.
 *
 * `verified` is the only way to `done`, and it leads there from `verifying` alone: what was not compared is never called done.
 */
export const transferEvents = [
  /** A slot is free, or the person said "start now". */
  'start',
  /** The first byte may move. */
  'move',
  /** The last byte was taken; the server, or this disk, is still at work. */
  'all-moved',
  /** The server has answered, or the part file is flushed: compare. */
  'compare',
  'verified',
  /** It failed, but is tried again by itself at a known time or cause. */
  'wait',
  /** The time or cause of waiting has come. */
  'due',
  'fail',
  'pause',
  'resume',
  'cancel',
  'retry',
  /** The app ended, was killed, or gave the slot back: what ran takes its place in the queue again. */
  'interrupt',
] as const
export type TransferEvent = (typeof transferEvents)[number]

type Table = Readonly<Record<TransferStateName, Readonly<Partial<Record<TransferEvent, TransferStateName>>>>>

const running = { wait: 'waiting', fail: 'failed', cancel: 'cancelled', interrupt: 'queued' } as const

const table: Table = {
  // `wait`: it could start, but there is no network.
  queued: { start: 'preparing', wait: 'waiting', pause: 'paused', cancel: 'cancelled', fail: 'failed' },
  preparing: { ...running, move: 'transferring', compare: 'verifying', pause: 'paused' },
  transferring: { ...running, 'all-moved': 'finishing', compare: 'verifying', pause: 'paused' },
  // All bytes are with the server: a pause would throw them away, so there is none.
  finishing: { ...running, compare: 'verifying' },
  verifying: { ...running, verified: 'done' },
  waiting: { due: 'queued', start: 'preparing', pause: 'paused', cancel: 'cancelled', fail: 'failed' },
  paused: { resume: 'queued', start: 'preparing', cancel: 'cancelled' },
  failed: { retry: 'queued' },
  cancelled: { retry: 'queued' },
  done: {},
}

/** The state that follows, or null where the event means nothing in this state. */
export function transition(state: TransferStateName, event: TransferEvent): TransferStateName | null {
  return table[state][event] ?? null
}

const activeStates: ReadonlySet<TransferStateName> = new Set(['preparing', 'transferring', 'finishing', 'verifying'])
const endedStates: ReadonlySet<TransferStateName> = new Set(['done', 'failed', 'cancelled'])

/** It holds a slot: something runs for it now. */
export function isActive(state: TransferStateName): boolean {
  return activeStates.has(state)
}

/** It will not go on by itself. */
export function isEnded(state: TransferStateName): boolean {
  return endedStates.has(state)
}
