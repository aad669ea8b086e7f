import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Fault, FaultPlan } from '../../src/core/service/index.ts'
import { THIS_COMPUTER, type Transfer } from '../../src/shared/domain.ts'
import { GlancerError } from '../../src/shared/errors.ts'
import { md5, TestCore } from './support/core.ts'

/** People who change their mind, in every phase of a transfer. What is said to be left behind is compared with what is there. */

// More than the buffers of a connection on loopback take at once: a smaller one has no middle.
const SIZE = 9_000_011
let core: TestCore
let holds: PromiseWithResolvers<void>[]
beforeEach(async () => {
  core = await TestCore.start()
  holds = []
})
afterEach(async () => {
  for (const hold of holds) hold.resolve()
  await core.remove()
})

/** A wait of the server that lasts until the test lets go. */
function held(): { until: Promise<void> } {
  const hold = Promise.withResolvers<void>()
  holds.push(hold)
  return { until: hold.promise }
}
type Handle = ReturnType<FaultPlan['add']>
function fault(on: NonNullable<Fault['on']>, action: Fault['action'], times?: number): Handle {
  return core.faults.add({ on, action, ...(times !== undefined && { times }) })
}
const letGo = (): void => {
  for (const hold of holds) hold.resolve()
}
const act = (id: string, action: Transfer['actions'][number]) => core.call('transfers.act', { ids: [id], action })

/** The image's status as the cloud has it now; null = there is no such image. */
async function imageStatus(imageId: string | null): Promise<string | null> {
  if (imageId === null) return null
  const raw = await core.call('images.raw', { cloudId: THIS_COMPUTER, imageId }).catch((error: unknown) => {
    if (error instanceof GlancerError && error.code === 'not-found') return null
    throw error
  })
  return raw === null ? null : z.object({ status: z.string() }).parse(JSON.parse(raw.json)).status
}

interface Phase {
  name: string
  /** Brings an upload into it. */
  reach(): Promise<Transfer>
  /** What is left in the cloud after a cancel; null = no image at all. */
  leaves: 'queued' | 'active' | null
  mayPause: boolean
}

const anUpload = async (): Promise<string> => await core.upload((await core.aFile('disk.raw', SIZE)).fileId)

const phases: Phase[] = [
  {
    name: 'queued',
    reach: async () => {
      await core.call('app.changeSettings', { transfersAtOnce: 1 })
      fault('upload', { kind: 'throttle', bytesPerSecond: 6_000_000 })
      const blocker = await core.upload((await core.aFile('blocker.raw', SIZE)).fileId)
      await core.until(blocker, (row) => row.state === 'transferring')
      return await core.until(await anUpload(), (row) => row.state === 'queued')
    },
    leaves: null,
    mayPause: true,
  },
  {
    name: 'preparing',
    reach: async () => {
      fault('create', { kind: 'delay', hold: held() }, 1)
      return await core.until(await anUpload(), (row) => row.state === 'preparing' && row.imageId !== null)
    },
    leaves: null,
    mayPause: true,
  },
  {
    name: 'transferring',
    reach: async () => {
      fault('upload', { kind: 'throttle', bytesPerSecond: 6_000_000 })
      return await core.until(await anUpload(), (row) => row.state === 'transferring' && row.bytesDone > 0)
    },
    leaves: 'queued',
    mayPause: true,
  },
  {
    name: 'finishing',
    reach: async () => {
      fault('upload', { kind: 'slow-finish', hold: held() }, 1)
      return await core.until(await anUpload(), (row) => row.state === 'finishing')
    },
    leaves: 'active',
    mayPause: false,
  },
  {
    name: 'waiting',
    reach: async () => {
      fault('upload', { kind: 'cut', afterBytes: 1_000_000 }, 1)
      return await core.until(await anUpload(), (row) => row.state === 'waiting')
    },
    leaves: 'queued',
    mayPause: true,
  },
]

