import { expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../clouds/http.ts'
import { image } from '../transfers/testing/fakes.ts'
import { ImageClient } from './client.ts'
import { jsonPatch } from './json-patch.ts'
import { toImage } from './record.ts'

type Sent = HttpRequest & { path: string }

/** A client whose cloud is a function. */
function clientOf(answer: (sent: Sent) => Partial<HttpAnswer> & { json?: unknown }) {
  const sent: Sent[] = []
  const client = new ImageClient(async (path, request) => {
    const asked = { ...request, path }
    sent.push(asked)
    const { json, ...rest } = answer(asked)
    return { status: 200, headers: {}, body: json === undefined ? '' : JSON.stringify(json), ...rest }
  })
  return { client, sent }
}
const record = (id: string, more: object = {}) => ({ id, status: 'active', tags: [], ...more })

async function all(client: ImageClient): Promise<string[]> {
  const ids: string[] = []
  for await (const page of client.list()) ids.push(...page.map((found) => found.id))
  return ids
}

test('a list is followed page by page by the last id, and ends at an empty page', async () => {
  const pages: Record<string, unknown> = {
    '': { images: [record('a'), record('b')], next: '/v2/images?marker=b' },
    b: { images: [record('c')], next: '/v2/images?marker=c' },
    c: { images: [], next: undefined },
  }
  const { client, sent } = clientOf(({ path }) => ({ json: pages[new URLSearchParams(path.split('?')[1]).get('marker') ?? ''] }))
  expect(await all(client)).toEqual(['a', 'b', 'c'])
  // The last is the question for hidden images.
  expect(sent.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('os_hidden'))).toEqual([null, null, null, 'true'])
})

test('hidden images are in the list too, once each, and those that are only offered are asked for by themselves', async () => {
  const { client } = clientOf(({ path }) => {
    const query = new URLSearchParams(path.split('?')[1])
    if (query.get('member_status') === 'pending' && query.get('visibility') === 'shared') return { json: { images: [record('offered')] } }
    if (query.get('os_hidden') === 'true') return { json: { images: [record('hidden', { os_hidden: true }), record('moved')] } }
    return { json: { images: [record('shown'), record('moved')] } }
  })
  expect(await all(client)).toEqual(['shown', 'moved', 'hidden'])
  expect((await client.offered('pending')).map(({ id }) => id)).toEqual(['offered'])
  expect(await client.offered('rejected')).toHaveLength(2)
})

test('a server that gives the same page for ever is left after it brings nothing new', async () => {
  const { client, sent } = clientOf(() => ({ json: { images: [record('a')], next: '/v2/images?marker=a' } }))
  expect(await all(client)).toEqual(['a'])
  expect(sent.length).toBeLessThan(4)
})

test('a page that fails by the server’s fault is asked for again; a marker that somebody deleted meanwhile is replaced by the image before it', async () => {
  let fails = 0
  const asked: (string | null)[] = []
  const { client } = clientOf(({ path }) => {
    const query = new URLSearchParams(path.split('?')[1])
    const marker = query.get('marker')
    if (query.get('os_hidden') === null) asked.push(marker)
    if (marker === 'b' && fails++ < 1) return { status: 500, body: '' }
    if (marker === 'b') return { status: 400, body: 'No image found with ID b' }
    if (marker === 'a') return { json: { images: [record('a2'), record('c')] } }
    return query.get('os_hidden') === null ? { json: { images: [record('a'), record('b')], next: 'more' } } : { json: { images: [] } }
  })
  expect(await all(client)).toEqual(['a', 'b', 'a2', 'c'])
  expect(asked).toEqual([null, 'b', 'b', 'a'])
})

