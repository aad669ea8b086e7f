import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { md5, TestCore } from './support/core.ts'

/** The disk that fills up, the drive that is pulled, the line that goes silent: with real mounts where the person who tests may mount. */

const SIZE = 6_000_011
let core: TestCore
let mounts: string[] = []

beforeEach(async () => {
  core = await TestCore.start({ stallTimeoutMs: 400 })
})
afterEach(async () => {
  await core.close()
  for (const path of mounts.reverse()) run('umount', '-l', path)
  mounts = []
  await core.remove()
})

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'pipe' })
}

const mayMount = ((): boolean => {
  try {
    run('unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt')
    return process.getuid?.() === 0
  } catch {
    return false
  }
})()

async function tmpfs(name: string, size: string): Promise<string> {
  const path = join(core.dir, name)
  await mkdir(path, { recursive: true })
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'none', path)
  mounts.push(path)
  return path
}

async function downloadTo(folder: string, imageId: string): Promise<string> {
  const { folderId } = await core.call('files.pickFolder', { folder })
  const { transferIds } = await core.call('downloads.start', { cloudId: 'this-computer', imageIds: [imageId], folderId })
  const [id] = transferIds
  if (id === undefined) throw new Error('no transfer was made')
  return id
}

/** A download that was paused with some of its bytes on the disk. */
async function halfway(begin: () => Promise<string>): Promise<string> {
  const slow = core.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 4_000_000 } })
  const id = await begin()
  await core.until(id, (row) => row.bytesDone > 2_200_000)
  await core.call('transfers.act', { ids: [id], action: 'pause' })
  slow.remove()
  return id
}

describe.skipIf(!mayMount)('a disk (needs the right to mount)', () => {
  test('that fills up in the middle: the download waits with a sentence, and goes on by itself when there is room', async () => {
    const bytes = randomBytes(SIZE)
    const imageId = await core.anImage(bytes, 'big')
    const folder = await tmpfs('small', '16m')
    const slow = core.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 3_000_000 } })
    const id = await downloadTo(folder, imageId)
    await core.until(id, (row) => row.bytesDone > 1_000_000)
    // Somebody else takes all the room that is left.
    await writeFile(join(folder, 'filler'), randomBytes(15_000_000)).catch(() => {})
    const row = await core.until(id, ({ state }) => state === 'waiting')
    expect(row).toMatchObject({ reason: 'the disk is full', error: { code: 'disk-full' }, attempt: 0 })
    expect(await readdir(folder)).toEqual(['big.raw.part', 'filler'])
    slow.remove()
    await unlink(join(folder, 'filler'))
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(md5(await core.fileIn(folder, 'big.raw'))).toBe(md5(bytes))
  })

  test('that is too small is known before the first byte', async () => {
    const imageId = await core.anImage(randomBytes(SIZE), 'big')
    const folder = await tmpfs('tiny', '4m')
    const id = await downloadTo(folder, imageId)
    const row = await core.until(id, ({ state }) => state === 'waiting')
    expect(row.error?.message).toMatch(/ free, .* are needed\.$/)
    expect(await readdir(folder)).toEqual([])
  })

  test('that is pulled and comes back: nothing goes to the folder below, and the rest is fetched', async () => {
    const bytes = randomBytes(SIZE)
    const imageId = await core.anImage(bytes, 'on a stick')
    const drive = await tmpfs('drive', '32m')
    const folder = join(core.dir, 'stick')
    await mkdir(folder)
    run('mount', '--bind', drive, folder)
    mounts.push(folder)
    const id = await halfway(() => downloadTo(folder, imageId))
    run('umount', '-l', folder)
    await core.call('transfers.act', { ids: [id], action: 'resume' })
    expect(await core.until(id, ({ error }) => error?.code === 'folder-missing')).toMatchObject({ state: 'waiting' })
    expect(await readdir(folder)).toEqual([])
    run('mount', '--bind', drive, folder)
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(md5(await core.fileIn(folder, 'on a stick.raw'))).toBe(md5(bytes))
    const log = (await core.call('transfers.detail', { id })).log.map((line) => line.text)
    expect(log.join(' ')).toContain('are kept from before')
  })

  test('that holds Glancer’s own data and is full at the start: said, and nothing of the list is lost', async () => {
    const own = await TestCore.start({ dir: await tmpfs('own', '24m') })
    const id = await own.download(await own.anImage(randomBytes(1000), 'small'))
    await own.ended(id)
    await own.close()
    const filler = await open(join(own.dir, 'filler'), 'w')
    await filler.writeFile(randomBytes(30_000_000)).catch(() => {})
    await filler.close()
    await expect(own.open()).rejects.toMatchObject({ code: expect.stringMatching(/^disk-(full|error)$/) })
    expect((await readdir(own.dataDir)).filter((name) => name.includes('set-aside'))).toEqual([])
    await unlink(join(own.dir, 'filler'))
    await own.open()
    expect(await own.row(id)).toMatchObject({ state: 'done' })
    await own.close()
  })

  test('that became read-only fails with that, and is mended by a retry', async () => {
    const imageId = await core.anImage(randomBytes(SIZE), 'locked')
    const folder = await tmpfs('readonly', '32m')
    core.faults.add({ on: 'download', times: 1, action: { kind: 'cut', afterBytes: 3_000_000 } })
    const id = await downloadTo(folder, imageId)
    await core.until(id, ({ state }) => state === 'waiting')
    run('mount', '-o', 'remount,ro', folder)
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'failed', error: { code: 'folder-read-only' } })
    const another = downloadTo(folder, imageId)
    await expect(another).rejects.toMatchObject({ code: 'folder-read-only' })
    run('mount', '-o', 'remount,rw', folder)
    await core.call('transfers.act', { ids: [id], action: 'retry' })
    expect(await core.ended(id)).toMatchObject({ state: 'done' })
  })
})

