import { expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../clouds/http.ts'
import { ImageClient } from './client.ts'
import { createRecord } from './create-record.ts'
import { knownProperties } from './known-properties.ts'
import { addMember, listMembers, removeMember } from './members.ts'
import { rawRecord } from './raw-record.ts'
import { removeFromStore } from './stores.ts'
import { listTasks } from './tasks.ts'
import { readUsage } from './usage.ts'

type Sent = HttpRequest & { path: string }

function clientOf(answer: (sent: Sent) => Partial<HttpAnswer> & { json?: unknown }) {
  const sent: Sent[] = []
  const client = new ImageClient(async (path, request) => {
    sent.push({ ...request, path })
    const { json, ...rest } = answer({ ...request, path })
    return { status: 200, headers: {}, body: json === undefined ? '' : JSON.stringify(json), ...rest }
  })
  return { client, sent }
}
const said = (status: number, message: string) => ({ status, json: { message, code: '', title: '' } })

test('the properties of a cloud: its definitions before its schema before the common ones, fields left out', async () => {
  const { client, sent } = clientOf(({ path }) => {
    const url = new URL(path, 'http://cloud.test')
    if (url.pathname === '/v2/schemas/image')
      return {
        json: {
          properties: {
            name: { type: ['null', 'string'] },
            disk_format: { type: 'string', is_base: true },
            kernel_id: { type: ['null', 'string'], description: 'a kernel', is_base: false },
            os_distro: { type: 'string', description: 'of the schema', is_base: false },
          },
        },
      }
    if (url.pathname === '/v2/metadefs/namespaces') {
      if (url.searchParams.get('marker') === null) return { json: { namespaces: [{ namespace: 'A/1' }], next: '/more' } }
      return { json: { namespaces: [{ namespace: 'B' }] } }
    }
    if (url.pathname === '/v2/metadefs/namespaces/A%2F1')
      return {
        json: {
          properties: {
            os_distro: { type: 'string', title: 'OS', description: 'of the definitions' },
            hw_numa_nodes: { type: 'integer', minimum: 1, maximum: 8 },
            broken: 7,
          },
          objects: [{ name: 'o', properties: { hw_flag: { type: 'boolean' }, hw_list: { type: 'array', items: { enum: ['a', 'b'] } } } }],
        },
      }
    return { status: 403 }
  })
  const known = new Map((await knownProperties(client)).properties.map((property) => [property.key, property]))
  expect(known.get('os_distro')).toMatchObject({ description: 'of the definitions', title: 'OS' })
  expect(known.get('hw_numa_nodes')).toMatchObject({ type: 'integer', minimum: 1, maximum: 8 })
  expect(known.get('hw_flag')).toMatchObject({ type: 'boolean' })
  expect(known.get('hw_list')).toMatchObject({ type: 'text', choices: [] })
  expect(known.get('kernel_id')).toMatchObject({ description: 'a kernel', type: 'text' })
  expect(known.get('hw_firmware_type')?.choices).toEqual(['bios', 'uefi'])
  for (const field of ['name', 'disk_format', 'broken']) expect(known.has(field)).toBe(false)
  expect(sent.every(({ path }) => !path.includes('namespaces/') || path.includes('resource_type=OS%3A%3AGlance%3A%3AImage'))).toBe(true)
})

test('a cloud without definitions and schema still has the common properties', async () => {
  const { client } = clientOf(() => said(403, 'no'))
  const { properties, whole } = await knownProperties(client)
  expect(properties.map(({ key }) => key)).toContain('hw_disk_bus')
  expect(whole).toBe(true)
})

test('a server that fails just now is not one without definitions: what it said counts, and it is asked again soon', async () => {
  const { client } = clientOf(({ path }) => {
    if (path.startsWith('/v2/metadefs/namespaces?')) return { json: { namespaces: [{ namespace: 'A' }, { namespace: 'B' }] } }
    if (path.includes('/A?')) return { json: { properties: { of_a: { type: 'string' } } } }
    return path.includes('/B?') ? said(503, 'busy') : said(404, 'none')
  })
  const { properties, whole } = await knownProperties(client)
  expect(properties.map(({ key }) => key)).toContain('of_a')
  expect(whole).toBe(false)
})

test('members are read, and refusals of sharing say what they mean', async () => {
  const { client } = clientOf(() => ({ json: { members: [{ member_id: 'p', status: 'pending', image_id: 'i', created_at: 'x' }] } }))
  expect(await listMembers(client, 'i')).toEqual([{ projectId: 'p', status: 'pending', updatedAt: null }])
  await expect(addMember(clientOf(() => said(409, 'duplicated')).client, 'i', 'p')).rejects.toMatchObject({
    message: expect.stringMatching(/already shared/),
  })
  await expect(addMember(clientOf(() => said(413, 'limit')).client, 'i', 'p')).rejects.toMatchObject({ code: 'quota' })
  await removeMember(clientOf(() => said(404, 'not found')).client, 'i', 'p')
  await expect(removeMember(clientOf(() => said(403, 'no')).client, 'i', 'p')).rejects.toMatchObject({ code: 'forbidden' })
})

test('tasks: newest first, their own words as text, odd parts left out', async () => {
  const { client } = clientOf(() => ({
    json: {
      tasks: [
        {
          id: 'old',
          type: 'api_image_import',
          status: 'success',
          message: '',
          created_at: '2026-01-01T00:00:00Z',
          input: { backend: 'fast' },
        },
        {
          id: 'new',
          type: 'api_image_import',
          status: 'failure',
          message: 'Task failed <br />',
          created_at: '2026-01-02T00:00:00Z',
          input: { backend: ['slow'], import_req: { method: { name: 'copy-image' } } },
        },
      ],
    },
  }))
  expect(await listTasks(client, 'i')).toMatchObject([
    { id: 'new', status: 'failure', message: 'Task failed', method: 'copy-image', stores: ['slow'] },
    { id: 'old', message: null, method: null, stores: [] },
  ])
})

test('the raw record holds no password of a store', async () => {
  const { client } = clientOf(() => ({
    json: {
      id: 'i',
      direct_url: 'swift+https://service%3Aglance:secret@keystone/v3/c/o',
      locations: [
        { url: 's3+https://KEY:se/cr@et@s3.test/b/o', metadata: {} },
        { url: 'file:///var/lib/glance/i', metadata: {} },
      ],
      mail: 'a@b',
    },
  }))
  const { json, locations } = await rawRecord(client, 'i')
  expect(json).not.toMatch(/secret|se\/cr|KEY/)
  expect(locations).toEqual(['s3+https://…@s3.test/b/o', 'file:///var/lib/glance/i'])
  expect(JSON.parse(json)).toMatchObject({ mail: 'a@b', direct_url: 'swift+https://…@keystone/v3/c/o' })
})

test('stores: the only one that has the data, a member that may not, a copy that is there', async () => {
  await expect(
    removeFromStore(clientOf(() => said(403, 'Cannot delete image data from the only store containing it.')).client, 'i', 's'),
  ).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/only store/),
  })
  await expect(removeFromStore(clientOf(() => said(403, 'not authorized')).client, 'i', 's')).rejects.toMatchObject({ code: 'forbidden' })
})