describe.each(phases)('an upload that is $name', ({ reach, leaves }) => {
  test('cancelled: what is left behind is said truly, and can be taken away', async () => {
    const { id } = await reach()
    await act(id, 'cancel')
    expect((await core.row(id)).state).toBe('cancelled')
    letGo()
    const row = await core.until(id, ({ leftBehind }) =>
      leaves === null ? leftBehind === null : leftBehind?.startsWith(`The image, ${leaves}`) === true,
    )
    expect(await imageStatus(row.imageId)).toBe(leaves)
    if (leaves === null) return
    expect(row.actions).toContain('delete-image')
    const [outcome] = await act(id, 'delete-image')
    expect(outcome?.error).toBeNull()
    expect(await imageStatus(row.imageId)).toBeNull()
    expect(await core.row(id)).toMatchObject({ state: 'cancelled', leftBehind: null, imageId: null })
  })

  test('cancelled and retried becomes a verified image', async () => {
    const { id } = await reach()
    await act(id, 'cancel')
    letGo()
    await act(id, 'retry')
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  })
})

describe.each(phases.filter(({ mayPause }) => mayPause))('an upload that is $name', ({ reach }) => {
  test('paused and resumed becomes a verified image', async () => {
    const { id } = await reach()
    const [outcome] = await act(id, 'pause')
    expect(outcome?.error).toBeNull()
    expect((await core.row(id)).state).toBe('paused')
    letGo()
    await act(id, 'resume')
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  })

  test('paused, the app ended and started again: still paused, and goes on', async () => {
    const { id } = await reach()
    await act(id, 'pause')
    letGo()
    await core.close()
    await core.open()
    expect((await core.row(id)).state).toBe('paused')
    await act(id, 'resume')
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  })
})

test.each(phases.filter(({ mayPause }) => !mayPause))(
  'an upload that is $name offers no pause: all bytes are there, and would have to be sent again',
  async ({ reach }) => {
    const { id, actions } = await reach()
    expect(actions).not.toContain('pause')
    const [outcome] = await act(id, 'pause')
    expect(outcome?.error).toMatchObject({ code: 'not-allowed' })
    letGo()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  },
)

describe('a download', () => {
  const begin = async (): Promise<{ id: string; bytes: Buffer; slow: Handle }> => {
    const bytes = randomBytes(SIZE)
    const imageId = await core.anImage(bytes, 'whole')
    const slow = fault('download', { kind: 'throttle', bytesPerSecond: 6_000_000 })
    const id = await core.download(imageId)
    await core.until(id, (row) => row.bytesDone > 1_100_000)
    return { id, bytes, slow }
  }
  const files = () => readdir(join(core.dir, 'downloads'))

  test('paused keeps its bytes, and goes on behind them', async () => {
    const { id, bytes, slow } = await begin()
    await act(id, 'pause')
    slow.remove()
    await act(id, 'resume')
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect((await core.call('transfers.detail', { id })).log.map((line) => line.text).join()).toContain('are kept from before')
    expect(md5(await core.downloaded('whole.raw'))).toBe(md5(bytes))
  })

  test('cancelled leaves its unfinished file, says so, and takes it away when asked', async () => {
    const { id } = await begin()
    await act(id, 'cancel')
    const row = await core.row(id)
    expect(row).toMatchObject({ state: 'cancelled', leftBehind: 'The unfinished file (.part). It is used again on a retry.' })
    expect(row.actions).toContain('delete-part')
    expect(await files()).toEqual(['whole.raw.part'])
    await act(id, 'delete-part')
    await expect.poll(files).toEqual([])
  })

  test('begun again after the image was deleted by somebody else says that', async () => {
    const { id, slow } = await begin()
    await act(id, 'pause')
    slow.remove()
    const { imageId } = await core.row(id)
    await core.call('images.delete', { cloudId: THIS_COMPUTER, imageIds: [imageId ?? ''] })
    await act(id, 'resume')
    expect(await core.ended(id)).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
  })
})

test('all that is paused at once stays so: no slot that becomes free is taken', async () => {
  await core.call('app.changeSettings', { transfersAtOnce: 2 })
  const slow = fault('upload', { kind: 'throttle', bytesPerSecond: 6_000_000 })
  const ids: string[] = []
  for (let n = 0; n < 6; n++) ids.push(await core.upload((await core.aFile(`${n}.raw`, SIZE)).fileId))
  await core.until(ids[1] ?? '', (row) => row.bytesDone > 0)
  await core.call('transfers.pauseAll', {})
  for (const id of ids) expect((await core.row(id)).state).toBe('paused')
  slow.remove()
  await core.call('transfers.resumeAll', {})
  for (const id of ids) expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
})
