import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ImageClient } from '../../src/core/images/client.ts'
import { serverQueries } from '../../src/core/images/server-filter.ts'
import type { Image } from '../../src/shared/domain.ts'
import { type Filters, filtersSchema } from '../../src/shared/image-table.ts'
import { type OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { ServerSide } from './support/server-side.ts'

/** The cloud's own filters as the product writes them, on a real Glance; what is there is told by the official command line. */
const found = openstackLab()
const skipped = found === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''
const ALICE = 'cloud:lab-alice'
/** In names and tags, so that an old lab does not matter. */
const RUN = randomBytes(4).toString('hex')
const named = (name: string): string => `${name} ${RUN}`

const records = {
  plain: { size: 1000, fields: { tags: [RUN, 'even'] } },
  'with, comma': { size: 2000, fields: { disk_format: 'qcow2', tags: [RUN, 'a, b'] } },
  'with "quotes"': { size: 3000, fields: { disk_format: 'iso', tags: [RUN, '"q"', 'even'] } },
  'back\\slash': { size: null, fields: { tags: [RUN] } },
  'odd:name:24.04': { size: null, fields: { tags: [RUN], visibility: 'private' } },
  'in:"a","b"': { size: null, fields: { tags: [RUN] } },
  'émile ✓ שלום': { size: null, fields: { tags: [RUN, 'été'], visibility: 'community' } },
  '<b>&amp;</b>%25 +': { size: null, fields: { tags: [RUN], visibility: 'private' } },
  hidden: { size: null, fields: { tags: [RUN], os_hidden: true } },
} as const
type Name = keyof typeof records
const names = Object.keys(records) as Name[]

describe.skipIf(found === null)(`the filters of a real Glance${skipped}`, () => {
  let lab: OpenStackLab
  let client: ImageClient
  let server: ServerSide
  let theirs: string
  let project: string
  const ids = new Map<string, string>()
  /** Before anything of this run was made, by the clock that Glance has as well. */
  let before: string

  /** What a find brings of this run's images, by the first part of their names. */
  const finds = async (filters: Partial<Filters>, search = ''): Promise<string[]> => {
    const queries = serverQueries(filtersSchema.parse(filters), search, Date.now())
    expect(queries.length, 'there is a question for it').toBeGreaterThan(0)
    const brought = new Map<string, Image>()
    for (const query of queries) for await (const page of client.find(query)) for (const image of page) brought.set(image.id, image)
    return ours(brought.values())
  }
  const ours = (images: Iterable<Pick<Image, 'id'>>): string[] => {
    const seen = new Set([...images].map(({ id }) => id))
    return [...ids].filter(([, id]) => seen.has(id)).map(([name]) => name)
  }

  beforeAll(async () => {
    if (found === null) return
    lab = found
    const token = await lab.token('alice')
    server = new ServerSide(lab.env.glanceUrl, token)
    client = new ImageClient(async (path, { method, headers, body }) => {
      const answer = await fetch(lab.env.glanceUrl + path, { method, headers: { ...headers, 'X-Auth-Token': token }, body: body ?? null })
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
    })
    before = `${new Date(Date.now() - 1000).toISOString().slice(0, 19)}Z`
    for (const name of names) {
      const { size, fields } = records[name]
      ids.set(name, await server.addRecord({ name: named(name), ...fields }))
      if (size !== null) await server.put(ids.get(name) ?? '', randomBytes(size))
    }
    project = z.string().parse((await server.show(ids.get('plain') ?? '')).owner)
    const bob = new ServerSide(lab.env.glanceUrl, await lab.token('bob'))
    theirs = await bob.addRecord({ name: named('of bob'), visibility: 'community', tags: [RUN] })
    const listed = z.array(z.object({ ID: z.string(), Name: z.string() }))
    const outside = listed.parse(await lab.openstack('alice', 'image', 'list', '-f', 'json', '--tag', RUN))
    expect(new Set(outside.map((row) => row.Name))).toEqual(new Set(names.filter((name) => name !== 'hidden').map(named)))
    expect(outside.map((row) => row.ID)).not.toContain(theirs)
  }, 60_000)
  afterAll(async () => {
    if (found === null) return
    for (const id of ids.values()) await server.delete(id)
    await new ServerSide(lab.env.glanceUrl, await lab.token('bob')).delete(theirs)
  })

  test.each(names.filter((name) => name !== 'hidden'))('by the whole name: %s', async (name) => {
    expect(await finds({}, named(name))).toEqual([name])
    expect(await client.isNamed(named(name))).toBe(true)
    expect(await client.isNamed(`${named(name)} not`)).toBe(false)
  })

  test.each<[string, () => Partial<Filters>, Name[]]>([
    ['one status', () => ({ status: ['active'] }), ['plain', 'with, comma', 'with "quotes"']],
    ['several, some never heard of', () => ({ status: ['active', 'odd, one', 'killed'] }), ['plain', 'with, comma', 'with "quotes"']],
    ['one format', () => ({ format: ['iso'] }), ['with "quotes"']],
    ['several formats', () => ({ format: ['iso', 'qcow2'] }), ['with, comma', 'with "quotes"']],
    ['visibility', () => ({ visibility: ['private'] }), ['odd:name:24.04', '<b>&amp;</b>%25 +']],
    ['community', () => ({ visibility: ['community'] }), ['émile ✓ שלום']],
    ['owner', () => ({ owner: [project] }), names.filter((name) => name !== 'hidden')],
    ['a tag with a comma', () => ({ tag: ['a, b'] }), ['with, comma']],
    ['a tag with quotes', () => ({ tag: ['"q"'] }), ['with "quotes"']],
    ['a tag beyond ASCII', () => ({ tag: ['été'] }), ['émile ✓ שלום']],
    ['one tag or another', () => ({ tag: ['été', 'even'] }), ['plain', 'with "quotes"', 'émile ✓ שלום']],
    ['size, both ends', () => ({ size: ['1500..2500'] }), ['with, comma']],
    ['size, upwards', () => ({ size: ['2000..'] }), ['with, comma', 'with "quotes"']],
    ['created in the last day', () => ({ created: ['1d'] }), names.filter((name) => name !== 'hidden')],
    ['updated before the last day', () => ({ updated: ['older:1d'] }), []],
    ['several at once', () => ({ status: ['active'], tag: ['even'], size: ['..1500'], updated: ['7d'] }), ['plain']],
  ])('by %s', async (_, filters, expected) => {
    expect((await finds(filters())).sort()).toEqual([...expected].sort())
  })

  test('what changed since a time, hidden ones too; and nothing since a later one', async () => {
    const since = async (time: string): Promise<string[]> => {
      const brought: Image[] = []
      for await (const page of client.changedSince(time)) brought.push(...page)
      return ours(brought)
    }
    expect((await since(before)).sort()).toEqual([...names].sort())
    expect(await since(`${new Date(Date.now() + 60_000).toISOString().slice(0, 19)}Z`)).toEqual([])
    const at = Date.parse(z.string().parse((await server.show(ids.get('plain') ?? '')).updated_at))
    // Glance counts whole seconds: a change is one when the next has begun.
    await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(at + 1000)
    await lab.openstack('alice', 'image', 'set', '--property', 'changed=1', ids.get('plain') ?? '')
    const later = `${new Date(at + 1000).toISOString().slice(0, 19)}Z`
    await expect.poll(() => since(later)).toContain('plain')
  })

  test('the list with community images of others has them, and without has not; a filter that Glance refuses does no harm', async () => {
    const core = await TestCore.start({ env: { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } })
    try {
      await core.call('clouds.signIn', { cloudId: ALICE })
      await core.call('images.watch', { cloudId: ALICE })
      await core.sees((image) => image.id === ids.get('hidden'))
      const known = async (): Promise<string[]> => (await core.call('images.watch', { cloudId: ALICE })).images.map(({ id }) => id)
      expect(await known()).not.toContain(theirs)
      await core.call('images.includeCommunity', { cloudId: ALICE })
      await core.sees((image) => image.id === theirs)
      await core.call('images.refresh', { cloudId: ALICE })
      await lab.openstack('bob', 'image', 'set', '--property', 'changed=1', theirs)
      await core.call('images.refresh', { cloudId: ALICE })
      await core.sees((image) => image.id === theirs && image.properties.changed === '1')
      // Glance knows no such visibility (400): nothing is found, and what is known stays.
      expect(await core.call('images.find', { cloudId: ALICE, filters: filtersSchema.parse({ visibility: ['odd'] }), search: '' })).toEqual(
        {
          found: 0,
        },
      )
      expect(await known()).toEqual(expect.arrayContaining([theirs, ...ids.values()]))
    } finally {
      await core.remove()
    }
  })
})
