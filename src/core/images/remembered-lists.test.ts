import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { image } from '../transfers/testing/fakes.ts'
import { type KeptList, RememberedLists } from './remembered-lists.ts'

vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>()
  return { ...real, setImmediate: vi.fn(real.setImmediate) }
})

let folder: string
const said: string[] = []
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'glancer-lists-')), 'image-lists')
  said.length = 0
})
afterEach(async () => await rm(join(folder, '..'), { recursive: true, force: true }))

const lists = (enabled = true, writeEveryMs?: number) =>
  new RememberedLists({ folder, enabled, log: (_level, text) => said.push(text), ...(writeEveryMs !== undefined && { writeEveryMs }) })
function listOf(count: number, name = 'disk'): KeptList {
  const rows = Array.from({ length: count }, (_, n) => image({ id: `i${n}`, name: `${name} ${n} é\n"`, createdAt: String(1e6 + n) }))
  return { rows: rows.map((each) => ({ image: each, text: JSON.stringify(each) })), loadedAt: 42, more: false, projectId: 'p1' }
}
/** What a run that kept this leaves behind: the path of the file. */
async function left(list: KeptList, identity = 'prod ada'): Promise<string> {
  const run = lists()
  run.keep(identity, () => list, true)
  await run.close()
  const [name = ''] = await readdir(folder)
  return join(folder, name)
}

test('what was kept is there at the next start, for this person alone and under a name that tells nothing', async () => {
  const path = await left(listOf(601))
  expect(await lists().load('prod ada')).toEqual(listOf(601))
  expect(await lists().load('prod bob')).toBe(null)
  expect(path).not.toContain('prod')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('an empty list is one too, and none is none', async () => {
  expect(await lists().load('prod ada')).toBe(null)
  await left(listOf(0))
  expect(await lists().load('prod ada')).toEqual(listOf(0))
  expect(said).toEqual([])
})

test('a damaged file, of another version, or cut off, is left out and deleted, whole, and nothing else is lost', async () => {
  const path = await left(listOf(3))
  await left(listOf(2), 'other')
  const good = await readFile(path, 'utf8')
  const { size } = await stat(path)
  const damages: (() => Promise<void>)[] = [
    async () => await writeFile(path, ''),
    async () => await writeFile(path, Buffer.from([0, 1, 2, 255])),
    async () => await writeFile(path, good.replace('"version":1', '"version":2')),
    async () => await writeFile(path, good.replace('"status":"active"', '"status":7')),
    async () => await truncate(path, size - 1),
    async () => await writeFile(path, `${good.slice(0, size / 2)}\n${good.slice(size / 2)}`),
    async () => {
      await rm(path)
      await mkdir(path)
    },
  ]
  for (const damage of damages) {
    await writeFile(path, good)
    await damage()
    const next = lists()
    expect(await next.load('prod ada')).toBe(null)
    await next.close()
    expect(await readdir(folder)).toHaveLength(1)
    expect(await lists().load('other')).toEqual(listOf(2))
  }
  expect(said).toHaveLength(damages.length)
})

test('it is written seldom, and at the end in any case, with the time of the last look', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const run = lists()
    const take = vi.fn(() => listOf(2))
    for (let n = 0; n < 100; n++) run.keep('prod ada', take, true)
    expect(take).toHaveBeenCalledTimes(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(take).toHaveBeenCalledTimes(1)
    // A look that finds nothing new writes nothing,
    run.keep('prod ada', take, false)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(take).toHaveBeenCalledTimes(1)
    // until the end.
    run.keep('prod ada', () => ({ ...listOf(2), loadedAt: 99 }), false)
    await run.close()
  } finally {
    vi.useRealTimers()
  }
  expect(await lists().load('prod ada')).toEqual({ ...listOf(2), loadedAt: 99 })
})

test('switched off, it deletes all and keeps nothing; also what waited to be written', async () => {
  const path = await left(listOf(2))
  const run = lists()
  run.keep('waits', () => listOf(1), true)
  await run.setEnabled(false)
  expect(await readdir(folder)).toEqual([])
  run.keep('later', () => listOf(1), true)
  await run.close()
  expect(await readdir(folder)).toEqual([])
  expect(await left(listOf(2))).toBe(path)
  expect(await lists(false).load('prod ada')).toBe(null)
})

test('one is forgotten, or all but some, and what was about to be written with them', async () => {
  await left(listOf(1), 'a')
  await left(listOf(2), 'b')
  const run = lists()
  run.keep('a', () => listOf(9), true)
  run.keep('c', () => listOf(3), true)
  await run.forget('a')
  await run.forgetAllBut(new Set(['b']))
  await run.close()
  expect(await readdir(folder)).toHaveLength(1)
  expect(await lists().load('b')).toEqual(listOf(2))
})

test('of a list that is too long the newest rows are kept, and that there are more', async () => {
  await left(listOf(20_010))
  const kept = await lists().load('prod ada')
  expect(kept).toMatchObject({ more: true, rows: { length: 20_000 } })
  expect(kept?.rows[0]?.image.id).toBe('i20009')
  const huge = 'x'.repeat(3_000_000)
  await left({ ...listOf(0), rows: Array.from({ length: 20 }, (_, n) => ({ image: image({ id: `i${n}` }), text: huge })) }, 'huge')
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
  expect(Math.max(...sizes)).toBeLessThan(32 * 1024 * 1024 + 1000)
})

test('a folder that cannot be written is said once, and nothing fails', async () => {
  await writeFile(folder, 'a file in its place')
  const run = lists(true, 1)
  run.keep('a', () => listOf(1), true)
  run.keep('b', () => listOf(1), true)
  await run.close()
  expect(said).toEqual([expect.stringContaining('cannot be kept')])
})

test('ten thousand rows are read in portions, between which others have their turn', async () => {
  await left(listOf(10_000))
  vi.mocked(setImmediate).mockClear()
  expect((await lists().load('prod ada'))?.rows).toHaveLength(10_000)
  expect(vi.mocked(setImmediate)).toHaveBeenCalledTimes(40)
})
