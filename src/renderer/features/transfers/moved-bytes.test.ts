import { describe, expect, it } from 'vitest'
import { sampleTransfer } from '../../testing/samples.ts'
import { movedSince } from './moved-bytes.ts'

describe('movedSince', () => {
  it('counts what went each way since the last look', () => {
    const before = movedSince(null, [sampleTransfer({ id: 'a', state: 'transferring', bytesDone: 100 })])
    expect([before.up, before.down]).toEqual([0, 0])
    const next = movedSince(before.positions, [
      sampleTransfer({ id: 'a', state: 'transferring', bytesDone: 130 }),
      sampleTransfer({ id: 'b', state: 'done', kind: 'download', bytesDone: 7 }),
    ])
    expect([next.up, next.down]).toEqual([30, 7])
  })
  it('takes nothing back when an upload starts again from byte 0', () => {
    const again = movedSince(new Map([['a', 100]]), [sampleTransfer({ id: 'a', state: 'transferring', bytesDone: 10 })])
    expect(again.up).toBe(0)
    expect(again.positions.get('a')).toBe(10)
  })
  it('does not count bytes that only came to the host', () => {
    const preparing = movedSince(new Map(), [sampleTransfer({ id: 'a', state: 'preparing', bytesDone: 50 })])
    expect(preparing.up).toBe(0)
    expect(movedSince(preparing.positions, [sampleTransfer({ id: 'a', state: 'transferring', bytesDone: 5 })]).up).toBe(5)
  })
})
