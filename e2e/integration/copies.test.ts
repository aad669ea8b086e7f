import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Transfer } from '../../src/shared/domain.ts'
import { FROM, TO, TwoClouds } from './support/two-clouds.ts'

/** Copies between two clouds with the real core, worker threads and services; what goes wrong is said by the fault plan of either side. */

const SIZE = 6_000_011
let here: TwoClouds
let bytes: Uint8Array
let imageId: string
beforeEach(async () => {
  here = await TwoClouds.start()
  bytes = randomBytes(SIZE)
  imageId = await here.image(bytes)
})
afterEach(() => here.close())

const bothSides = { kind: 'verified', algorithms: ['MD5', 'SHA-256'], source: ['MD5', 'SHA-512'] }
const log = async (id: string): Promise<string> => (await here.core.call('transfers.detail', { id })).log.map(({ text }) => text).join('\n')
const arrived = async (row: Transfer): Promise<boolean> => (await here.target.data(row.imageId ?? '')).equals(bytes)
/** No image over there looks usable that is not whole. */
const nothingActive = async (): Promise<void> => {
  expect((await here.targetImages()).filter(({ status }) => status === 'active')).toEqual([])
}

test('a copy is verified on both sides, with what describes it, and says what stayed behind', async () => {
  const fields = {
    name: 'ubuntu',
    os_distro: 'ubuntu',
    'owner_specified.openstack.md5': 'x',
    min_disk: 3,
    tags: ['lts'],
    visibility: 'public',
  }
  const rich = await here.source.addImage('ubuntu', bytes, fields)
  const id = await here.copy(rich)
  const row = await here.ended(id)
  expect(row).toMatchObject({
    kind: 'copy',
    state: 'done',
    cloudName: 'to',
    from: { cloudName: 'from', imageId: rich },
    verification: bothSides,
  })
  expect(await arrived(row)).toBe(true)
  expect(await here.target.show(row.imageId ?? '')).toMatchObject({
    name: 'ubuntu',
    status: 'active',
    os_distro: 'ubuntu',
    min_disk: 3,
    tags: ['lts'],
    visibility: 'private',
    os_hash_algo: 'sha256',
  })
  expect(Object.keys(await here.target.show(row.imageId ?? ''))).not.toContain('owner_specified.openstack.md5')
  const { json } = await here.core.call('transfers.receipt', { id })
  const receipt = z
    .object({
      kind: z.string(),
      file: z.null(),
      from: z.object({ name: z.string(), imageId: z.string(), bytes: z.number() }),
      leftOut: z.array(z.object({ name: z.string(), why: z.string() })),
      digests: z.array(
        z.object({ algorithm: z.string(), local: z.string(), source: z.string().nullable(), remote: z.string().nullable() }),
      ),
    })
    .parse(JSON.parse(json))
  expect(receipt.from).toEqual({ name: 'from', imageId: rich, bytes: SIZE })
  expect(receipt.leftOut.map(({ name }) => name).sort()).toEqual(['owner_specified.openstack.md5', 'stores', 'visibility'])
  expect(receipt.digests.map(({ algorithm }) => algorithm)).toEqual(['MD5', 'SHA-256', 'SHA-512'])
  expect(json).not.toContain(here.from.token)
  expect(json).not.toContain(here.to.token)
})

test('the plan says what speaks against a copy, and changes nothing', async () => {
  await here.target.addImage('an image', randomBytes(10))
  const empty = await here.source.addImage('empty', new Uint8Array(), { disk_format: 'qcow2' })
  const plan = await here.core.call('copies.plan', { fromCloudId: FROM, toCloudId: TO, imageIds: [imageId, empty] })
  expect(plan.images.map(({ findings }) => findings.map(({ severity, code }) => `${severity} ${code}`))).toEqual([
    ['warn name-taken'],
    ['refuse no-data'],
  ])
  expect((await here.targetImages()).length).toBe(1)
  await expect(here.core.call('copies.plan', { fromCloudId: FROM, toCloudId: FROM, imageIds: [imageId] })).rejects.toMatchObject({
    code: 'bad-argument',
  })
})

