import { mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PartFile, writeFailure } from './part-file.ts'

const MIB = 1024 * 1024
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-part-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const block = (fill: number, length = MIB): Uint8Array => new Uint8Array(length).fill(fill)

describe('a part file', () => {
  test('holds what was appended, in order', async () => {
    const part = await PartFile.open(join(dir, 'a.part'), 0)
    await part.append(block(1, 10))
    await part.append(block(2, 5))
    expect(part.safeBytes).toBe(15)
    await part.finish()
    await part.close()
    expect([...(await readFile(join(dir, 'a.part')))]).toEqual([...block(1, 10), ...block(2, 5)])
  })

  test('leaves holes for zeros, and has its exact size when it ends in one', async () => {
    const path = join(dir, 'a.part')
    const part = await PartFile.open(path, 0)
    await part.append(block(7))
    for (let n = 0; n < 64; n++) await part.append(block(0))
    await part.append(block(0, 123))
    expect(part.safeBytes).toBe(MIB)
    await part.finish()
    expect(part.safeBytes).toBe(65 * MIB + 123)
    await part.close()
    const { size, blocks } = await stat(path)
    expect(size).toBe(65 * MIB + 123)
    expect(blocks * 512).toBeLessThan(2 * MIB)
    const bytes = await readFile(path)
    expect(bytes.subarray(0, MIB).every((byte) => byte === 7)).toBe(true)
    expect(bytes.subarray(MIB).every((byte) => byte === 0)).toBe(true)
  })

  test('a hole followed by data counts as safe, since the file is that long', async () => {
    const part = await PartFile.open(join(dir, 'a.part'), 0)
    await part.append(block(0))
    expect(part.safeBytes).toBe(0)
    await part.append(block(3, 9))
    expect(part.safeBytes).toBe(MIB + 9)
    await part.close()
  })

  test.each([1, MIB / 2 - 1, MIB / 2 + 1, MIB - 1])('one byte at %i among zeros is written', async (at) => {
    const path = join(dir, 'a.part')
    const part = await PartFile.open(path, 0)
    const bytes = block(0)
    bytes[at] = 9
    await part.append(bytes)
    await part.finish()
    await part.close()
    expect((await readFile(path)).equals(bytes)).toBe(true)
  })

  test('cuts off what lies behind the bytes that are kept, so that zeros stay zeros', async () => {
    const path = join(dir, 'a.part')
    await writeFile(path, block(5, 3 * MIB))
    const part = await PartFile.open(path, MIB)
    expect(part.safeBytes).toBe(MIB)
    await part.append(block(0))
    await part.append(block(6, 3))
    await part.finish()
    await part.close()
    const bytes = await readFile(path)
    expect(bytes.length).toBe(2 * MIB + 3)
    expect(bytes.subarray(MIB, 2 * MIB).every((byte) => byte === 0)).toBe(true)
  })

  test('is not written through a link', async () => {
    await writeFile(join(dir, 'precious'), 'mine')
    await symlink(join(dir, 'precious'), join(dir, 'a.part'))
    await expect(PartFile.open(join(dir, 'a.part'), 0)).rejects.toMatchObject({ code: 'part-changed' })
    expect(await readFile(join(dir, 'precious'), 'utf8')).toBe('mine')
  })

  test('in a folder that is gone, or that is none, says so', async () => {
    await expect(PartFile.open(join(dir, 'gone', 'a.part'), 0)).rejects.toMatchObject({ code: 'folder-missing' })
    await writeFile(join(dir, 'file'), '')
    await expect(PartFile.open(join(dir, 'file', 'a.part'), 0)).rejects.toMatchObject({ code: 'folder-missing' })
    await mkdir(join(dir, 'a.part'))
    await expect(PartFile.open(join(dir, 'a.part'), 0)).rejects.toMatchObject({ code: 'disk-error' })
  })
})

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'folder-read-only'],
  ['EACCES', 'folder-read-only'],
  ['EFBIG', 'disk-error'],
  ['EIO', 'disk-error'],
])('%s while writing is %s', (code, ours) => {
  expect(writeFailure(Object.assign(new Error('write failed'), { code }))).toMatchObject({ code: ours })
})

describe('several blocks on their way at once', () => {
  test('land where they belong, and what is safe ends before the first that is missing', async () => {
    const path = join(dir, 'a.part')
    const part = await PartFile.open(path, 0)
    const writes = Array.from({ length: 20 }, (_, n) => part.append(block(n + 1, n % 2 === 0 ? MIB : 70_001)))
    await Promise.all(writes)
    const size = 10 * (MIB + 70_001)
    expect(part.safeBytes).toBe(size)
    await part.finish()
    await part.close()
    const bytes = await readFile(path)
    expect(bytes.length).toBe(size)
    for (let n = 0, at = 0; n < 20; at += n % 2 === 0 ? MIB : 70_001, n++) expect([bytes[at], bytes[at + 70_000]]).toEqual([n + 1, n + 1])
  })

  test('of which one fails: the file ends before it, whatever later ones wrote', async () => {
    const path = join(dir, 'a.part')
    const part = await PartFile.open(path, 0)
    await part.append(block(1, 10))
    const prototype = Object.getPrototypeOf(await probe(path))
    const write = vi.spyOn(prototype, 'write').mockImplementationOnce(async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    })
    const [failed, later] = await Promise.allSettled([part.append(block(2, 10)), part.append(block(3, 10))])
    write.mockRestore()
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'disk-full' } })
    expect(later.status).toBe('fulfilled')
    expect(part.safeBytes).toBe(10)
    await part.close()
    expect([...(await readFile(path))]).toEqual([...block(1, 10)])
  })
})

async function probe(path: string): Promise<object> {
  const handle = await open(path, 'r')
  await handle.close()
  return handle
}
