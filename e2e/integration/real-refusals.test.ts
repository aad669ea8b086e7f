import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImageChanges } from '../../src/shared/image-protocol.ts'
import { openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { ServerSide } from './support/server-side.ts'

/** What a real Glance refuses although the page lets it pass, since only the cloud can know: each in words, and with the field that it is about. */
const lab = openstackLab()
const skipped = lab === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''
const ALICE = 'cloud:lab-alice'

describe.skipIf(lab === null)(`refusals of a real Glance${skipped}`, () => {
  let core: TestCore
  let server: ServerSide
  const change = async (imageId: string, changes: ImageChanges) =>
    (await core.call('images.change', { cloudId: ALICE, imageId, changes })).refused
  const outcome = async (action: Promise<{ error: unknown }[]>) => (await action)[0]?.error

  beforeAll(async () => {
    if (lab === null) return
    server = new ServerSide(lab.env.glanceUrl, await lab.token('alice'))
    core = await TestCore.start({ env: { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } })
    await core.call('clouds.signIn', { cloudId: ALICE })
  }, 60_000)
  afterAll(async () => await core?.remove())

  test('a delete of what somebody else has protected meanwhile: refused, and it is still there', async () => {
    const id = await server.addImage('to be kept', randomBytes(1000))
    await lab?.openstack('alice', 'image', 'set', '--protected', id)
    expect(await outcome(core.call('images.delete', { cloudId: ALICE, imageIds: [id] }))).toMatchObject({
      code: 'protected',
      status: 403,
      message: 'The image is protected.',
      remedy: 'Take the protection away first.',
    })
    expect(await lab?.image('alice', id)).toMatchObject({ status: 'active' })
    await change(id, { protected: false })
    expect(await outcome(core.call('images.delete', { cloudId: ALICE, imageIds: [id] }))).toBe(null)
    expect(await outcome(core.call('images.delete', { cloudId: ALICE, imageIds: [id] }))).toMatchObject({ code: 'not-found' })
  })

  test('changes: a reserved name, public for a member, too much of it, what is read-only by now', async () => {
    const id = await server.addRecord({ name: 'changing' })
    expect(await change(id, { properties: { os_glance_mine: 'x' } })).toMatchObject({
      field: 'properties.os_glance_mine',
      error: { code: 'forbidden', message: 'The cloud keeps os_glance_mine for itself.' },
    })
    expect(await change(id, { visibility: 'public' })).toMatchObject({
      field: 'visibility',
      error: { code: 'forbidden', message: 'You may not make images visible to everybody in this cloud.' },
    })
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, n) => [`p${n}`, 'v']))
    expect(await change(id, { properties: many })).toMatchObject({
      field: 'properties',
      error: { code: 'quota', message: 'The cloud takes no more properties on one image, at most 128.' },
    })
    // Nothing of a refused change is kept.
    expect(Object.keys(await server.show(id))).not.toContain('p0')
    await server.delete(id)
    await expect(core.call('images.change', { cloudId: ALICE, imageId: id, changes: { name: 'late' } })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('what the present state does not allow, and what is another’s', async () => {
    const id = await server.addRecord({ name: 'queued' })
    expect(await outcome(core.call('images.act', { cloudId: ALICE, imageIds: [id], action: 'deactivate' }))).toMatchObject({
      code: 'conflict',
      status: 403,
      message: 'The cloud refuses this in the present state of the image.',
      detail: expect.stringContaining("in status 'queued'"),
    })
    const full = await server.addImage('only here', randomBytes(1000))
    await expect(core.call('images.removeFromStore', { cloudId: ALICE, imageId: full, store: 'fast' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('This is the only store that'),
    })
    const bob = new ServerSide(lab?.env.glanceUrl ?? '', (await lab?.token('bob')) ?? '')
    const theirs = await bob.addRecord({ name: 'of bob', visibility: 'community' })
    expect(await outcome(core.call('images.delete', { cloudId: ALICE, imageIds: [theirs] }))).toMatchObject({
      code: 'forbidden',
      message: 'The cloud does not allow this.',
    })
    expect(await outcome(core.call('images.act', { cloudId: ALICE, imageIds: [theirs], action: 'protect' }))).toMatchObject({
      code: 'forbidden',
    })
    await bob.delete(theirs)
    for (const each of [id, full]) await server.delete(each)
  })

  test('a share that is there already is a 409 of the cloud', async () => {
    const id = await server.addRecord({ name: 'shared twice', visibility: 'shared' })
    const share = () => core.call('images.share', { cloudId: ALICE, imageId: id, projectIds: ['another-project'] })
    expect(await outcome(share())).toBe(null)
    expect(await outcome(share())).toMatchObject({ status: 409, message: 'The image is already shared with this project.' })
    await server.delete(id)
  })
})
