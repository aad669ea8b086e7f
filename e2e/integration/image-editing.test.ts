import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Image, THIS_COMPUTER } from '../../src/shared/domain.ts'
import type { NewRecord } from '../../src/shared/image-protocol.ts'
import { type OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'

// Everything that one does with single images through the core, against the built-in service and, where there is one, a real Glance; there it is
// looked at from outside with the official command line.

const lab = openstackLab()
const NAMES = [
  '',
  'x'.repeat(255),
  'ÿ☃'.repeat(127),
  'مرحبا بالعالم',
  'two\nlines\tand\u200bmore',
  '<img src=x onerror=alert(1)>',
  ' spaces ',
]

const shown = z.object({
  name: z.string().nullable(),
  status: z.string(),
  visibility: z.string(),
  protected: z.boolean(),
  min_disk: z.number(),
  min_ram: z.number(),
  tags: z.array(z.string()),
  properties: z.record(z.string(), z.unknown()),
})

function record(fields: Partial<NewRecord> = {}): NewRecord {
  return {
    name: 'a record',
    diskFormat: 'raw',
    containerFormat: 'bare',
    visibility: 'private',
    protected: false,
    hidden: false,
    minDisk: 0,
    minRam: 0,
    tags: [],
    properties: {},
    ...fields,
  }
}

interface Place {
  cloudId: string
  clouds: string | null
  /** The record by another client than ours; null where there is none. */
  outside: ((id: string) => Promise<z.infer<typeof shown>>) | null
}
const real = (one: OpenStackLab): Place => ({
  cloudId: 'cloud:lab-alice',
  clouds: one.env.cloudsYaml,
  outside: async (id) => shown.parse(await one.openstack('alice', 'image', 'show', '-f', 'json', id)),
})
const places: [string, Place | null][] = [
  ['the built-in service', { cloudId: THIS_COMPUTER, clouds: null, outside: null }],
  ['a real Glance', lab === null ? null : real(lab)],
]

describe.each(places)('images of %s', (_name, place) => {
  if (place === null) {
    test.skip('GLANCER_OPENSTACK_DIR names no Keystone and Glance (e2e/openstack/up)', () => {})
    return
  }
  const { cloudId, outside } = place
  let core: TestCore
  const made: string[] = []

  beforeAll(async () => {
    core = await TestCore.start(place.clouds === null ? {} : { env: { OS_CLIENT_CONFIG_FILE: place.clouds } })
    await core.call('clouds.signIn', { cloudId })
  })
  afterAll(async () => {
    await core.call('images.act', { cloudId, imageIds: made, action: 'unprotect' })
    await core.call('images.delete', { cloudId, imageIds: made })
    await core.remove()
  })
  const create = async (fields: Partial<NewRecord> = {}): Promise<Image> => {
    const image = await core.call('images.create', { cloudId, record: record(fields) })
    made.push(image.id)
    return image
  }
  const change = async (imageId: string, changes: object, base?: object) =>
    await core.call('images.change', { cloudId, imageId, changes, ...(base !== undefined && { base }) })
  /** What another client sees; where there is none, what is read anew. */
  const look = async (id: string): Promise<z.infer<typeof shown>> => {
    if (outside !== null) return await outside(id)
    const { json } = await core.call('images.raw', { cloudId, imageId: id })
    return shown.parse({ properties: {}, ...JSON.parse(json) })
  }

  test('an empty record has all that was asked for', async () => {
    const image = await create({
      name: 'empty',
      tags: ['a', 'b'],
      minDisk: 3,
      minRam: 64,
      protected: true,
      properties: { os_distro: 'debian' },
    })
    expect(image).toMatchObject({ status: 'queued', size: null, protected: true, minDisk: 3, properties: { os_distro: 'debian' } })
    const found = await look(image.id)
    expect(found).toMatchObject({ name: 'empty', status: 'queued', protected: true, min_disk: 3, min_ram: 64 })
    expect(found.tags.toSorted()).toEqual(['a', 'b'])
  })

  test.each(NAMES)('the name %j is kept as it is', async (name) => {
    const image = await create()
    const { image: after, refused } = await change(image.id, { name })
    expect(refused).toBeNull()
    expect(after.name).toBe(name)
    if (outside === null || name === NAMES[3]) expect((await look(image.id)).name).toBe(name)
  })

  test('an emoji, which Glance keeps in no name, is refused beside the field', async () => {
    const { id } = await create({ name: 'before' })
    const { refused } = await change(id, { name: '💿'.repeat(255) })
    expect(refused).toMatchObject({ field: 'name', error: { message: expect.stringContaining('no emoji') } })
    expect((await look(id)).name).toBe('before')
  })

  test('a change of everything at once, seen from outside; then what others changed is not overwritten', async () => {
    const { id } = await create({ properties: { drop: '1', keep: '2' }, tags: ['old', 'stays'] })
    const { image, refused } = await change(id, {
      name: 'changed',
      visibility: 'shared',
      protected: true,
      minDisk: 7,
      minRam: 128,
      tags: ['stays', 'ü/☃'],
      properties: { drop: null, hw_firmware_type: 'uefi', 'key/with~signs': '<b>"text"</b>' },
    })
    expect(refused).toBeNull()
    expect(image.properties).toMatchObject({ keep: '2', hw_firmware_type: 'uefi', 'key/with~signs': '<b>"text"</b>' })
    expect(image.properties).not.toHaveProperty('drop')
    const found = await look(id)
    expect(found).toMatchObject({ name: 'changed', visibility: 'shared', protected: true, min_disk: 7, min_ram: 128 })
    expect(found.tags.toSorted()).toEqual(['stays', 'ü/☃'])

    const late = await change(id, { name: 'late', properties: { keep: '3' } }, { name: 'a record', properties: { keep: '2' } })
    expect(late.changedByOthers).toEqual(['name'])
    expect(await look(id)).toMatchObject({ name: 'changed' })
    const merged = await change(id, { tags: ['old', 'stays', 'mine'] }, { tags: ['old', 'stays'] })
    expect(merged.image.tags.toSorted()).toEqual(['mine', 'stays', 'ü/☃'])
  })

  test('what the cloud refuses is said beside its field, and nothing of it is done', async () => {
    const { id } = await create({ name: 'before' })
    const reserved = await change(id, { name: 'after', properties: { os_glance_mine: 'x' } })
    expect(reserved.refused).toMatchObject({ field: 'properties.os_glance_mine', error: { code: 'forbidden', status: 403 } })
    expect(reserved.refused?.error.requestId).toMatch(/^req-/)
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`p${index}`, 'v'.repeat(200)]))
    const quota = await change(id, { name: 'after', properties: many })
    expect(quota.refused).toMatchObject({ field: 'properties', error: { code: 'quota', message: expect.stringContaining('128') } })
    const tags = await change(id, { tags: Array.from({ length: 129 }, (_, index) => `t${index}`) })
    expect(tags.refused).toMatchObject({ field: 'tags', error: { code: 'quota' } })
    expect((await look(id)).name).toBe('before')
  })

  test('128 properties with long values go there and come back', async () => {
    const { id } = await create()
    const properties = Object.fromEntries(Array.from({ length: 128 }, (_, index) => [`long_${index}`, `${index} ${'wörd '.repeat(300)}`]))
    const { image, refused } = await change(id, { properties })
    expect(refused).toBeNull()
    expect(image.properties).toEqual(properties)
  })

  test('bulk actions tell what became of each image', async () => {
    const bytes = new TextEncoder().encode('some data that is an image')
    const active = await core.anImage(bytes, `data-${randomUUID()}`, cloudId)
    made.push(active)
    const { id: empty } = await create()
    const gone = randomUUID()
    const off = await core.call('images.act', { cloudId, imageIds: [active, empty, gone], action: 'deactivate' })
    expect(off.map(({ error }) => error?.code ?? null)).toEqual([null, 'conflict', 'not-found'])
    expect((await look(active)).status).toBe('deactivated')
    await core.call('images.act', { cloudId, imageIds: [active], action: 'reactivate' })
    expect((await look(active)).status).toBe('active')

    await core.call('images.act', { cloudId, imageIds: [active, empty], action: 'protect' })
    const kept = await core.call('images.delete', { cloudId, imageIds: [active, gone] })
    expect(kept.map(({ error }) => error?.code)).toEqual(['protected', 'not-found'])
    expect((await look(active)).protected).toBe(true)

    const only = await core
      .call('images.removeFromStore', { cloudId, imageId: active, store: outside === null ? 'disk' : 'fast' })
      .catch((error) => error)
    expect(only).toMatchObject({ code: expect.stringMatching(/conflict|forbidden/) })
  })

  test('a hidden image stays in the list here, and can be shown again', async () => {
    const { id } = await create({ name: 'to hide' })
    const [outcome] = await core.call('images.act', { cloudId, imageIds: [id], action: 'hide' })
    expect(outcome?.error).toBeNull()
    const raw = await core.call('images.raw', { cloudId, imageId: id })
    expect(JSON.parse(raw.json)).toMatchObject({ os_hidden: true })
    await core.call('images.watch', { cloudId })
    await core.sees((image) => image.id === id && image.hidden)
    await core.call('images.unwatch', { cloudId })
    await core.call('images.act', { cloudId, imageIds: [id], action: 'unhide' })
    expect(JSON.parse((await core.call('images.raw', { cloudId, imageId: id })).json)).toMatchObject({ os_hidden: false })
  })

  test('sharing: members come and go, and what cannot be shared says why', async () => {
    const { id } = await create({ visibility: 'shared' })
    const other = randomUUID().replaceAll('-', '')
    expect(await core.call('images.share', { cloudId, imageId: id, projectIds: [other] })).toEqual([{ id: other, error: null }])
    expect(await core.call('images.members', { cloudId, imageId: id })).toMatchObject([{ projectId: other, status: 'pending' }])
    const [twice] = await core.call('images.share', { cloudId, imageId: id, projectIds: [other] })
    expect(twice?.error).toMatchObject({ code: 'conflict', message: expect.stringContaining('already shared') })
    await core.call('images.unshare', { cloudId, imageId: id, projectId: other })
    expect(await core.call('images.members', { cloudId, imageId: id })).toEqual([])
    const { id: own } = await create()
    const [refused] = await core.call('images.share', { cloudId, imageId: own, projectIds: [other] })
    expect(refused?.error).toMatchObject({ code: 'forbidden' })
  })

  test('what the cloud knows of properties, tasks and usage', async () => {
    const known = await core.call('images.knownProperties', { cloudId })
    expect(known.find(({ key }) => key === 'os_distro')).toMatchObject({ type: 'text' })
    const { id } = await create()
    expect(await core.call('images.tasks', { cloudId, imageId: id })).toEqual([])
    expect(await core.call('images.usage', { cloudId })).toEqual([])
  })
})

