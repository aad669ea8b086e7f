import { expect, test } from 'vitest'
import type { Image, ImageListState } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { image } from '../transfers/testing/fakes.ts'
import { createImageWatcher, type EarlierRows } from './watcher.ts'

/** A cloud that the test fills, a clock that the test moves, and all that the watcher said. */
function watched({ busy = false, earlier = null }: { busy?: boolean; earlier?: EarlierRows | null } = {}) {
  const cloud = {
    rows: [] as Image[],
    fails: null as GlancerError | null,
    failsChanges: null as GlancerError | null,
    more: false,
    lost: 0,
    /** Listed only to who asks for them. */
    community: [] as Image[],
    /** How long a whole list takes. */
    takes: 0,
    lists: 0,
    changes: [] as string[],
    running: 0,
    overlapped: false,
  }
  let now = 5
  const said: { upserts: string[]; removed: string[]; state: ImageListState }[] = []
  let due: { work: () => void; ms: number } | null = null
  const watcher = createImageWatcher({
    client: {
      async *list(_signal, community) {
        cloud.lists++
        cloud.running++
        if (cloud.running > 1) cloud.overlapped = true
        try {
          await Promise.resolve()
          if (cloud.fails !== null) throw cloud.fails
          now += cloud.takes
          yield community === true ? [...cloud.rows, ...cloud.community] : cloud.rows
          return { more: cloud.more, lost: cloud.lost }
        } finally {
          cloud.running--
        }
      },
      async *changedSince(time) {
        cloud.changes.push(time)
        if (cloud.failsChanges !== null) throw cloud.failsChanges
        yield cloud.rows.filter((row) => row.updatedAt >= time)
        return { more: false, lost: 0 }
      },
      async *find(query) {
        if (query.visibility === 'odd') throw new GlancerError('bad-request', 'no', { status: 400 })
        yield query.visibility === 'community' ? cloud.community : cloud.rows
        return { more: false, lost: 0 }
      },
      get: async (id) => {
        const found = cloud.rows.find((row) => row.id === id)
        if (found === undefined) throw new GlancerError('not-found', 'gone')
        return found
      },
    },
    earlier,
    isBusy: () => busy,
    changed: (upserts, removed, state) => said.push({ upserts: upserts.map((row) => row.id), removed, state }),
    timers: {
      now: () => now,
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
  const ring = (): void => {
    now += due?.ms ?? 0
    due?.work()
  }
  return { cloud, said, watcher, settle, pause: () => due?.ms ?? null, ring }
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
  expect(said.at(-1)?.state).toMatchObject({ error: { code: 'refused' }, loadedAt: 5, loading: false })
  expect(watcher.images().map((row) => row.id)).toEqual(['a'])
  cloud.fails = null
  ring()
  await settle()
  expect(watcher.state().error).toBeNull()
})

test('a list that takes long is read seldom; in between only what changed is asked for, and what went is seen with the next whole list', async () => {
  const { cloud, said, watcher, settle, pause, ring } = watched()
  const [a, b] = [image({ id: 'a', updatedAt: '2026-11-28T12:00:10Z' }), image({ id: 'b', updatedAt: '2026-11-28T11:00:00Z' })]
  cloud.rows = [a, b]
  cloud.takes = 3000
  watcher.resume()
  await settle()
  said.length = 0
  cloud.rows = [{ ...a, name: 'new', updatedAt: '2026-11-28T12:00:20Z' }]
  for (let n = 0; n < 3; n++) {
    expect(pause()).toBe(15_000)
    ring()
    await settle()
  }
  expect(cloud.lists).toBe(1)
  // From before the newest change known, so that one that was under way then is not missed.
  expect(cloud.changes).toEqual(['2026-11-28T12:00:05Z', '2026-11-28T12:00:15Z', '2026-11-28T12:00:15Z'])
  expect(said).toMatchObject([{ upserts: ['a'], removed: [] }])
  ring()
  await settle()
  expect(cloud.lists).toBe(2)
  expect(said.at(-1)).toMatchObject({ upserts: [], removed: ['b'] })
})

test('while something passes, what changed is asked for every second even of a long list', async () => {
  const { cloud, watcher, settle, pause, ring } = watched()
  cloud.rows = [image({ id: 'a', status: 'importing', updatedAt: '2026-11-28T12:00:10Z' })]
  cloud.takes = 3000
  watcher.resume()
  await settle()
  expect(pause()).toBe(1000)
  ring()
  await settle()
  expect(cloud).toMatchObject({ lists: 1, changes: ['2026-11-28T12:00:05Z'] })
})

test('a cloud that does not know the question for changes is asked for its list, and nothing is said to be wrong', async () => {
  const { cloud, watcher, settle, ring } = watched()
  cloud.rows = [image({ id: 'a', updatedAt: '2026-11-28T12:00:10Z' })]
  cloud.takes = 3000
  cloud.failsChanges = new GlancerError('bad-request', 'unknown operator', { status: 400 })
  watcher.resume()
  await settle()
  ring()
  await settle()
  expect(watcher.state().error).toBeNull()
  ring()
  await settle()
  expect(cloud).toMatchObject({ lists: 2, changes: [expect.anything()] })
})

test('a cloud that names a time to wait is not asked sooner, within bounds', async () => {
  const { cloud, watcher, settle, pause, ring } = watched()
  cloud.fails = new GlancerError('unavailable', 'busy', { status: 503, retryAfterMs: 45_000 })
  watcher.resume()
  await settle()
  expect(pause()).toBe(45_000)
  cloud.fails = new GlancerError('too-many-requests', 'busy', { status: 429, retryAfterMs: 86_400_000 })
  ring()
  await settle()
  expect(pause()).toBe(600_000)
})

test('what the cloud’s own filters find stays, also where the list is cut off before it', async () => {
  const { cloud, said, watcher, settle } = watched()
  cloud.rows = [image({ id: 'a' })]
  cloud.more = true
  watcher.resume()
  await settle()
  expect(watcher.state().more).toBe(true)
  cloud.rows = [image({ id: 'far' })]
  expect(await watcher.find([{ status: 'in:"killed"' }])).toBe(1)
  expect(said.at(-1)?.upserts).toEqual(['far'])
  cloud.rows = [image({ id: 'a' })]
  watcher.nudge()
  await settle()
  expect(watcher.images().map((row) => row.id)).toEqual(['a', 'far'])
  cloud.more = false
  watcher.nudge()
  await settle()
  expect(watcher.images().map((row) => row.id)).toEqual(['a'])
})

test('a question that the cloud refuses finds nothing, and those after it are asked all the same', async () => {
  const { cloud, watcher, settle } = watched()
  cloud.rows = [image({ id: 'a' })]
  watcher.resume()
  await settle()
  expect(await watcher.find([{ visibility: 'odd' }, { status: 'eq:active' }])).toBe(1)
})

test('community images of others are read once somebody wants them, and stay from then on', async () => {
  const { cloud, said, watcher, settle } = watched()
  cloud.rows = [image({ id: 'a' })]
  cloud.community = [image({ id: 'theirs', visibility: 'community' })]
  watcher.resume()
  await settle()
  expect(watcher.images().map((row) => row.id)).toEqual(['a'])
  await watcher.includeCommunity()
  expect(said.at(-1)?.upserts).toEqual(['theirs'])
  watcher.nudge()
  await settle()
  expect(watcher.images().map((row) => row.id)).toEqual(['a', 'theirs'])
  cloud.community = []
  watcher.nudge()
  await settle()
  expect(watcher.images().map((row) => row.id)).toEqual(['a'])
})

test('a list that was begun before somebody wanted community images does not take them away again', async () => {
  const { cloud, watcher, settle } = watched()
  cloud.community = [image({ id: 'theirs', visibility: 'community' })]
  watcher.resume()
  await watcher.includeCommunity()
  await settle()
  expect(watcher.images().map((row) => row.id)).toEqual(['theirs'])
})

test('records that cannot be shown are counted', async () => {
  const { cloud, said, watcher, settle } = watched()
  cloud.lost = 2
  watcher.resume()
  await settle()
  expect(said.at(-1)?.state.lost).toBe(2)
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

/** What an earlier run knew of these images. */
function earlierRows(...images: Image[]): EarlierRows {
  return { rows: images.map((each) => ({ image: each, text: JSON.stringify(each) })), loadedAt: 3, more: false }
}

test('rows of an earlier run are there from the beginning; the first list tells only what differs, and what is gone at its end', async () => {
  const [same, other, gone] = [image({ id: 'same' }), image({ id: 'other' }), image({ id: 'gone' })]
  const { cloud, said, watcher, settle } = watched({ earlier: earlierRows(same, other, gone) })
  expect(watcher.images()).toEqual([same, other, gone])
  expect(watcher.state()).toMatchObject({ remembered: true, loading: true, loadedAt: 3 })
  expect(said).toEqual([])
  cloud.rows = [same, { ...other, name: 'renamed' }, image({ id: 'new' })]
  watcher.resume()
  await settle()
  expect(said.map(({ upserts, removed, state }) => ({ upserts, removed, remembered: state.remembered }))).toEqual([
    { upserts: ['other', 'new'], removed: [], remembered: true },
    { upserts: [], removed: ['gone'], remembered: false },
  ])
  expect(cloud.changes).toEqual([])
})

test('they stay while the cloud does not answer, and are not what the next look starts from', async () => {
  const { cloud, watcher, settle, ring } = watched({ earlier: earlierRows(image({ id: 'a' })) })
  cloud.fails = new GlancerError('refused', 'Nobody answers.')
  watcher.resume()
  await settle()
  expect(watcher.images().map(({ id }) => id)).toEqual(['a'])
  expect(watcher.state()).toMatchObject({ remembered: true, loading: false, error: { code: 'refused' } })
  cloud.fails = null
  ring()
  await settle()
  expect([cloud.lists, cloud.changes.length]).toEqual([2, 0])
  expect(watcher.state()).toMatchObject({ remembered: false, error: null })
  expect(watcher.images()).toEqual([])
})

test('before something is done with such a row the cloud is asked: changed, gone, or as it was', async () => {
  const [same, renamed, gone] = [image({ id: 'same' }), image({ id: 'renamed', name: 'old' }), image({ id: 'gone' })]
  const { cloud, said, watcher, settle } = watched({ earlier: earlierRows(same, renamed, gone) })
  cloud.rows = [
    { ...same, minRam: 5 },
    { ...renamed, name: 'new' },
  ]
  expect(watcher.image('same')).toBe(null)
  expect(watcher.unconfirmed(['gone', 'same', 'not in the list'])).toEqual([gone, same])
  await watcher.confirm(same)
  expect(watcher.image('same')?.minRam).toBe(5)
  await expect(watcher.confirm(renamed)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('new has changed') })
  await expect(watcher.confirm(gone)).rejects.toMatchObject({ code: 'not-found' })
  expect(said.flatMap(({ upserts }) => upserts)).toEqual(['same', 'renamed'])
  // Once it is shown as it is, it may be done.
  expect(watcher.unconfirmed(['same', 'renamed'])).toEqual([])
  watcher.resume()
  await settle()
  expect(watcher.unconfirmed(['gone'])).toEqual([])
  // What was shown when a person pressed counts, also when the list came in between.
  await expect(watcher.confirm(renamed)).rejects.toMatchObject({ code: 'conflict' })
})
