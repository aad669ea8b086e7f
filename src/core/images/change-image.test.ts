import { expect, test } from 'vitest'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { image } from '../transfers/testing/fakes.ts'
import { changeImage } from './change-image.ts'
import type { PatchOperation } from './json-patch.ts'

/** A cloud with one image; `refuse` is what it answers to a patch. */
function cloudWith(now: Image, refuse?: GlancerError) {
  const patches: (readonly PatchOperation[])[] = []
  return {
    patches,
    client: {
      get: async () => now,
      patch: async (_id: string, operations: readonly PatchOperation[]) => {
        patches.push(operations)
        if (refuse !== undefined) throw refuse
        return { ...now, updatedAt: 'later' }
      },
    },
  }
}
const refusal = (status: number, said: string) =>
  new GlancerError('forbidden', 'no', { status, detail: `${status}: ${said}`, requestId: 'req-1' })

test('sends exactly what differs, and nothing when nothing does', async () => {
  const { client, patches } = cloudWith(image({ name: 'a', tags: ['x'], properties: { keep: '1', drop: '2' } }))
  await changeImage(client, 'i', { name: 'a', protected: false, tags: ['x'], properties: { keep: '1' } })
  expect(patches).toEqual([])
  await changeImage(client, 'i', { name: null, minRam: 512, properties: { drop: null, more: '' } })
  expect(patches).toEqual([
    [
      { op: 'replace', path: '/name', value: null },
      { op: 'replace', path: '/min_ram', value: 512 },
      { op: 'remove', path: '/drop' },
      { op: 'add', path: '/more', value: '' },
    ],
  ])
})

test('what somebody else changed since it was seen is not overwritten: nothing is sent, and the fields are named', async () => {
  const { client, patches } = cloudWith(
    image({ name: 'theirs', visibility: 'shared', properties: { os_distro: 'debian', gone_for_both: 'x' } }),
  )
  const outcome = await changeImage(
    client,
    'i',
    { name: 'mine', minDisk: 5, properties: { os_distro: 'ubuntu', new_key: 'a' } },
    { name: 'seen', minDisk: 0, properties: { os_distro: null, new_key: null } },
  )
  expect(outcome.changedByOthers).toEqual(['name', 'properties.os_distro'])
  expect(outcome.image.name).toBe('theirs')
  expect(patches).toEqual([])
})

test('a property that others took away is a conflict for who would change it, not for who would take it away too', async () => {
  const { client } = cloudWith(image({ properties: {} }))
  const base = { properties: { a: '1' } }
  expect((await changeImage(client, 'i', { properties: { a: '2' } }, base)).changedByOthers).toEqual(['properties.a'])
  expect((await changeImage(client, 'i', { properties: { a: null } }, base)).changedByOthers).toEqual([])
})

test('who changed a field to what is wanted anyway is in nobody’s way', async () => {
  const { client, patches } = cloudWith(image({ name: 'same', protected: true }))
  const outcome = await changeImage(client, 'i', { name: 'same', protected: true }, { name: 'seen', protected: false })
  expect(outcome).toMatchObject({ changedByOthers: [], refused: null })
  expect(patches).toEqual([])
})

test('tags of both sides are kept', async () => {
  const { client, patches } = cloudWith(image({ tags: ['a', 'theirs'] }))
  await changeImage(client, 'i', { tags: ['a', 'mine'] }, { tags: ['a', 'dropped-by-me-and-them'] })
  expect(patches).toEqual([[{ op: 'replace', path: '/tags', value: ['a', 'theirs', 'mine'] }]])
})

test.each([
  [403, "Attribute 'os_glance_x' is reserved.", 'properties.os_glance_x', 'forbidden', /keeps os_glance_x for itself/],
  [403, "Attribute 'status' is read-only.", 'properties.status', 'forbidden', /cannot be set/],
  [403, 'You are not authorized to complete publicize_image action.', 'visibility', 'forbidden', /visible to everybody/],
  [409, 'Property gone does not exist.', 'properties.gone', 'conflict', /taken away by somebody else/],
  [
    413,
    'The limit has been exceeded on the number of allowed image properties. Attempted: 129, Maximum: 128',
    'properties',
    'quota',
    /at most 128/,
  ],
  [
    413,
    'The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128',
    'tags',
    'quota',
    /no more tags.*at most 128/,
  ],
  [
    400,
    "Provided object does not match schema 'image': 'x' is too long. On instance['name'].",
    'name',
    'bad-request',
    /does not take this value/,
  ],
  [400, 'Something else.', null, 'bad-request', /does not take this value/],
  [403, 'You do not own this image', null, 'forbidden', /does not let you/],
])('a refusal %i "%s" is about %s', async (status, said, field, code, words) => {
  const { client } = cloudWith(image(), refusal(status, said))
  const { refused } = await changeImage(client, 'i', { name: 'n', tags: ['t'] })
  expect(refused).toMatchObject({
    field,
    error: { code, message: expect.stringMatching(words), requestId: 'req-1', detail: `${status}: ${said}` },
  })
})

test('the field with the emoji is found, though the cloud does not name it', async () => {
  const { client } = cloudWith(image(), refusal(400, "Param values can't contain 4 byte unicode."))
  const { refused } = await changeImage(client, 'i', { name: 'plain', properties: { mood: '💿' } })
  expect(refused).toMatchObject({ field: 'properties.mood', error: { message: expect.stringContaining('no emoji') } })
})

test('a failure that is no refusal is thrown: whether the change was made is not known', async () => {
  const { client } = cloudWith(image(), new GlancerError('server-error', 'oops', { status: 500 }))
  await expect(changeImage(client, 'i', { name: 'n' })).rejects.toMatchObject({ code: 'server-error' })
})

test.each(['name', 'status', 'id', ' ', 'locations', 'os_hidden'])('no property can be called "%s"', async (key) => {
  const { client, patches } = cloudWith(image())
  await expect(changeImage(client, 'i', { properties: { [key]: 'x' } })).rejects.toMatchObject({ code: 'bad-argument' })
  expect(patches).toEqual([])
})

test('names that are also names of every object are ordinary properties', async () => {
  const { client, patches } = cloudWith(image())
  const properties = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}')
  const outcome = await changeImage(client, 'i', { properties }, { properties: JSON.parse('{"constructor":null}') })
  expect(outcome.changedByOthers).toEqual([])
  expect(patches[0]?.map((operation) => [operation.op, operation.path])).toEqual([
    ['add', '/__proto__'],
    ['add', '/constructor'],
    ['add', '/toString'],
  ])
})