describe('a part file that somebody else touches', () => {
  test.each([
    ['altered', async (part: string) => await writeFile(part, randomBytes(2_000_000))],
    ['shortened', async (part: string) => await truncate(part, 1_000_000)],
    ['lengthened with zeros', async (part: string) => await truncate(part, 5_000_000)],
    ['longer than the image', async (part: string) => await truncate(part, SIZE + 1)],
    ['deleted', async (part: string) => await unlink(part)],
  ])('%s between two attempts: the file that comes out is right', async (_, touch) => {
    const bytes = randomBytes(SIZE)
    const imageId = await core.anImage(bytes, 'touched')
    const id = await halfway(() => core.download(imageId))
    await touch(join(core.dir, 'downloads', 'touched.raw.part'))
    await core.call('transfers.act', { ids: [id], action: 'resume' })
    const row = await core.until(id, ({ state, error }) => state === 'done' || (state === 'waiting' && error?.code === 'part-changed'))
    if (row.state === 'waiting') core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(md5(await core.downloaded('touched.raw'))).toBe(md5(bytes))
    expect(await readdir(join(core.dir, 'downloads'))).toEqual(['touched.raw'])
  })

  test('taken away while it grows: begins again, and the file is right', async () => {
    const bytes = randomBytes(SIZE)
    const imageId = await core.anImage(bytes, 'taken')
    const slow = core.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 4_000_000 } })
    const id = await core.download(imageId)
    await core.until(id, (row) => row.bytesDone > 1_000_000)
    await unlink(join(core.dir, 'downloads', 'taken.raw.part'))
    slow.remove()
    expect(await core.until(id, ({ state }) => state === 'waiting')).toMatchObject({ error: { code: 'part-changed' } })
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(md5(await core.downloaded('taken.raw'))).toBe(md5(bytes))
  })
})

describe('two transfers to one file', () => {
  test('asked for at once, or one retried after another took the name over: each gets a file of its own', async () => {
    const [one, two] = [randomBytes(SIZE), randomBytes(SIZE)]
    const first = await core.anImage(one, 'twin')
    const second = await core.anImage(two, 'twin')
    const hold = core.faults.add({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 1_000_000 } })
    const a = await core.download(first)
    await core.until(a, (row) => row.bytesDone > 0)
    await core.call('transfers.act', { ids: [a], action: 'cancel' })
    await core.until(a, ({ state }) => state === 'cancelled')
    const b = await core.download(second)
    await core.until(b, (row) => row.bytesDone > 0)
    await core.call('transfers.act', { ids: [a], action: 'retry' })
    hold.remove()
    expect(await core.ended(a)).toMatchObject({ state: 'done', fileName: 'twin (2).raw', verification: { kind: 'verified' } })
    expect(await core.ended(b)).toMatchObject({ state: 'done', fileName: 'twin.raw', verification: { kind: 'verified' } })
    expect(md5(await core.downloaded('twin.raw'))).toBe(md5(two))
    expect(md5(await core.downloaded('twin (2).raw'))).toBe(md5(one))
  })
})

describe('a line', () => {
  test('that goes silent in a download is noticed, and the rest is fetched', async () => {
    const bytes = randomBytes(SIZE)
    const imageId = await core.anImage(bytes, 'silent')
    core.faults.add({ on: 'download', times: 1, action: { kind: 'silence', afterBytes: 3_000_000 } })
    const id = await core.download(imageId)
    expect(await core.until(id, ({ state }) => state === 'waiting')).toMatchObject({ error: { code: 'stalled' } })
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(md5(await core.downloaded('silent.raw'))).toBe(md5(bytes))
  })

  test('on which the server takes no bytes is noticed in an upload', async () => {
    const hold = Promise.withResolvers<void>()
    core.faults.add({ on: 'upload', times: 1, action: { kind: 'delay', hold: { until: hold.promise } } })
    // More than the buffers of both kernels hold, so that sending itself comes to a stop.
    const file = await core.aFile('big.raw', 40_000_000)
    const id = await core.upload(file.fileId)
    expect(await core.until(id, ({ state }) => state === 'waiting')).toMatchObject({ error: { code: 'stalled' } })
    hold.resolve()
    core.retryNow()
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  })
})
