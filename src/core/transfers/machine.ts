import type { TransferStateName, Verification } from '../../shared/domain.ts'

/**
 * The life of a transfer, as one table. Whatever is not in it cannot happen: `transition` answers null and the queue changes nothing.
 *
 * Two ways lead to `done`, and each says what it is. `verified`, from `verifying` alone: both sides of what passed through this machine were
 * compared. `imported`, from `finishing` alone: the cloud took the data in by itself and calls the image active, and there is nothing that it
 * could be compared with, since this machine never had the data or the cloud has converted it. `isTrueEnd` holds the two apart: an import that
 * was not compared cannot pass as verified, and nothing that was sent from here can skip the comparison by calling itself imported.
 */
export const transferEvents = [
  /** A slot is free, or the person said "start now". */
  'start',
  /** The first byte may move. */
  'move',
  /** The last byte was taken; the server, or this disk, is still at work. */
  'all-moved',
  /** Nothing moves from here: the cloud has taken the work over, and is at it. */
  'hand-over',
  /** The server has answered, or the part file is flushed: compare. */
  'compare',
  'verified',
  /** The cloud has the data, and nothing here to compare it with. */
  'imported',
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
  preparing: { ...running, move: 'transferring', 'hand-over': 'finishing', compare: 'verifying', pause: 'paused' },
  transferring: { ...running, 'all-moved': 'finishing', compare: 'verifying', pause: 'paused' },
  // All bytes are with the server, or it fetches them itself: a pause would throw them away, so there is none.
  finishing: { ...running, compare: 'verifying', imported: 'done' },
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

/**
 * May a transfer be called done by this event, with this outcome?
 * @param imported the cloud takes its data in by an import.
 */
export function isTrueEnd(event: TransferEvent, imported: boolean, outcome: Verification['kind'] | null): boolean {
  if (event === 'verified') return outcome === 'verified' || outcome === 'not-verifiable'
  return event === 'imported' && imported && outcome === 'not-compared'
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
