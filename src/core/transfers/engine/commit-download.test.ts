import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commitDownload } from './commit-download.ts'

let dir: string
let part: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-commit-'))
  part = join(dir, 'disk.qcow2.part')
  await writeFile(part, 'new')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a free name is taken, and the part file is gone', async () => {
  expect(await commitDownload(part, join(dir, 'disk.qcow2'), { replace: false })).toBe(join(dir, 'disk.qcow2'))
  expect(await readdir(dir)).toEqual(['disk.qcow2'])
})

test('a name that is taken is never written over: the next number is used', async () => {
  await writeFile(join(dir, 'disk.qcow2'), 'old')
  await writeFile(join(dir, 'disk (2).qcow2'), 'older')
  expect(await commitDownload(part, join(dir, 'disk.qcow2'), { replace: false })).toBe(join(dir, 'disk (3).qcow2'))
  expect(await readFile(join(dir, 'disk.qcow2'), 'utf8')).toBe('old')
  expect(await readFile(join(dir, 'disk (2).qcow2'), 'utf8')).toBe('older')
  expect(await readFile(join(dir, 'disk (3).qcow2'), 'utf8')).toBe('new')
})

test('many that want the same name at once each get one of their own', async () => {
  const parts = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const path = join(dir, `${n}.part`)
      await writeFile(path, String(n))
      return path
    }),
  )
  const paths = await Promise.all(parts.map((path) => commitDownload(path, join(dir, 'same.raw'), { replace: false })))
  expect(new Set(paths).size).toBe(20)
  const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
  expect(contents).toEqual(parts.map((_, n) => String(n)))
})

test('what is to be replaced is', async () => {
  await writeFile(join(dir, 'disk.qcow2'), 'old')
  expect(await commitDownload(part, join(dir, 'disk.qcow2'), { replace: true })).toBe(join(dir, 'disk.qcow2'))
  expect(await readFile(join(dir, 'disk.qcow2'), 'utf8')).toBe('new')
  expect(await readdir(dir)).toEqual(['disk.qcow2'])
})

test('a folder under that name is no file to write over, and the part file stays', async () => {
  await mkdir(join(dir, 'disk.qcow2'))
  expect(await commitDownload(part, join(dir, 'disk.qcow2'), { replace: false })).toBe(join(dir, 'disk (2).qcow2'))
  await writeFile(part, 'newer')
  await expect(commitDownload(part, join(dir, 'disk.qcow2'), { replace: true })).rejects.toMatchObject({ code: 'disk-error' })
  expect(await readFile(part, 'utf8')).toBe('newer')
})

test('a folder that is gone is said', async () => {
  await expect(commitDownload(part, join(dir, 'gone', 'disk.qcow2'), { replace: false })).rejects.toMatchObject({ code: 'folder-missing' })
  await expect(commitDownload(part, join(dir, 'gone', 'disk.qcow2'), { replace: true })).rejects.toMatchObject({ code: 'folder-missing' })
  expect(await readFile(part, 'utf8')).toBe('new')
})