describe('the source', () => {
  test.each([0, 1, 1_048_576, 3_333_333, SIZE - 1])(
    'cut after %i bytes is asked for the rest, and the target never notices',
    async (afterBytes) => {
      here.from.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes } })
      const puts = here.to.faults.add({ on: 'upload', action: { kind: 'delay', hold: { ms: 0 } } })
      const id = await here.copy(imageId)
      const row = await here.ended(id)
      expect(row).toMatchObject({ state: 'done', attempt: 1, verification: bothSides })
      expect(await log(id)).toContain('the rest is asked for, for the same upload')
      expect(puts.struck).toBe(1)
      expect(await arrived(row)).toBe(true)
    },
  )

  test('whose token has expired in the middle gets a new one, and goes on', async () => {
    here.from.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes: 2_000_000 } })
    here.from.faults.add({ on: 'download', after: 1, times: 1, action: { kind: 'refuse-token' } })
    const row = await here.ended(await here.copy(imageId))
    expect(row).toMatchObject({ state: 'done', attempt: 1, verification: bothSides })
    expect(await arrived(row)).toBe(true)
  })

  test.each(['refuse', 'ignore', 'wrong-content-range'] as const)(
    'that answers Range with "%s" is copied anew from byte 0',
    async (how) => {
      here.from.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes: 2_000_000 } })
      here.from.faults.add({ on: 'download', action: { kind: 'range', how } })
      // So that some of it has come when it is cut.
      here.from.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 10_000_000 } })
      const id = await here.copy(imageId)
      const waiting = await here.core.until(id, ({ state }) => state === 'waiting' || state === 'done')
      expect(waiting).toMatchObject({ state: 'waiting', reason: 'from: connection reset' })
      await nothingActive()
      const row = await here.ended(id)
      expect(row).toMatchObject({ state: 'done', imageId: waiting.imageId, attempt: 2, verification: bothSides })
      expect(await arrived(row)).toBe(true)
    },
  )

  test('that alters a byte makes no image over there, and is named', async () => {
    here.from.faults.add({ on: 'download', times: 1, action: { kind: 'corrupt', byte: 4_000_000 } })
    const id = await here.copy(imageId)
    const row = await here.ended(id)
    expect(row).toMatchObject({
      state: 'failed',
      error: { code: 'mismatch' },
      verification: { kind: 'mismatch', side: 'source', what: 'MD5 and SHA-512 differ from what from says' },
    })
    await expect.poll(async () => (await here.targetImages()).map(({ status }) => status)).toEqual(['queued'])
    // The image got no wrong data, so it is the one that a retry fills.
    await here.core.call('transfers.act', { ids: [id], action: 'retry' })
    expect(await here.ended(id)).toMatchObject({ state: 'done', imageId: row.imageId, verification: bothSides })
  })

  test.each([401, 403, 404, 410, 503])('that answers %i is told as the source, and the target has no data', async (status) => {
    here.from.faults.add({ on: 'download', action: { kind: 'answer', status } })
    const id = await here.copy(imageId)
    const row = await here.core.until(id, ({ state }) => state === 'failed' || state === 'waiting')
    expect(row.error?.message).toMatch(/^from: /)
    await nothingActive()
  })

  test('that was deactivated, deleted or has lost its data is said', async () => {
    await here.source.act(imageId, 'deactivate')
    const plan = await here.core.call('copies.plan', { fromCloudId: FROM, toCloudId: TO, imageIds: [imageId] })
    expect(plan.images[0]?.findings[0]).toMatchObject({ severity: 'refuse', code: 'deactivated' })
    expect(await here.ended(await here.copy(imageId))).toMatchObject({ state: 'failed', imageId: null, error: { code: 'deactivated' } })
    await here.source.act(imageId, 'reactivate')
    here.from.faults.add({ on: 'download', times: 1, action: { kind: 'lose-data' } })
    expect(await here.ended(await here.copy(imageId))).toMatchObject({ state: 'failed', error: { code: 'data-lost' } })
    const late = await here.copy(imageId)
    await here.ended(late)
    await here.source.delete(imageId)
    await here.core.call('transfers.act', { ids: [late], action: 'remove' })
    expect(await here.targetImages()).toHaveLength(2)
  })

  test('that is deleted in the middle, and breaks off, ends it in words', async () => {
    const slow = here.from.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 3_000_000 } })
    here.from.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes: 5_000_000 } })
    const id = await here.copy(imageId)
    await here.core.until(id, ({ bytesDone }) => bytesDone > 500_000)
    await here.source.delete(imageId)
    slow.remove()
    expect(await here.ended(id)).toMatchObject({
      state: 'failed',
      error: { code: 'not-found', message: 'from: The cloud has no such image.' },
    })
    await nothingActive()
  })

  test('that published no hash is verified at the target alone', async () => {
    here.from.faults.add({ on: 'upload', action: { kind: 'forget-hash', checksum: true, osHash: true } })
    const plain = await here.image(bytes)
    const row = await here.ended(await here.copy(plain))
    expect(row).toMatchObject({ state: 'done', verification: { kind: 'verified', algorithms: ['MD5', 'SHA-256'], source: [] } })
    expect(await arrived(row)).toBe(true)
  })
})

