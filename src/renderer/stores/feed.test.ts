import { beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../shared/domain.ts'
import type { Delta } from '../../shared/protocol.ts'
import type { Bridge, ConnectionState } from '../bridge/bridge.ts'
import { sampleImage, sampleTransfer } from '../testing/samples.ts'
import { emptyData } from './apply-delta.ts'
import { useData } from './data.ts'
import { Feed } from './feed.ts'

const settings = { ...defaultSettings, started: true }
const snapshot = (seq: number, transfers = [sampleTransfer()]) => ({
  seq,
  version: '1',
  clouds: [],
  transfers,
  settings,
  cloudFiles: [],
  checks: [],
  notices: [],
  freeBytes: null,
})
const state = { loading: false, loadedAt: 1, error: null, more: false, remembered: false }

/** A host that answers when it is told to. */
class StubHost {
  calls: { name: string; answer(value: unknown): void; fail(): void }[] = []
  tellDelta: (delta: Delta) => void = () => {}
  tellConnection: (state: ConnectionState) => void = () => {}
  readonly bridge: Bridge = {
    host: 'web',
    // The stub gives each test's own value for the command that the test names.
    call: (name) =>
      new Promise((resolve, reject) =>
        this.calls.push({ name, answer: (value) => resolve(value as never), fail: () => reject(new Error('away')) }),
      ),
    onDelta: (listener) => {
      this.tellDelta = listener
      return () => {}
    },
    onConnection: (listener) => {
      this.tellConnection = listener
      return () => {}
    },
    addDropped: async () => [],
    sendBodies: () => {},
  }

  take(name: string): { answer(value: unknown): void; fail(): void } {
    const at = this.calls.findIndex((call) => call.name === name)
    const [call] = this.calls.splice(at, 1)
    if (at < 0 || call === undefined) throw new Error(`${name} was not called.`)
    return call
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

beforeEach(() => useData.setState({ ...emptyData, connection: 'starting', ready: false }, true))

describe('Feed', () => {
  it('keeps deltas that come before the snapshot, and drops those that it contains', async () => {
    const host = new StubHost()
    new Feed(host.bridge)
    host.tellConnection('connected')
    host.tellDelta({ seq: 4, transfers: { upserts: [], removed: ['t1'] } })
    host.tellDelta({ seq: 6, transfers: { upserts: [sampleTransfer({ id: 't2' })], removed: [] } })
    host.take('app.snapshot').answer(snapshot(5))
    await settled()
    expect([...useData.getState().transfers.keys()]).toEqual(['t1', 't2'])
    expect(useData.getState().ready).toBe(true)
  })

  it('keeps an image that comes before the answer to the watch', async () => {
    const host = new StubHost()
    const feed = new Feed(host.bridge)
    host.tellConnection('connected')
    host.take('app.snapshot').answer(snapshot(5))
    await settled()
    feed.watch('prod')
    host.tellDelta({ seq: 7, images: [{ cloudId: 'prod', upserts: [sampleImage({ id: 'early' })], removed: [], state }] })
    host.tellDelta({ seq: 9, images: [{ cloudId: 'prod', upserts: [sampleImage({ id: 'late' })], removed: [], state }] })
    host.take('images.watch').answer({ seq: 8, images: [sampleImage({ id: 'known' })], state })
    await settled()
    expect([...(useData.getState().images.prod?.images.keys() ?? [])]).toEqual(['known', 'late'])
  })

  it('watches one cloud at a time, and drops images of others', async () => {
    const host = new StubHost()
    const feed = new Feed(host.bridge)
    host.tellConnection('connected')
    host.take('app.snapshot').answer(snapshot(1))
    await settled()
    feed.watch('a')
    host.take('images.watch').answer({ seq: 1, images: [], state })
    await settled()
    feed.watch('b')
    host.take('images.unwatch').answer({})
    host.tellDelta({ seq: 2, images: [{ cloudId: 'a', upserts: [sampleImage()], removed: [], state }] })
    expect(useData.getState().images.a?.images.size).toBe(0)
  })

  it('after a reconnect asks for all anew, and rows stay meanwhile', async () => {
    const host = new StubHost()
    const feed = new Feed(host.bridge)
    host.tellConnection('connected')
    host.take('app.snapshot').answer(snapshot(5))
    await settled()
    feed.watch('prod')
    host.take('images.watch').answer({ seq: 5, images: [sampleImage()], state })
    await settled()
    host.tellConnection('waiting')
    expect(useData.getState().connection).toBe('waiting')
    expect(useData.getState().images.prod?.images.size).toBe(1)
    host.tellConnection('connected')
    // A host that was started anew counts from the beginning.
    host.take('app.snapshot').answer(snapshot(1, []))
    await settled()
    host.take('images.watch').answer({ seq: 1, images: [sampleImage({ id: 'i2' })], state })
    await settled()
    expect(useData.getState().transfers.size).toBe(0)
    expect([...(useData.getState().images.prod?.images.keys() ?? [])]).toEqual(['i2'])
    host.tellDelta({ seq: 2, freeBytes: 9 })
    expect(useData.getState().freeBytes).toBe(9)
  })

  it('a snapshot that fails is asked for again at the next connection', async () => {
    const host = new StubHost()
    new Feed(host.bridge)
    host.tellConnection('connected')
    host.take('app.snapshot').fail()
    await settled()
    expect(useData.getState().ready).toBe(false)
    host.tellConnection('connected')
    host.take('app.snapshot').answer(snapshot(1))
    await settled()
    expect(useData.getState().ready).toBe(true)
  })

  it('has nobody asked while the page cannot be seen, and takes up what it watched when it can be', async () => {
    const host = new StubHost()
    const feed = new Feed(host.bridge)
    host.tellConnection('connected')
    host.take('app.snapshot').answer(snapshot(1))
    await settled()
    feed.watch('a')
    host.take('images.watch').answer({ seq: 1, images: [], state })
    await settled()
    feed.setHidden(true)
    feed.setHidden(true)
    host.take('images.pause').answer({})
    expect(host.calls).toEqual([])
    // Another cloud that is watched meanwhile is paused as soon as it is known; the one before was let go with its pause.
    feed.watch('b')
    host.take('images.watch').answer({ seq: 2, images: [sampleImage()], state })
    await settled()
    host.take('images.pause').answer({})
    expect(host.calls).toEqual([])
    feed.setHidden(false)
    host.take('images.resume').answer({})
    expect(host.calls).toEqual([])
    expect(useData.getState().images.b?.images.size).toBe(1)
  })
})
