import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Cleared } from './cleared.ts'
import type { TransferRecord } from './record.ts'
import { RecordStore } from './record-store.ts'
import { record } from './testing/fakes.ts'

const job = { kind: 'download', folder: '/d', replace: false, part: null, noRange: false, folderDev: null, committing: null } as const

function cleared(...records: TransferRecord[]): { cleared: Cleared; store: RecordStore } {
  const journal = { save: () => {}, remove: () => {}, loaded: { records, unreadable: 0 } }
  const store = new RecordStore({ journal, now: () => 0, changed: () => {}, removed: () => {}, journalTrouble: () => {} })
  return { cleared: new Cleared(store), store }
}
const ids = (store: RecordStore): string[] => store.all().map(({ id }) => id)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('only what needs nobody any more is taken out', () => {
  const done = record(job, { state: 'done' })
  const gone = record(job, { state: 'cancelled' })
  const left = record(job, { state: 'cancelled', leftBehind: 'A .part.' })
  const failed = record(job, { state: 'failed' })
  const paused = record(job, { state: 'paused' })
  const { cleared: list, store } = cleared(done, gone, left, failed, paused)
  expect(list.clear()).toEqual([done.id, gone.id])
  expect(ids(store)).toEqual([left.id, failed.id, paused.id])
})

test('the last ones come back for a minute, whole', () => {
  const done = record(job, { state: 'done', requestIds: ['req-1'] })
  const { cleared: list, store } = cleared(done)
  list.clear()
  // To clear nothing takes nothing away from what may come back.
  expect(list.clear()).toEqual([])
  vi.advanceTimersByTime(59_000)
  list.bringBack(done.id)
  expect(store.all()).toEqual([done])
  list.clear()
  vi.advanceTimersByTime(61_000)
  expect(() => list.bringBack(done.id)).toThrow('too long ago')
  expect(ids(store)).toEqual([])
})
