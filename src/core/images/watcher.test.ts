import { expect, test } from 'vitest'
import type { Image, ImageListState } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { image } from '../transfers/testing/fakes.ts'
import { createImageWatcher } from './watcher.ts'

/** A cloud that the test fills, a clock that the test moves, and all that the watcher said. */
function watched({ busy = false } = {}) {
  const cloud = { rows: [] as Image[], fails: null as GlancerError | null, lists: 0, running: 0, overlapped: false }
  const said: { upserts: string[]; removed: string[]; state: ImageListState }[] = []
  let due: { work: () => void; ms: number } | null = null
  const watcher = createImageWatcher({
    client: {
      async *list() {
        cloud.lists++
        cloud.running++
        if (cloud.running > 1) cloud.overlapped = true
        try {
          await Promise.resolve()
          if (cloud.fails !== null) throw cloud.fails
          yield cloud.rows
        } finally {
          cloud.running--
        }
      },
      get: async (id) => {
        const found = cloud.rows.find((row) => row.id === id)
        if (found === undefined) throw new GlancerError('not-found', 'gone')
        return found
      },
    },
    isBusy: () => busy,
    changed: (upserts, removed, state) => said.push({ upserts: upserts.map((row) => row.id), removed, state }),
    timers: {
      now: () => 5,
      random: () => 0.5,
      set: (work, ms) => {
        due = { work, ms }
        return () => {
          due = null
        }
      },
    },
  })
  /** Lets everything that is under way come to its end. */
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve))
  return { cloud, said, watcher, settle, pause: () => due?.ms ?? null, ring: () => due?.work() }
}

test('rows are told once, and afterwards only those that changed or went', async () => {
  const { cloud, said, watcher, settle, ring } = watched()
  const [a, b] = [image({ id: 'a' }), image({ id: 'b' })]
  cloud.rows = [a, b]
  watcher.resume()
  await settle()
  expect(said.flatMap((one) => one.upserts)).toEqual(['a', 'b'])
  said.length = 0
  cloud.rows = [{ ...a, name: 'new' }]
  ring()
  await settle()
  expect(said).toMatchObject([{ upserts: ['a'], removed: ['b'] }])
  said.length = 0
  ring()
  await settle()
  expect(said).toMatchObject([{ upserts: [], removed: [] }])
})

test('it looks often while something passes, seldom otherwise, and not at all when nobody watches', async () => {
  const { cloud, watcher, settle, pause, ring } = watched()
  cloud.rows = [image({ id: 'a', status: 'saving' })]
  watcher.resume()
  await settle()
  expect(pause()).toBe(1000)
  cloud.rows = [image({ id: 'a' })]
  ring()
  await settle()
  expect(pause()).toBe(15_000)
  watcher.pause()
  expect(pause()).toBeNull()
})

test('while it fails the rows stay known, and it comes back slower each time', async () => {
  const { cloud, said, watcher, settle, pause, ring } = watched()
  cloud.rows = [image({ id: 'a' })]
  watcher.resume()
  await settle()
  cloud.fails = new GlancerError('refused', 'refused')
  const pauses: (number | null)[] = []
  for (let n = 0; n < 4; n++) {
    ring()
    await settle()
    pauses.push(pause())
  }
  expect(pauses).toEqual([2000, 4000, 8000, 16_000])
  expect(said.at(-1)?.state).toMatchObject({ error: { code: 'refused' }, loadedAt: 5 })
  expect(watcher.images().map((row) => row.id)).toEqual(['a'])
  cloud.fails = null
  ring()
  await settle()
  expect(watcher.state().error).toBeNull()
})

test('requests never overlap, however often it is nudged', async () => {
  const { cloud, watcher, settle } = watched()
  watcher.resume()
  for (let n = 0; n < 20; n++) watcher.nudge()
  await settle()
  expect(cloud.overlapped).toBe(false)
  expect(cloud.lists).toBeLessThan(4)
})

test('one image is looked at by itself when it just moved', async () => {
  const { cloud, said, watcher, settle } = watched()
  watcher.resume()
  await settle()
  cloud.rows = [image({ id: 'new', status: 'queued' })]
  watcher.nudge('new')
  await settle()
  expect(said.at(-1)?.upserts).toEqual(['new'])
  expect(cloud.lists).toBe(1)
})

test('after it was stopped it says nothing more', async () => {
  const { cloud, said, watcher, settle } = watched()
  cloud.rows = [image()]
  watcher.resume()
  watcher.stop()
  await settle()
  expect(said).toEqual([])
})
