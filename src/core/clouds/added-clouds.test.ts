import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyDraft } from '../../shared/cloud-draft.ts'
import { AddedClouds } from './added-clouds.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-added-'))
})
afterEach(async () => await rm(dir, { recursive: true, force: true }))

const path = () => join(dir, 'clouds.json')
const draft = (name: string) => ({ ...emptyDraft(), name })

describe('clouds that were added', () => {
  it('are there at the next start, in a file that only this person can read', async () => {
    const added = new AddedClouds(dir)
    expect(await added.load()).toBeNull()
    const { id } = await added.save(null, draft('first'), 'file')
    await added.save(null, draft('second'), 'memory')
    await added.save(id, draft('renamed'), 'file')
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    const next = new AddedClouds(dir)
    await next.load()
    expect(next.list().map((cloud) => [cloud.draft.name, cloud.keep, cloud.revision])).toEqual([
      ['renamed', 'file', 2],
      ['second', 'memory', 1],
    ])
    await next.remove(id)
    expect(next.get(id)).toBeNull()
    await expect(next.save(id, draft('x'), 'file')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('that are saved at the same moment are all there', async () => {
    const added = new AddedClouds(dir)
    await Promise.all(Array.from({ length: 20 }, (_, index) => added.save(null, draft(`cloud ${index}`), 'memory')))
    const next = new AddedClouds(dir)
    await next.load()
    expect(next.list()).toHaveLength(20)
  })

  it.each([
    ['half a file', '{"version":1,"clouds":[{"id"'],
    ['another version', '{"version":2,"clouds":[]}'],
    ['another shape', '[]'],
    ['nothing', ''],
  ])('in a file that holds %s are set aside, and said', async (_, content) => {
    await writeFile(path(), content)
    const added = new AddedClouds(dir)
    expect(await added.load()).toMatchObject({ path: path(), error: expect.stringMatching(/set aside as/) })
    await added.save(null, draft('new'), 'memory')
    const aside = (await readdir(dir)).find((name) => name.includes('set-aside')) ?? ''
    expect(await readFile(join(dir, aside), 'utf8')).toBe(content)
  })

  it('stay as they were when the disk refuses', async () => {
    const added = new AddedClouds(dir)
    await added.save(null, draft('first'), 'memory')
    const before = await readFile(path(), 'utf8')
    // A folder in the place of the fresh file cannot be opened, whoever asks.
    await mkdir(`${path()}.new/x`, { recursive: true })
    await expect(added.save(null, draft('second'), 'memory')).rejects.toMatchObject({ code: 'disk-error' })
    expect(await readFile(path(), 'utf8')).toBe(before)
    expect(added.list()).toHaveLength(1)
  })
})
