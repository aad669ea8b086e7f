import { describe, expect, test, vi } from 'vitest'
import { sampleTransfer } from '../../testing/samples.ts'
import { transferEntries } from './transfer-actions.ts'
import { losesBytes, pauseMeaning, waitsForTurn } from './words.ts'

vi.mock('../../bridge/index.ts', () => ({ bridge: { host: 'web', call: vi.fn(), onDelta: vi.fn(), onConnection: vi.fn() } }))

const running = (kind: 'upload' | 'download' | 'copy', id: string) =>
  sampleTransfer({ id, kind, state: 'transferring', bytesDone: 5, actions: ['pause', 'cancel'] })
const queued = sampleTransfer({ id: 'q', actions: ['start-now', 'pause', 'cancel'] })
const done = sampleTransfer({ id: 'd', kind: 'download', state: 'done', endedAt: 1, actions: ['show-file', 'verify-again', 'remove'] })
const labels = (...transfers: Parameters<typeof transferEntries>[0]) =>
  transferEntries(transfers)
    .flat()
    .map(({ label }) => label)

describe('what can be done with transfers', () => {
  test('is what each allows, with how many of several it is for', () => {
    expect(labels(queued)).toEqual([
      'Start now, despite the limit',
      'Pause',
      'Move to the front',
      'Move up',
      'Move down',
      'Speed limit of its own…',
      'Cancel',
    ])
    expect(labels(done)).toEqual(['Verify again', 'Show in folder', 'Export receipt…', 'Remove from list'])
    expect(labels(queued, done)).toContain('Move up (1 of 2)')
    // One file is shown or read again at a time.
    expect(labels(done, { ...done, id: 'e' })).toEqual(['Export receipts…', 'Remove from list'])
    expect(labels()).toEqual([])
  })

  test('says what a pause throws away', () => {
    expect(labels(running('upload', 'a'))[0]).toBe('Pause: an upload starts again from byte 0')
    expect(labels(running('upload', 'a'), running('copy', 'b'), running('download', 'c'))[0]).toBe(
      'Pause: an upload starts again from byte 0, a copy starts again from byte 0, a download keeps its bytes',
    )
    expect(pauseMeaning([queued])).toBe('nothing is lost')
    expect([running('upload', 'a'), running('download', 'c'), queued].map(losesBytes)).toEqual([true, false, false])
    expect([queued, done, running('upload', 'a')].map(waitsForTurn)).toEqual([true, false, false])
  })
})
