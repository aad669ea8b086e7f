import { link, mkdir, mkdtemp, readdir, readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileIdentity } from '../file-identity.ts'
import { commitDownload as commit, dropSecondName, findCommitted } from './commit-download.ts'

let dir: string
let part: string
const commitDownload = async (path: string, target: string, options: { replace: boolean }): Promise<string> =>
  await commit(path, target, { ...options, identity: await fileIdentity(path) })
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

test('a part file that somebody changed, replaced or took away gets no name', async () => {
  const target = join(dir, 'disk.qcow2')
  const identity = await fileIdentity(part)
  await writeFile(part, 'NEW')
  await utimes(part, 1, 1)
  await expect(commit(part, target, { replace: false, identity })).rejects.toMatchObject({ code: 'part-changed' })
  await unlink(part)
  await expect(commit(part, target, { replace: true, identity })).rejects.toMatchObject({
    code: 'part-changed',
    message: 'Somebody took the unfinished file away.',
  })
  expect(await readdir(dir)).not.toContain('disk.qcow2')
})

test('a crash between the two names: the file is found, also under a number, and the second name goes', async () => {
  const identity = await fileIdentity(part)
  const target = join(dir, 'disk.qcow2')
  await writeFile(target, 'old')
  expect(await findCommitted(target, identity)).toBeNull()
  await link(part, join(dir, 'disk (2).qcow2'))
  expect(await findCommitted(target, identity)).toBe(join(dir, 'disk (2).qcow2'))
  expect(await commit(part, target, { replace: false, identity })).toBe(join(dir, 'disk (2).qcow2'))
  expect((await readdir(dir)).sort()).toEqual(['disk (2).qcow2', 'disk.qcow2'])
  await link(target, part)
  await dropSecondName(part, target)
  expect(await readdir(dir)).not.toContain('disk.qcow2.part')
  await writeFile(part, 'of another download')
  await dropSecondName(part, target)
  expect(await readdir(dir)).toContain('disk.qcow2.part')
})
