import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../shared/domain.ts'
import { sampleCloud, sampleImage, sampleTransfer } from '../testing/samples.ts'
import { applyDelta, applyImages, applySnapshot, emptyData, imageKey } from './apply-delta.ts'

const settings = { ...defaultSettings, started: true }
const snapshot = {
  seq: 5,
  version: '1',
  clouds: [sampleCloud()],
  transfers: [sampleTransfer()],
  checks: [],
  notices: [],
  settings,
  cloudFiles: [],
  freeBytes: null,
}
const data = applySnapshot(emptyData, snapshot)

describe('applyDelta', () => {
  it('drops what the snapshot already contains', () => {
    expect(applyDelta(data, { seq: 5, transfers: { upserts: [], removed: ['t1'] } })).toBe(data)
  })
  it('takes transfers in, changes and removes them', () => {
    const next = applyDelta(data, { seq: 6, transfers: { upserts: [sampleTransfer({ id: 't2' })], removed: ['t1'] } })
    expect([...next.transfers.keys()]).toEqual(['t2'])
    expect(data.transfers.has('t1')).toBe(true)
  })
  it('leaves alone what the delta does not name, so that its readers do not redraw', () => {
    const next = applyDelta(data, { seq: 6, freeBytes: 7 })
    expect(next.transfers).toBe(data.transfers)
    expect(next.clouds).toBe(data.clouds)
    expect(next.freeBytes).toBe(7)
  })
  it('knows which upload moves an image, and forgets it at the end', () => {
    const key = imageKey('prod', 'i1')
    const running = applyDelta(data, { seq: 6, transfers: { upserts: [sampleTransfer({ state: 'transferring' })], removed: [] } })
    expect(running.movingByImage.get(key)).toBe('t1')
    const done = applyDelta(running, { seq: 7, transfers: { upserts: [sampleTransfer({ state: 'done' })], removed: [] } })
    expect(done.movingByImage.has(key)).toBe(false)
  })
  it('a snapshot after a reconnect replaces transfers and keeps known images', () => {
    const images = {
      prod: {
        images: new Map([['i1', sampleImage()]]),
        state: { loading: false, loadedAt: 1, error: null, more: false, remembered: false },
      },
    }
    const again = applySnapshot({ ...data, images }, { ...snapshot, seq: 2, transfers: [] })
    expect(again.seq).toBe(2)
    expect(again.transfers.size).toBe(0)
    expect(again.images).toBe(images)
  })
})

describe('applyImages', () => {
  const state = { loading: false, loadedAt: 1, error: null, more: false, remembered: false }
  const before = { images: new Map([['i1', sampleImage()]]), state }
  it('changes, adds and removes by id', () => {
    const next = applyImages(before, { cloudId: 'prod', upserts: [sampleImage({ id: 'i2' })], removed: ['i1'], state })
    expect([...next.images.keys()]).toEqual(['i2'])
  })
  it('keeps the rows where only their state changed', () => {
    const next = applyImages(before, { cloudId: 'prod', upserts: [], removed: [], state: { ...state, loading: true } })
    expect(next.images).toBe(before.images)
    expect(next.state.loading).toBe(true)
  })
})
