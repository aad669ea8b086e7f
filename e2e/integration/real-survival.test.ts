import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { Transfer } from '../../src/shared/domain.ts'
import { type OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { ServerSide } from './support/server-side.ts'

/**
 * What the storm does with the built-in service, in small and with a real Glance and Keystone: killed in the middle, out of room, over quota,
 * with tokens that do not last. Each outcome is looked at from outside, at the Image API itself and on the disk.
 */
const lab = openstackLab()
const ALICE = 'cloud:lab-alice'
const FAKE = 'cloud:fake'
const NONE = 'cloud:none'
const MB = 1_000_000

interface Here {
  core: TestCore
  lab: OpenStackLab
}

/** The core with the lab's clouds, and with the two instances that need no Keystone. `project`: a new one, so that its quota is whole. */
async function begin(project = 'survival'): Promise<Here> {
  if (lab === null) throw new Error('there is no lab')
  const dir = await mkdtemp(join(tmpdir(), 'glancer-real-'))
  const { clouds } = z.object({ clouds: z.record(z.string(), z.unknown()) }).parse(parse(await readFile(lab.env.cloudsYaml, 'utf8')))
  const withoutKeystone = (endpoint: string, token: string) => ({ auth_type: 'admin_token', auth: { endpoint, token } })
  const all = {
    ...clouds,
    fake: withoutKeystone(lab.env.glanceFakeAuthUrl, fakeToken(project)),
    none: withoutKeystone(lab.env.glanceNoAuthUrl, 'any'),
  }
  await writeFile(join(dir, 'clouds.yaml'), stringify({ clouds: all }))
  return { lab, core: await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml') } }) }
}

const fakeToken = (project: string): string => `somebody:${project}:member`
const half = (row: Transfer): boolean => row.state === 'transferring' && row.bytesDone > (row.bytesTotal ?? 0) / 3
const files = (core: TestCore): Promise<string[]> => readdir(join(core.dir, 'downloads'))

/** Ends what waits for its time: a person would press "Retry now". */
async function patiently(core: TestCore, id: string, holds: (row: Transfer) => boolean): Promise<Transfer> {
  return await core.until(id, (row) => {
    if (row.state === 'waiting' && !holds(row)) core.retryNow()
    return holds(row)
  })
}
const done = ({ state }: Transfer): boolean => state === 'done' || state === 'failed'
const verified = { state: 'done', error: null, leftBehind: null, verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] } }

const skipped = lab === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''

// These three use different instances, so they need not wait for each other.
describe.skipIf(lab === null)(`a real Glance and Keystone: limits${skipped}`, { concurrent: true }, () => {
  test('an upload that lives longer than its token is verified all the same', async () => {
    const here = await begin()
    try {
      await here.lab.withSettings('keystone', '[token]\nexpiration = 20\nallow_expired_window = 0\n', async () => {
        const { core } = here
        await core.call('app.changeSettings', { speedLimit: 250_000 })
        const file = await core.aFile('slow.raw', 5_600_000)
        const token = await here.lab.token('alice')
        const row = await core.until(await core.upload(file.fileId, { name: 'slow' }, ALICE), done)
        expect(row).toMatchObject({ ...verified, attempt: 1 })
        expect((row.endedAt ?? 0) - (row.startedAt ?? 0)).toBeGreaterThan(21_000)
        // The token of the beginning is of no use by now.
        await expect(new ServerSide(here.lab.env.glanceUrl, token).images()).rejects.toThrow('401')
        const side = new ServerSide(here.lab.env.glanceUrl, await here.lab.token('alice'))
        expect((await side.data(row.imageId ?? '')).equals(file.bytes)).toBe(true)
        await side.delete(row.imageId ?? '')
      })
    } finally {
      await here.core.remove()
    }
  })

  test('a project over its quota is told so; with room again the same image takes the data', async () => {
    const project = `quota-${Date.now()}`
    const { core, lab: real } = await begin(project)
    try {
      // The limit of that instance: 25 MB for a project.
      const ids: string[] = []
      for (const name of ['first', 'second']) ids.push(await core.anImage(randomBytes(9 * MB), name, FAKE))
      const file = await core.aFile('third.raw', 9 * MB)
      const id = await core.upload(file.fileId, { name: 'third' }, FAKE)
      const refused = await core.until(id, done)
      expect(refused).toMatchObject({
        state: 'failed',
        verification: null,
        error: { code: 'quota', status: 413 },
        leftBehind: 'The image, queued and without data. It is used again on a retry.',
      })
      expect(refused.error?.message).toBe('The cloud takes no more: a quota or a size limit is reached.')
      const side = new ServerSide(real.env.glanceFakeAuthUrl, fakeToken(project))
      expect(await side.status(refused.imageId ?? '')).toBe('queued')
      await side.delete(ids[0] ?? '')
      await core.call('transfers.act', { ids: [id], action: 'retry' })
      expect(await core.until(id, done)).toMatchObject({ ...verified, imageId: refused.imageId })
      expect((await side.data(refused.imageId ?? '')).equals(file.bytes)).toBe(true)
    } finally {
      await core.remove()
    }
  })

  const tiny = lab?.env.tinyStore ?? null
  test.skipIf(tiny === null)(
    `a store that is full is told as that, and nothing is left in it${tiny === null ? ' (only root may mount one)' : ''}`,
    async () => {
      const { core, lab: real } = await begin()
      const settings = `[DEFAULT]\nenabled_backends = fast:file, tiny:file\n[tiny]\nfilesystem_store_datadir = ${tiny}\n`
      try {
        await real.withSettings('glance-none', settings, async () => {
          const file = await core.aFile('large.raw', 12 * MB)
          const id = await core.upload(file.fileId, { name: 'large', store: 'tiny' }, NONE)
          const row = await core.until(id, done)
          expect(row).toMatchObject({
            state: 'failed',
            verification: null,
            error: { code: 'store-full', status: 413, message: 'The store of the cloud is full.' },
            leftBehind: 'The image, queued and without data. It is used again on a retry.',
          })
          const side = new ServerSide(real.env.glanceNoAuthUrl, 'any')
          expect(await side.status(row.imageId ?? '')).toBe('queued')
          expect(await readdir(tiny ?? '')).toEqual([])
          // One that fits goes in.
          const small = await core.aFile('small.raw', 2 * MB)
          const fits = await core.until(await core.upload(small.fileId, { name: 'small', store: 'tiny' }, NONE), done)
          expect(fits).toMatchObject(verified)
          expect(await readdir(tiny ?? '')).toEqual([fits.imageId])
          await core.call('transfers.act', { ids: [id], action: 'delete-image' })
          await side.delete(fits.imageId ?? '')
          expect((await side.images()).filter(({ name }) => name === 'large' || name === 'small')).toEqual([])
        })
      } finally {
        await core.remove()
      }
    },
  )
})