describe('the target', () => {
  test.each([0, 1, 1_048_576, SIZE - 1])('cut after %i bytes gets it again from byte 0, into the same image', async (afterBytes) => {
    here.to.faults.add({ on: 'upload', times: 1, action: { kind: 'cut', afterBytes } })
    const id = await here.copy(imageId)
    const waiting = await here.core.until(id, ({ state }) => state === 'waiting' || state === 'done')
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'to: connection reset' })
    await nothingActive()
    const row = await here.ended(id)
    expect(row).toMatchObject({ state: 'done', imageId: waiting.imageId, attempt: 2, verification: bothSides })
    expect(await arrived(row)).toBe(true)
  })

  test.each([403, 410, 413, 415])('that answers %i in the middle ends it with that', async (status) => {
    here.to.faults.add({ on: 'upload', action: { kind: 'answer', status, afterBytes: 1_000_000 } })
    expect(await here.ended(await here.copy(imageId))).toMatchObject({ state: 'failed', error: { status } })
    await nothingActive()
  })

  test('that refuses the token once is signed in to anew', async () => {
    here.to.faults.add({ on: 'upload', times: 1, action: { kind: 'refuse-token' } })
    expect(await here.ended(await here.copy(imageId))).toMatchObject({ state: 'done', attempt: 1, verification: bothSides })
  })

  test('that stores another byte is a mismatch, deactivated, and named; a retry makes another image', async () => {
    here.to.faults.add({ on: 'upload', times: 1, action: { kind: 'corrupt', byte: 4_000_000 } })
    const id = await here.copy(imageId)
    const row = await here.ended(id)
    expect(row).toMatchObject({
      state: 'failed',
      verification: { kind: 'mismatch', side: 'target', what: 'MD5 and SHA-256 differ from what to says' },
    })
    expect(await here.target.status(row.imageId ?? '')).toBe('deactivated')
    await here.core.call('transfers.act', { ids: [id], action: 'retry' })
    const again = await here.ended(id)
    expect(again).toMatchObject({ state: 'done', verification: bothSides })
    expect(again.imageId).not.toBe(row.imageId)
  })

  test('that published no hash is not called verified', async () => {
    here.to.faults.add({ on: 'upload', action: { kind: 'forget-hash', checksum: true, osHash: true } })
    expect(await here.ended(await here.copy(imageId))).toMatchObject({
      state: 'done',
      verification: { kind: 'not-verifiable', reason: 'to published no hash' },
    })
  })

  test('whose last answer never came has it already: the two records are compared, and nothing is sent twice', async () => {
    const stays = Promise.withResolvers<void>()
    here.to.faults.add({ on: 'upload', times: 1, action: { kind: 'slow-finish', hold: { until: stays.promise } } })
    const id = await here.copy(imageId)
    await here.core.until(id, ({ state }) => state === 'finishing')
    const { imageId: made } = await here.core.row(id)
    await here.core.close()
    stays.resolve()
    await expect.poll(async () => await here.target.status(made ?? '')).toBe('active')
    await here.core.open()
    const row = await here.ended(id)
    // MD5 is what both clouds publish.
    expect(row).toMatchObject({
      state: 'done',
      imageId: made,
      verification: { kind: 'verified', algorithms: ['MD5'], source: ['MD5', 'SHA-512'] },
    })
    expect(await arrived(row)).toBe(true)
    expect(await here.targetImages()).toHaveLength(1)
  })

  test('that lets nobody set a property gets the copy without it, and that is listed', async () => {
    here.to.faults.add({
      on: 'create',
      times: 1,
      action: { kind: 'answer', status: 403, body: JSON.stringify({ message: "Attribute 'os_distro' is reserved." }) },
    })
    const rich = await here.image(bytes, { os_distro: 'debian', os_version: '12' })
    const id = await here.copy(rich)
    const row = await here.ended(id)
    expect(row).toMatchObject({ state: 'done', verification: bothSides })
    const shown = await here.target.show(row.imageId ?? '')
    expect(shown).toMatchObject({ os_version: '12' })
    expect(shown).not.toHaveProperty('os_distro')
    expect((await here.core.call('transfers.detail', { id })).leftOut).toContainEqual({
      name: 'os_distro',
      why: 'to does not let you set it',
    })
  })
})

