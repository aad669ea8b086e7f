import { randomBytes, randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { toImage } from '../../src/core/images/record.ts'
import { type ImageFields, type ImportTarget, imageFieldsSchema } from '../../src/shared/domain.ts'
import { standstill } from '../../src/shared/stuck.ts'
import { openstackLab } from '../openstack/lab.ts'
import { md5, TestCore } from './support/core.ts'
import { ServerSide } from './support/server-side.ts'
import { WebSource } from './support/web-source.ts'

/** Imports into a real Glance with two stores. Each outcome is looked at from outside, with `openstack image show`. */
const lab = openstackLab()
const ALICE = 'cloud:lab-alice'
const ADMIN = 'cloud:lab-admin'
const SIZE = 3_000_017

const fields = (name: string, more: Partial<ImageFields> = {}): ImageFields =>
  imageFieldsSchema.parse({ name, diskFormat: 'raw', containerFormat: 'bare', visibility: 'private', ...more })
const to = (stores: string[], mustAllSucceed = true): ImportTarget => ({ stores, allStores: false, mustAllSucceed })
const EVERYWHERE: ImportTarget = { stores: [], allStores: true, mustAllSucceed: true }

describe.skipIf(lab === null)('imports into a real Glance', () => {
  let core: TestCore
  let web: WebSource
  const shown = async (id: string | null) =>
    z
      .object({
        status: z.string(),
        size: z.number().optional(),
        checksum: z.string().optional(),
        properties: z.object({ stores: z.string().optional() }).loose(),
      })
      .parse(await lab?.openstack('alice', 'image', 'show', '-f', 'json', id ?? ''))
  const fetchFrom = async (path: string, target: ImportTarget): Promise<string> => {
    const items = [{ method: 'web-download' as const, uri: web.url(path), fields: fields(`web-${randomUUID()}`) }]
    return (await core.call('imports.start', { cloudId: ALICE, items, target })).transferIds[0] ?? ''
  }
  const stage = async (bytes: Uint8Array, target: ImportTarget): Promise<string> => {
    const { fileId } = await core.aFile(`${randomUUID()}.raw`, bytes)
    const items = [{ fileId, fields: fields(`staged-${randomUUID()}`) }]
    return (await core.call('uploads.start', { cloudId: ALICE, items, staging: target })).transferIds[0] ?? ''
  }
  /** Makes the store `slow` one that cannot be written, while `work` runs. */
  const withoutSlowStore = async (work: () => Promise<void>): Promise<void> => {
    const folder = join(lab?.env.dir ?? '', 'state', 'glance', 'slow')
    await rename(folder, `${folder}.away`)
    await writeFile(folder, 'not a folder')
    try {
      await work()
    } finally {
      await rm(folder)
      await rename(`${folder}.away`, folder)
    }
  }

  beforeAll(async () => {
    if (lab === null) return
    web = await WebSource.start(lab.env.webSourcePort)
    core = await TestCore.start({ env: { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } })
    for (const cloudId of [ALICE, ADMIN]) await core.call('clouds.signIn', { cloudId })
  })
  afterAll(async () => {
    await web?.close()
    await core?.remove()
  })

  test('web-download to all stores, in words and as it is', async () => {
    const bytes = randomBytes(SIZE)
    web.files.set('/a.raw', bytes)
    const row = await core.ended(await fetchFrom('/a.raw', EVERYWHERE))
    expect(row).toMatchObject({ state: 'done', verification: { kind: 'not-compared' }, bytesTotal: SIZE })
    expect(row.import?.task?.status).toBe('success')
    // In which order Glance takes all of its stores is its own affair.
    expect(row.import?.stores.map(({ id, state }) => `${id} ${state}`).sort()).toEqual(['fast done', 'slow done'])
    const image = await shown(row.imageId)
    expect(image).toMatchObject({ status: 'active', size: SIZE, checksum: md5(bytes) })
    expect(image.properties.stores?.split(',').sort()).toEqual(['fast', 'slow'])
  })

  test('web-download of what is not there, then it is: the same image is filled', async () => {
    const id = await fetchFrom('/b.raw', to([]))
    const failed = await core.ended(id)
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'import-failed', detail: expect.stringContaining('Internal Error') } })
    expect(await shown(failed.imageId)).toMatchObject({ status: 'queued' })
    web.files.set('/b.raw', randomBytes(1000))
    await core.call('transfers.act', { ids: [id], action: 'retry' })
    expect(await core.ended(id)).toMatchObject({ state: 'done', imageId: failed.imageId })
    expect(await shown(failed.imageId)).toMatchObject({ status: 'active', size: 1000 })
  })

  test('web-download goes on while the app is closed', async () => {
    web.files.set('/held/c.raw', randomBytes(SIZE))
    const id = await fetchFrom('/held/c.raw', to([]))
    const { imageId } = await core.until(id, (row) => row.state === 'finishing' && row.import?.task?.status === 'processing')
    expect(await shown(imageId)).toMatchObject({ status: 'importing' })
    await core.close()
    web.letGo()
    await expect.poll(async () => (await shown(imageId)).status, { timeout: 20_000 }).toBe('active')
    await core.open()
    expect(await core.ended(id)).toMatchObject({ state: 'done', imageId })
    expect(web.asked.filter((path) => path === '/held/c.raw')).toHaveLength(1)
  })

  test('from where the cloud may not fetch', async () => {
    const items = [{ method: 'web-download' as const, uri: 'http://127.0.0.1:9/x', fields: fields('refused') }]
    const { transferIds } = await core.call('imports.start', { cloudId: ALICE, items, target: to([]) })
    const row = await core.ended(transferIds[0] ?? '')
    expect(row).toMatchObject({ state: 'failed', error: { message: 'This cloud does not fetch from that address.' } })
    await core.call('transfers.act', { ids: [row.id], action: 'delete-image' })
    await expect(shown(row.imageId)).rejects.toThrow('No Image found')
  })

  test('glance-direct is verified; copy-image is for administrators, and reaches the other store', async () => {
    const bytes = randomBytes(SIZE)
    const row = await core.ended(await stage(bytes, to(['fast'])))
    expect(row).toMatchObject({ state: 'done', verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] } })
    expect(await shown(row.imageId)).toMatchObject({ status: 'active', checksum: md5(bytes), properties: { stores: 'fast' } })
    await core.call('images.change', { cloudId: ALICE, imageId: row.imageId ?? '', changes: { visibility: 'community' } })
    const copy = async (cloudId: string) => {
      const { transferIds } = await core.call('imports.copyToStores', { cloudId, imageIds: [row.imageId ?? ''], stores: ['slow'] })
      return await core.ended(transferIds[0] ?? '')
    }
    expect(await copy(ALICE)).toMatchObject({ state: 'failed', error: { code: 'forbidden' } })
    expect(await copy(ADMIN)).toMatchObject({ state: 'done', import: { stores: [{ id: 'slow', state: 'done' }] } })
    expect(await shown(row.imageId)).toMatchObject({ properties: { stores: 'fast,slow' } })
  })

  test('a store that fails: the rest is kept where that was allowed; else the image is lost, and begun again', async () => {
    let lost = ''
    await withoutSlowStore(async () => {
      const lax = await core.ended(await stage(randomBytes(SIZE), to(['slow', 'fast'], false)))
      expect(lax).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
      expect(lax.import?.stores).toEqual([
        { id: 'slow', state: 'failed' },
        { id: 'fast', state: 'done' },
      ])
      expect(await shown(lax.imageId)).toMatchObject({ status: 'active', properties: { stores: 'fast' } })
      const strict = await core.ended(await stage(randomBytes(SIZE), to(['fast', 'slow'])))
      expect(strict).toMatchObject({ state: 'failed', error: { code: 'conflict', message: expect.stringContaining('slow') } })
      expect(strict.leftBehind).toContain('left importing')
      expect(await shown(strict.imageId)).toMatchObject({ status: 'importing' })
      // For good, and that is said of it.
      const server = new ServerSide(lab?.env.glanceUrl ?? '', (await lab?.token('alice')) ?? '')
      const left = toImage(await server.show(strict.imageId ?? ''))
      expect(standstill(left, Date.now(), false)).toMatchObject({ needsSomebody: true, remedies: ['delete-and-begin-again'] })
      lost = strict.id
    })
    const before = (await core.row(lost)).imageId
    await core.call('transfers.act', { ids: [lost], action: 'begin-again' })
    const again = await core.ended(lost)
    expect(again).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(await shown(again.imageId)).toMatchObject({ status: 'active', properties: { stores: 'fast,slow' } })
    await expect(shown(before)).rejects.toThrow('No Image found')
  })

  test('the answer about the quota is read, be it that there is none', async () => {
    expect(await core.call('images.usage', { cloudId: ALICE })).toEqual([])
  })
})