test.each([
  [{ body: '<html><body>Login</body></html>' }, 'odd-answer', /web page/],
  [{ body: 'ok' }, 'odd-answer', /not JSON/],
  [{ json: { images: 'none' } }, 'odd-answer', /not what the Image API sends/],
  [{ status: 404, body: '' }, 'odd-answer', /no Image API/],
  [{ status: 401, body: '' }, 'unauthorized', /./],
  [{ status: 503, body: '' }, 'unavailable', /./],
])('a list answered with %j is named as what it is', async (answer, code, words) => {
  const { client } = clientOf(() => answer)
  const failed = await all(client).catch((error: unknown) => error)
  expect(failed).toMatchObject({ code, message: expect.stringMatching(words) })
})

test('a refusal carries what the cloud said as plain text, its request id, and means what it means at that call', async () => {
  const body = JSON.stringify({
    message: 'Image x is protected and cannot be deleted.<br /><br />\n\n\n',
    code: '403 Forbidden',
    title: 'Forbidden',
  })
  const { client } = clientOf(() => ({ status: 403, body, headers: { 'x-openstack-request-id': 'req-1' } }))
  await expect(client.delete('x')).rejects.toMatchObject({
    code: 'protected',
    requestId: 'req-1',
    status: 403,
    detail: '403: Image x is protected and cannot be deleted.',
  })
  const used = clientOf(() => ({ status: 409, body: 'Image x could not be deleted because it is in use: rbd clones' }))
  await expect(used.client.delete('x')).rejects.toMatchObject({
    message: 'The image is in use.',
    detail: expect.stringContaining('rbd clones'),
  })
  const taken = clientOf(() => ({ status: 409, body: '' }))
  const fields = {
    id: 'x',
    name: 'n',
    diskFormat: 'raw',
    containerFormat: 'bare',
    visibility: 'private',
    tags: [],
    minDisk: 0,
    minRam: 0,
    properties: {},
  }
  await expect(taken.client.create(fields)).rejects.toMatchObject({ code: 'conflict' })
})

test('an image is made with the id that was chosen and its properties at the top, which cannot replace a field', async () => {
  const { client, sent } = clientOf(() => ({ status: 201, json: record('x') }))
  await client.create({
    id: 'x',
    name: 'n',
    diskFormat: 'raw',
    containerFormat: 'bare',
    visibility: 'private',
    tags: ['t'],
    minDisk: 1,
    minRam: 2,
    properties: { os_distro: 'debian', id: 'evil' },
  })
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    os_distro: 'debian',
    id: 'x',
    name: 'n',
    disk_format: 'raw',
    container_format: 'bare',
    visibility: 'private',
    tags: ['t'],
    min_disk: 1,
    min_ram: 2,
  })
})

test('a record: custom properties apart, stores as a list, sizes that are none left out', () => {
  const found = toImage({
    ...record('a'),
    name: null,
    size: 2 ** 60,
    stores: 'fast,slow',
    os_hash_algo: 'sha512',
    hw_firmware_type: 'uefi',
    os_glance_failed_import: '',
    owner_specified: 3,
  })
  expect(found).toMatchObject({
    name: null,
    size: null,
    stores: ['fast', 'slow'],
    hashAlgorithm: 'sha512',
    properties: { hw_firmware_type: 'uefi', os_glance_failed_import: '', owner_specified: '3' },
  })
})

test('a patch holds exactly what differs', () => {
  const before = image({ name: 'a', tags: ['x', 'y'], properties: { keep: '1', change: '1', drop: '1' } })
  expect(jsonPatch(before, { name: 'a', tags: ['y', 'x'], properties: { keep: '1' } })).toEqual([])
  expect(
    jsonPatch(before, { name: 'b', hidden: true, tags: ['x'], properties: { change: '2', drop: null, 'new/~key': '3', absent: null } }),
  ).toEqual([
    { op: 'replace', path: '/name', value: 'b' },
    { op: 'replace', path: '/os_hidden', value: true },
    { op: 'replace', path: '/tags', value: ['x'] },
    { op: 'replace', path: '/change', value: '2' },
    { op: 'remove', path: '/drop' },
    { op: 'add', path: '/new~1~0key', value: '3' },
  ])
})
