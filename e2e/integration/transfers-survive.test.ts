import { randomBytes } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { THIS_COMPUTER } from '../../src/shared/domain.ts'
import type { ErrorCode } from '../../src/shared/errors.ts'
import { md5, TestCore } from './support/core.ts'

/** The real core, worker threads and service; what goes wrong is said by the fault plan. Nothing may be lost, nothing claimed that is not so. */

const SIZE = 6_000_011
let core: TestCore
beforeEach(async () => {
  core = await TestCore.start()
})
afterEach(() => core.remove())

const parts = async (): Promise<string[]> => await readdir(join(core.dir, 'downloads'))

test('an upload and a download of the same bytes are verified, and the file is the same', async () => {
  const bytes = randomBytes(SIZE)
  const imageId = await core.anImage(bytes, 'whole')
  const row = await core.ended(await core.download(imageId))
  expect(row).toMatchObject({ state: 'done', verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] } })
  expect(md5(await core.downloaded('whole.raw'))).toBe(md5(bytes))
  expect(await parts()).toEqual(['whole.raw'])
})

describe('an upload', () => {
  test.each([0, 1, 65_536, 1_048_576, 3_333_333, SIZE - 1])(
    'cut after %i bytes goes to the same image again and is verified',
    async (afterBytes) => {
      core.faults.add({ on: 'upload', times: 1, action: { kind: 'cut', afterBytes } })
      const file = await core.aFile('disk.raw', SIZE)
      const id = await core.upload(file.fileId)
      const waiting = await core.until(id, (row) => row.state === 'waiting' || row.state === 'done')
      expect(waiting.state).toBe('waiting')
      core.retryNow()
      const row = await core.ended(id)
      expect(row).toMatchObject({ state: 'done', imageId: waiting.imageId, attempt: 2, verification: { kind: 'verified' } })
    },
  )

  const early: [number, ErrorCode][] = [
    [403, 'forbidden'],
    [404, 'not-found'],
    [410, 'gone'],
    [413, 'quota'],
    [415, 'unsupported-format'],
    [400, 'bad-request'],
  ]
  test.each(early.flatMap(([status, code]) => [0, 2_000_000].map((afterBytes): [number, number, ErrorCode] => [status, afterBytes, code])))(
    'answered with %i after %i bytes fails with that, and says so',
    async (status, afterBytes, code) => {
      core.faults.add({ on: 'upload', action: { kind: 'answer', status, afterBytes } })
      const file = await core.aFile('disk.raw', SIZE)
      const row = await core.ended(await core.upload(file.fileId))
      expect(row).toMatchObject({ state: 'failed', verification: null, error: { code, status } })
      expect(row.error?.message).not.toMatch(/<|undefined/)
    },
  )

  test.each([500, 502, 503, 504, 429, 409])('answered once with %i is tried again, and verified', async (status) => {
    core.faults.add({ on: 'upload', times: 1, action: { kind: 'answer', status, afterBytes: 1_000_000, headers: { 'Retry-After': '1' } } })
    const file = await core.aFile('disk.raw', SIZE)
    const id = await core.upload(file.fileId)
    const row = await core.until(id, ({ state }) => state === 'waiting' || state === 'failed' || state === 'done')
    expect(row.state).toBe('waiting')
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  })

  test('a token refused once is renewed without a word to the person', async () => {
    core.faults.add({ on: 'upload', times: 1, action: { kind: 'refuse-token' } })
    const file = await core.aFile('disk.raw', SIZE)
    expect(await core.ended(await core.upload(file.fileId))).toMatchObject({ state: 'done', attempt: 1 })
  })

  test('whose bytes were altered on the way is a mismatch, deactivated, and can be deleted', async () => {
    core.faults.add({ on: 'upload', action: { kind: 'corrupt', byte: 1_234_567 } })
    const file = await core.aFile('disk.raw', SIZE)
    const row = await core.ended(await core.upload(file.fileId))
    expect(row).toMatchObject({
      state: 'failed',
      error: { code: 'mismatch' },
      verification: { kind: 'mismatch', algorithms: ['MD5', 'SHA-512'] },
    })
    expect(row.actions).toContain('delete-image')
    const [outcome] = await core.call('transfers.act', { ids: [row.id], action: 'delete-image' })
    expect(outcome).toMatchObject({ error: null })
  })

  test('of which the cloud published no hash is not called verified', async () => {
    core.faults.add({ on: 'upload', action: { kind: 'forget-hash', checksum: true, osHash: true } })
    const file = await core.aFile('disk.raw', SIZE)
    expect(await core.ended(await core.upload(file.fileId))).toMatchObject({ state: 'done', verification: { kind: 'not-verifiable' } })
  })

  test('of a file that grows, shrinks or changes while it is sent never becomes an image', async () => {
    // Slow on this side: what the kernel has already taken may well arrive before the change.
    await core.call('app.changeSettings', { speedLimit: 2_000_000 })
    const file = await core.aFile('disk.raw', SIZE)
    const id = await core.upload(file.fileId)
    await core.until(id, (row) => row.bytesDone > 0)
    await writeFile(file.path, randomBytes(SIZE + 5))
    expect(await core.ended(id)).toMatchObject({ state: 'failed', error: { code: 'file-changed' } })
  })

  test('cancelled in the middle leaves a queued image, says so, and can delete it', async () => {
    core.faults.add({ on: 'upload', action: { kind: 'throttle', bytesPerSecond: 2_000_000 } })
    const file = await core.aFile('disk.raw', SIZE)
    const id = await core.upload(file.fileId)
    await core.until(id, (row) => row.bytesDone > 0)
    await core.call('transfers.act', { ids: [id], action: 'cancel' })
    const row = await core.until(id, ({ leftBehind }) => leftBehind === 'The image, queued and without data.')
    expect(row.state).toBe('cancelled')
  })

  test('interrupted by quitting begins again at the next start, on the same image', async () => {
    const slow = core.faults.add({ on: 'upload', action: { kind: 'throttle', bytesPerSecond: 2_000_000 } })
    const file = await core.aFile('disk.raw', SIZE)
    const id = await core.upload(file.fileId)
    const { imageId } = await core.until(id, (row) => row.bytesDone > 0)
    await core.close()
    slow.remove()
    await core.open()
    expect(await core.ended(id)).toMatchObject({ state: 'done', imageId, verification: { kind: 'verified' } })
  })
})

