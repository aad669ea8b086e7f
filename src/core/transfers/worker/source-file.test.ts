import { appendFile, chmod, mkdtemp, rename, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SourceFile } from './source-file.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-source-'))
  path = join(dir, 'disk.raw')
  await writeFile(path, Buffer.from('0123456789'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('fills a block from any position, short only at the end', async () => {
  const file = await SourceFile.open(path, null)
  const block = new Uint8Array(4)
  expect(await file.read(block, 3)).toBe(4)
  expect(Buffer.from(block).toString()).toBe('3456')
  expect(await file.read(block, 8)).toBe(2)
  expect(Buffer.from(block.subarray(0, 2)).toString()).toBe('89')
  await file.check()
  await file.close()
})

describe('a file that is no longer what it was', () => {
  const changes: [string, () => Promise<unknown>, string, RegExp][] = [
    ['grown', () => appendFile(path, 'x'), 'file-changed', /has grown/],
    ['shorter', () => truncate(path, 3), 'file-changed', /shorter/],
    ['touched', () => utimes(path, 1, 1), 'file-changed', /was changed/],
    ['replaced', () => writeFile(`${path}.new`, '0123456789').then(() => rename(`${path}.new`, path)), 'file-changed', /replaced/],
    ['gone', () => unlink(path), 'file-missing', /removed|no longer/],
  ]
  test.each(changes)('%s: is found by a check while it is open', async (_, change, code, words) => {
    const file = await SourceFile.open(path, null)
    await change()
    // Both are true of a file whose name was taken by another: its links changed, and so did what the name leads to.
    await expect(file.check()).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
    await file.close()
  })

  test.each(changes)('%s: is found when it is opened', async (_, change, code, words) => {
    const file = await SourceFile.open(path, null)
    const { identity } = file
    await file.close()
    await change()
    await expect(SourceFile.open(path, identity)).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
  })

  test('shorter: a read behind its end says so, rather than giving fewer bytes', async () => {
    const file = await SourceFile.open(path, null)
    await truncate(path, 4)
    await expect(file.read(new Uint8Array(10), 0)).rejects.toMatchObject({ code: 'file-changed' })
    await file.close()
  })
})

test('a folder, and a file that may not be read, are unreadable', async () => {
  const file = await SourceFile.open(dir, null)
  await expect(file.read(new Uint8Array(10), 0)).rejects.toMatchObject({ code: 'file-unreadable' })
  await file.close()
  if (process.getuid?.() === 0) return
  await chmod(path, 0)
  await expect(SourceFile.open(path, null)).rejects.toMatchObject({ code: 'file-unreadable' })
})