describe('a real Glance with several people', () => {
  test.skipIf(lab === null)(
    'what one offers, the other accepts or rejects; an admin copies to a store and takes it out again',
    async () => {
      if (lab === null) return
      const core = await TestCore.start({ env: { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } })
      const alice = 'cloud:lab-alice'
      const bob = 'cloud:lab-bob'
      const admin = 'cloud:lab-admin'
      try {
        for (const cloudId of [alice, bob, admin]) await core.call('clouds.signIn', { cloudId })
        const { clouds } = await core.call('app.snapshot', {})
        const project = clouds.find(({ id }) => id === bob)?.projectId ?? ''
        const id = await core.anImage(new TextEncoder().encode('shared bytes'), `offer-${randomUUID()}`, alice)
        await core.call('images.change', { cloudId: alice, imageId: id, changes: { visibility: 'shared' } })
        await core.call('images.share', { cloudId: alice, imageId: id, projectIds: [project] })
        expect((await core.call('images.offered', { cloudId: bob, status: 'pending' })).map((image) => image.id)).toContain(id)
        const [own] = await core.call('images.answerShare', { cloudId: alice, imageIds: [id], answer: 'accepted' })
        expect(own?.error).not.toBeNull()
        const [yes] = await core.call('images.answerShare', { cloudId: bob, imageIds: [id], answer: 'accepted' })
        expect(yes?.error).toBeNull()
        const list = z.array(z.object({ ID: z.string() })).parse(await lab.openstack('bob', 'image', 'list', '-f', 'json'))
        expect(list.map((image) => image.ID)).toContain(id)
        await core.call('images.answerShare', { cloudId: bob, imageIds: [id], answer: 'rejected' })
        expect((await core.call('images.offered', { cloudId: bob, status: 'rejected' })).map((image) => image.id)).toContain(id)

        const copyAs = async (cloudId: string) => {
          const { transferIds } = await core.call('imports.copyToStores', { cloudId, imageIds: [id], stores: ['fast', 'slow'] })
          return await core.ended(transferIds[0] ?? '')
        }
        expect(await copyAs(alice)).toMatchObject({ state: 'failed', error: { code: 'forbidden' } })
        expect(await copyAs(admin)).toMatchObject({ state: 'done', import: { stores: [{ id: 'slow', state: 'done' }] } })
        const [task] = await core.call('images.tasks', { cloudId: admin, imageId: id })
        expect(task).toMatchObject({ method: 'copy-image', status: 'success', stores: ['slow'] })
        await core.call('images.removeFromStore', { cloudId: admin, imageId: id, store: 'fast' })
        const { stores } = z
          .object({ stores: z.string() })
          .parse(JSON.parse((await core.call('images.raw', { cloudId: alice, imageId: id })).json))
        expect(stores).toBe('slow')
        const last = await core.call('images.removeFromStore', { cloudId: admin, imageId: id, store: 'slow' }).catch((error) => error)
        expect(last).toMatchObject({ code: 'conflict', message: expect.stringContaining('only store') })
        await core.call('images.delete', { cloudId: alice, imageIds: [id] })
      } finally {
        await core.remove()
      }
    },
    90_000,
  )
})
