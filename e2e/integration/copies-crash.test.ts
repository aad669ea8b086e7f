import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startImageService } from '../../src/core/service/index.ts'
import type { Transfer } from '../../src/shared/domain.ts'
import { RemoteCore } from './support/crash/remote-core.ts'
import { ServerSide } from './support/server-side.ts'
import { cloudsFile, FROM, TO } from './support/two-clouds.ts'

/** A process that copies between two clouds is killed in the middle, again and again, while both clouds go on. */
test('killed in each phase of a copy: at the end there is one image, whole and compared, and none that only looked so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'glancer-copies-crash-'))
  const from = await startImageService({ dataDir: join(dir, 'from') })
  const to = await startImageService({ dataDir: join(dir, 'to') })
  const [source, target] = [new ServerSide(from.url, from.token), new ServerSide(to.url, to.token)]
  const options = { dataDir: join(dir, 'data'), homeDir: dir, cloudsFile: await cloudsFile(dir, from, to), crashPoint: null }
  let row: Transfer | null = null
  let look = (_: Transfer): void => {}
  const start = async (): Promise<RemoteCore> => {
    const core = new RemoteCore(options, (shown) => {
      row = shown
      look(shown)
    })
    await core.ready
    return core
  }
  const whenever = (holds: (shown: Transfer) => boolean): Promise<Transfer> =>
    new Promise((resolve) => {
      look = (shown) => {
        if (holds(shown)) resolve(shown)
      }
    })
  try {
    const bytes = randomBytes(8_000_003)
    const imageId = await source.addImage('crashing', bytes)
    from.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 8_000_000 } })
    to.faults.add({ on: 'upload', action: { kind: 'slow-finish', hold: { ms: 300 } } })
    let core = await start()
    const { images } = await core.call('copies.plan', { fromCloudId: FROM, toCloudId: TO, imageIds: [imageId] })
    const items = images.map(({ fields }) => ({ imageId, fields }))
    const moments: ((shown: Transfer) => boolean)[] = [
      ({ state }) => state === 'preparing',
      ({ imageId: made }) => made !== null,
      ({ bytesDone }) => bytesDone > 1_000_000,
      ({ bytesDone }) => bytesDone > 6_000_000,
      ({ state }) => state === 'finishing',
    ]
    let reached = whenever(moments[0] ?? (() => true))
    await core.call('copies.start', { fromCloudId: FROM, toCloudId: TO, items })
    for (const [n] of moments.entries()) {
      await reached
      core.kill()
      await core.exited
      const there = await target.images()
      // What is active is whole; everything else is still to be filled.
      for (const { id, status } of there) if (status === 'active') expect((await target.data(id)).equals(bytes)).toBe(true)
      const next = moments[n + 1] ?? (({ state }: Transfer) => state === 'done' || state === 'failed')
      reached = whenever(next)
      core = await start()
    }
    const done = await reached
    expect(done).toMatchObject({
      state: 'done',
      verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'], source: ['MD5', 'SHA-512'] },
    })
    const left = await target.images()
    expect(left).toMatchObject([{ id: done.imageId, status: 'active', size: bytes.length }])
    expect((await target.data(done.imageId ?? '')).equals(bytes)).toBe(true)
    await core.close()
    expect(row).not.toBeNull()
  } finally {
    await Promise.all([from.close(), to.close()])
    await rm(dir, { recursive: true, force: true })
  }
})