describe.skipIf(lab === null)(`a real Glance and Keystone: cuts${skipped}`, () => {
  let core: TestCore
  let real: OpenStackLab
  let side: ServerSide
  beforeEach(async () => {
    const here = await begin()
    core = here.core
    real = here.lab
    side = new ServerSide(real.env.glanceUrl, await real.token('alice'))
  })
  afterEach(() => core.remove())

  test('Glance is killed in the middle of an upload and of a download, and started again', async () => {
    const bytes = randomBytes(60 * MB)
    const imageId = await core.anImage(bytes, 'source', ALICE)
    await core.call('app.changeSettings', { speedLimit: 24 * MB })
    const file = await core.aFile('up.raw', 60 * MB)
    const up = await core.upload(file.fileId, { name: 'up' }, ALICE)
    const down = await core.download(imageId, ALICE)
    await Promise.all([core.until(up, half), core.until(down, half)])
    await real.control('kill', 'glance')
    const waits = (row: Transfer): boolean => row.state === 'waiting'
    const [cutUp, cutDown] = await Promise.all([core.until(up, waits), core.until(down, waits)])
    for (const row of [cutUp, cutDown]) {
      expect(['reset', 'refused']).toContain(row.error?.code)
      expect(row.verification).toBeNull()
    }
    expect(await files(core)).toEqual(['source.raw.part'])
    await core.call('app.changeSettings', { speedLimit: null })
    await real.control('start', 'glance')

    // The download goes on where it was cut.
    core.retryNow()
    expect(await patiently(core, down, done)).toMatchObject(verified)
    const { log } = await core.call('transfers.detail', { id: down })
    expect(log.some(({ text }) => text.includes('are kept from before'))).toBe(true)
    expect(await files(core)).toEqual(['source.raw'])
    expect(bytes.equals(await core.downloaded('source.raw'))).toBe(true)

    // A Glance that was killed holds the image as saving for ever (observed on Glance 25.1). That is said, and never called done.
    const held = await patiently(core, up, (row) => row.error?.code === 'image-busy')
    expect(held).toMatchObject({ state: 'waiting', verification: null, leftBehind: 'The image, which the cloud still holds as saving.' })
    expect(await side.status(held.imageId ?? '')).toBe('saving')
    // What is offered helps: away with that image, and once more into another.
    await core.call('transfers.act', { ids: [up], action: 'cancel' })
    expect((await core.row(up)).actions).toContain('begin-again')
    expect(await core.call('transfers.act', { ids: [up], action: 'begin-again' })).toMatchObject([{ error: null }])
    await expect(side.status(held.imageId ?? '')).rejects.toThrow('404')
    const row = await core.until(up, done)
    expect(row).toMatchObject(verified)
    expect(row.imageId).not.toBe(held.imageId)
    expect((await side.data(row.imageId ?? '')).equals(await readFile(file.path))).toBe(true)
    for (const id of [imageId, row.imageId ?? '']) await side.delete(id)
  })

  test('an image that is deactivated while it is downloaded: the person is told, the part is kept, and it goes on afterwards', async () => {
    const bytes = randomBytes(40 * MB)
    const imageId = await core.anImage(bytes, 'withdrawn', ALICE)
    await core.call('app.changeSettings', { speedLimit: 12 * MB })
    const id = await core.download(imageId, ALICE)
    await core.until(id, half)
    await side.act(imageId, 'deactivate')
    await core.call('transfers.act', { ids: [id], action: 'pause' })
    await core.call('transfers.act', { ids: [id], action: 'resume' })
    const refused = await core.until(id, done)
    expect(refused).toMatchObject({
      state: 'failed',
      verification: null,
      error: { code: 'deactivated', message: 'withdrawn is deactivated, so its data cannot be downloaded.' },
    })
    expect(refused.leftBehind).toContain('.part')
    expect(await files(core)).toEqual(['withdrawn.raw.part'])
    await side.act(imageId, 'reactivate')
    await core.call('app.changeSettings', { speedLimit: null })
    await core.call('transfers.act', { ids: [id], action: 'retry' })
    expect(await core.until(id, done)).toMatchObject(verified)
    expect(await files(core)).toEqual(['withdrawn.raw'])
    expect(bytes.equals(await core.downloaded('withdrawn.raw'))).toBe(true)
    await side.delete(imageId)
  })
})
