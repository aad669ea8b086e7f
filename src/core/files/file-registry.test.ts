import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FileRegistry } from './file-registry.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glancer-files-'))
  await mkdir(join(folder, 'images/more'), { recursive: true })
  await mkdir(join(folder, 'empty'))
  for (const name of ['images/a.qcow2', 'images/more/b.raw', 'images/.hidden']) await writeFile(join(folder, name), 'x')
  await symlink(folder, join(folder, 'images/loop'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a dropped folder offers its files, without hidden ones and without following links round', async () => {
  const registry = new FileRegistry()
  const taken = await registry.addPaths([join(folder, 'images')])
  const names = taken.map((file) => ('fileId' in file ? registry.get(file.fileId).fileName : file.problem))
  expect(names.sort()).toEqual(['a.qcow2', 'b.raw'])
})

test('an empty folder and a missing file are named with their reason', async () => {
  const taken = await new FileRegistry().addPaths([join(folder, 'empty'), join(folder, 'nothing')])
  expect(taken).toEqual([
    { name: 'empty', problem: 'The folder holds no files.' },
    { name: 'nothing', problem: 'It is no longer there.' },
  ])
})

test('an id that was never given, or given back, is refused', async () => {
  const registry = new FileRegistry()
  const fileId = registry.announce('C:\\Users\\x\\disk.vhd', 5)
  expect(registry.get(fileId).fileName).toBe('disk.vhd')
  registry.release([fileId])
  expect(() => registry.get(fileId)).toThrow('no longer known')
  expect(() => registry.folder('x')).toThrow('no longer known')
})