describe('a person', () => {
  const slowly = (): void => void here.from.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 2_000_000 } })

  test('who cancels is told what the target has of it, and can delete that', async () => {
    slowly()
    const id = await here.copy(imageId)
    await here.core.until(id, ({ bytesDone }) => bytesDone > 0)
    await here.core.call('transfers.act', { ids: [id], action: 'cancel' })
    const row = await here.core.until(id, ({ leftBehind }) => leftBehind === 'The image, queued and without data.')
    expect(row.state).toBe('cancelled')
    await nothingActive()
    await here.core.call('transfers.act', { ids: [id], action: 'delete-image' })
    expect(await here.targetImages()).toEqual([])
  })

  test('who pauses and resumes gets the same image, from byte 0', async () => {
    slowly()
    const id = await here.copy(imageId)
    const running = await here.core.until(id, ({ bytesDone }) => bytesDone > 500_000)
    await here.core.call('transfers.act', { ids: [id], action: 'pause' })
    here.from.faults.clear()
    await here.core.call('transfers.act', { ids: [id], action: 'resume' })
    expect(await here.ended(id)).toMatchObject({ state: 'done', imageId: running.imageId, verification: bothSides })
  })

  test('who quits in the middle finds it going on at the next start', async () => {
    slowly()
    const id = await here.copy(imageId)
    const running = await here.core.until(id, ({ bytesDone }) => bytesDone > 500_000)
    await here.core.close()
    here.from.faults.clear()
    await here.core.open()
    const row = await here.ended(id)
    expect(row).toMatchObject({ state: 'done', imageId: running.imageId, verification: bothSides })
    expect(await arrived(row)).toBe(true)
  })

  test('who signs out of the source while it is read is told why not', async () => {
    slowly()
    const id = await here.copy(imageId)
    await here.core.until(id, ({ bytesDone }) => bytesDone > 0)
    await expect(here.core.call('clouds.signOut', { cloudId: FROM })).rejects.toMatchObject({ code: 'not-allowed' })
    await here.core.call('transfers.act', { ids: [id], action: 'cancel' })
  })
})