test('usage: what the cloud tells, and nothing from one that does not', async () => {
  const told = clientOf(() => ({ json: { usage: { image_size_total: { limit: 1000, usage: 10 } } } }))
  expect(await readUsage(told.client)).toEqual([{ name: 'image_size_total', limit: 1000, usage: 10 }])
  expect(await readUsage(clientOf(() => said(404, '')).client)).toEqual([])
  await expect(readUsage(clientOf(() => said(500, '')).client)).rejects.toMatchObject({ code: 'server-error' })
})

test('an empty record: null formats, properties that cannot replace a field', async () => {
  const { client, sent } = clientOf(() => ({ status: 201, json: { id: 'x', status: 'queued' } }))
  const record = {
    name: '',
    diskFormat: null,
    containerFormat: null,
    visibility: 'private' as const,
    protected: true,
    hidden: false,
    minDisk: 0,
    minRam: 0,
    tags: [],
    properties: { os_distro: 'debian' },
  }
  await createRecord(client, record)
  expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
    name: '',
    disk_format: null,
    container_format: null,
    protected: true,
    os_distro: 'debian',
  })
  await expect(createRecord(client, { ...record, properties: { protected: 'no' } })).rejects.toMatchObject({ code: 'bad-argument' })
  expect(sent).toHaveLength(1)
})