describe('a download', () => {
  let imageId = ''
  let bytes: Uint8Array
  beforeEach(async () => {
    bytes = randomBytes(SIZE)
    imageId = await core.anImage(bytes, 'source')
  })
  const whole = async (): Promise<void> => {
    expect(md5(await core.downloaded('source.raw'))).toBe(md5(bytes))
    expect(await parts()).toEqual(['source.raw'])
  }

  test.each([0, 1, 65_536, 1_048_576, 5_000_000])('cut after %i bytes goes on where it stopped, and is verified', async (afterBytes) => {
    core.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes } })
    const id = await core.download(imageId)
    await core.until(id, (row) => row.state === 'waiting')
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    await whole()
  })

  test.each(['refuse', 'ignore', 'wrong-content-range'] as const)(
    'resumed where Range is answered with "%s" is right all the same',
    async (how) => {
      core.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes: 3_000_000 } })
      core.faults.add({ on: 'download', action: { kind: 'range', how } })
      const id = await core.download(imageId)
      await core.until(id, (row) => row.state === 'waiting')
      core.retryNow()
      expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
      await whole()
    },
  )

  test('without Content-Length is received by the size of the record', async () => {
    core.faults.add({ on: 'download', action: { kind: 'no-length' } })
    expect(await core.ended(await core.download(imageId))).toMatchObject({ state: 'done' })
    await whole()
  })

  test('with one byte flipped is a mismatch, and there is no finished file', async () => {
    core.faults.add({ on: 'download', times: 1, action: { kind: 'corrupt', byte: 4_000_000 } })
    const id = await core.download(imageId)
    const row = await core.ended(id)
    expect(row).toMatchObject({ state: 'failed', error: { code: 'mismatch' }, verification: { kind: 'mismatch' } })
    expect(await parts()).toEqual(['source.raw.part'])
    await core.call('transfers.act', { ids: [id], action: 'retry' })
    expect(await core.ended(id)).toMatchObject({ state: 'done' })
    await whole()
  })

  test('of an active image whose data is lost names that, and leaves no file', async () => {
    core.faults.add({ on: 'download', action: { kind: 'lose-data' } })
    expect(await core.ended(await core.download(imageId))).toMatchObject({ state: 'failed', error: { code: 'data-lost' } })
    expect(await parts()).toEqual([])
  })

  test('two of one image into one folder get two names', async () => {
    const ids = [await core.download(imageId), await core.download(imageId)]
    for (const id of ids) expect(await core.ended(id)).toMatchObject({ state: 'done' })
    expect((await parts()).sort()).toEqual(['source (2).raw', 'source.raw'])
  })

  test('paused keeps its bytes, and resumed asks only for the rest', async () => {
    const slow = core.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 3_000_000 } })
    const id = await core.download(imageId)
    await core.until(id, (row) => row.bytesDone > 1_000_000)
    await core.call('transfers.act', { ids: [id], action: 'pause' })
    slow.remove()
    await core.call('transfers.act', { ids: [id], action: 'resume' })
    expect(await core.ended(id)).toMatchObject({ state: 'done' })
    const { log } = await core.call('transfers.detail', { id })
    expect(log.map((line) => line.text).join('\n')).toContain('are kept from before')
    await whole()
  })

  test('of an image without data leaves no file', async () => {
    core.faults.add({ on: 'upload', action: { kind: 'answer', status: 403 } })
    const file = await core.aFile('none.raw', 1000)
    const failed = await core.ended(await core.upload(file.fileId, { name: 'empty-record' }))
    expect(failed.imageId).not.toBeNull()
    const row = await core.ended(await core.download(failed.imageId ?? ''))
    expect(row).toMatchObject({ state: 'failed', error: { code: 'no-data' } })
    expect(await parts()).toEqual([])
  })
})

test('a second core on the same folder is refused, and the first goes on', async () => {
  const other = TestCore.start({ dir: core.dir })
  await expect(other).rejects.toThrow('already running')
  expect((await core.call('app.snapshot', {})).clouds.map((cloud) => cloud.id)).toContain(THIS_COMPUTER)
})
