import { randomBytes } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { FaultPlan, type ImageService, startImageService } from '../../src/core/service/index.ts'
import { type ImageFields, type ImportTarget, imageFieldsSchema, type Transfer } from '../../src/shared/domain.ts'
import { md5, TestCore } from './support/core.ts'
import { RemoteCore } from './support/crash/remote-core.ts'
import { WebSource } from './support/web-source.ts'

/**
 * Imports with the real core and a cloud of two stores that is a process of its own from the core's view: it goes on while the core is away. What
 * is said is compared with what the cloud has.
 */
const CLOUD = 'cloud:two-stores'
const SIZE = 3_000_017
let core: TestCore
let service: ImageService
let faults: FaultPlan
let web: WebSource
let holds: PromiseWithResolvers<void>[]

beforeEach(async () => {
  holds = []
  web = await WebSource.start()
  faults = new FaultPlan()
  const dir = await mkdtemp(join(tmpdir(), 'glancer-imports-'))
  service = await startImageService({
    dataDir: join(dir, 'cloud'),
    stores: [{ id: 'fast' }, { id: 'slow' }],
    imports: { allowedHosts: ['127.0.0.1'], allowedPorts: [web.port] },
    faults,
  })
  const auth = { auth_type: 'admin_token', auth: { endpoint: service.url, token: service.token } }
  await writeFile(join(dir, 'clouds.yaml'), stringify({ clouds: { 'two-stores': auth } }))
  core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml') } })
  await core.call('clouds.signIn', { cloudId: CLOUD })
})
afterEach(async () => {
  for (const hold of holds) hold.resolve()
  await web.close()
  await service.close()
  await core.remove()
})

function held(): { until: Promise<void> } {
  const hold = Promise.withResolvers<void>()
  holds.push(hold)
  return { until: hold.promise }
}
const letGo = (): void => {
  for (const hold of holds) hold.resolve()
}
const fields = (more: Partial<ImageFields> = {}): ImageFields =>
  imageFieldsSchema.parse({ name: 'imported', diskFormat: 'raw', containerFormat: 'bare', visibility: 'private', ...more })
const to = (stores: string[], mustAllSucceed = true): ImportTarget => ({ stores, allStores: false, mustAllSucceed })
const EVERYWHERE: ImportTarget = { stores: [], allStores: true, mustAllSucceed: true }

async function fetchFrom(path: string, target: ImportTarget = to([]), more: Partial<ImageFields> = {}): Promise<string> {
  const items = [{ method: 'web-download' as const, uri: web.url(path), fields: fields(more) }]
  return (await core.call('imports.start', { cloudId: CLOUD, items, target })).transferIds[0] ?? ''
}
async function stage(bytes: Uint8Array, target: ImportTarget = to([]), more: Partial<ImageFields> = {}): Promise<string> {
  const { fileId } = await core.aFile('staged.raw', bytes)
  const input = { cloudId: CLOUD, items: [{ fileId, fields: fields(more) }], staging: target }
  return (await core.call('uploads.start', input)).transferIds[0] ?? ''
}
const act = (id: string, action: Transfer['actions'][number]) => core.call('transfers.act', { ids: [id], action })
const importing = (row: Transfer): boolean => row.state === 'finishing'

const shown = z.object({
  status: z.string(),
  size: z.number().nullable(),
  checksum: z.string().nullable(),
  stores: z.string().optional(),
  disk_format: z.string().nullable(),
  protected: z.boolean(),
  os_glance_failed_import: z.string().optional(),
  os_glance_import_task: z.string().optional(),
})
/** The record as the cloud itself shows it; null = there is none. */
async function inCloud(imageId: string | null): Promise<z.infer<typeof shown> | null> {
  const answer = await fetch(`${service.url}/v2/images/${imageId}`, { headers: { 'X-Auth-Token': service.token } })
  return answer.status === 404 ? null : shown.parse(await answer.json())
}
async function dataInCloud(imageId: string | null): Promise<Buffer> {
  const answer = await fetch(`${service.url}/v2/images/${imageId}/file`, { headers: { 'X-Auth-Token': service.token } })
  return Buffer.from(await answer.arrayBuffer())
}

describe('web-download', () => {
  test('to two stores: done, and not called verified; the key in the address is shown nowhere', async () => {
    const bytes = randomBytes(SIZE)
    web.files.set('/debian.raw', bytes)
    const id = await fetchFrom('/debian.raw?signature=key-in-address', to(['fast', 'slow']), { protected: true })
    const row = await core.ended(id)
    expect(row).toMatchObject({
      kind: 'import',
      state: 'done',
      fileName: 'debian.raw',
      bytesTotal: SIZE,
      leftBehind: null,
      verification: { kind: 'not-compared', reason: expect.stringContaining('nothing was compared') },
      import: {
        method: 'web-download',
        stores: [
          { id: 'fast', state: 'done' },
          { id: 'slow', state: 'done' },
        ],
        task: { status: 'success' },
      },
    })
    expect(await inCloud(row.imageId)).toMatchObject({ status: 'active', checksum: md5(bytes), stores: 'fast,slow', protected: true })
    const detail = await core.call('transfers.detail', { id })
    expect(detail.phases.map((phase) => phase.name)).toEqual(['Preparing', 'Cloud is importing'])
    const receipt = await core.call('transfers.receipt', { id })
    expect(JSON.stringify(detail) + receipt.json).not.toContain('key-in-address')
    expect(JSON.parse(receipt.json)).toMatchObject({ kind: 'import', outcome: 'not-compared' })
  })

  test('of what is not there: the image is queued again, the task is quoted, and a retry takes the same image', async () => {
    const id = await fetchFrom('/later.raw')
    const failed = await core.ended(id)
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'import-failed', detail: expect.stringContaining('Internal Error'), remedy: expect.stringContaining('address') },
      leftBehind: expect.stringContaining('queued'),
      import: { stores: [{ id: 'fast', state: 'failed' }] },
    })
    expect(await inCloud(failed.imageId)).toMatchObject({ status: 'queued', os_glance_failed_import: 'fast' })
    web.files.set('/later.raw', randomBytes(1000))
    await act(id, 'retry')
    const done = await core.ended(id)
    expect(done).toMatchObject({ state: 'done', imageId: failed.imageId })
    expect(await inCloud(done.imageId)).toMatchObject({ status: 'active', size: 1000 })
  })

  test('from where the cloud may not fetch is refused in words, and leaves no more than a queued image', async () => {
    const items = [{ method: 'web-download' as const, uri: 'http://127.0.0.1:1/x', fields: fields() }]
    const { transferIds } = await core.call('imports.start', { cloudId: CLOUD, items, target: to([]) })
    const row = await core.ended(transferIds[0] ?? '')
    expect(row).toMatchObject({ state: 'failed', error: { code: 'forbidden', message: expect.stringContaining('does not fetch') } })
    await act(row.id, 'delete-image')
    expect(await inCloud(row.imageId)).toBeNull()
  })

  test('cancelled while the cloud imports: it is said that it goes on, and it does; deleting ends it', async () => {
    web.files.set('/held/a.raw', randomBytes(SIZE))
    const id = await fetchFrom('/held/a.raw')
    const { imageId, actions } = await core.until(id, importing)
    expect(actions).not.toContain('pause')
    await act(id, 'cancel')
    const row = await core.until(id, ({ leftBehind }) => leftBehind?.includes('goes on') === true)
    expect(row.state).toBe('cancelled')
    expect(await inCloud(imageId)).toMatchObject({ status: 'importing' })
    await act(id, 'delete-image')
    expect(await inCloud(imageId)).toBeNull()
    expect((await core.row(id)).leftBehind).toBeNull()
  })

  test('cancelled, then retried: what went on meanwhile is taken up, and nothing is fetched twice', async () => {
    web.files.set('/held/b.raw', randomBytes(1000))
    const id = await fetchFrom('/held/b.raw')
    await core.until(id, importing)
    await act(id, 'cancel')
    await core.until(id, ({ leftBehind }) => leftBehind?.includes('goes on') === true)
    await act(id, 'retry')
    await core.until(id, importing)
    web.letGo()
    expect(await core.ended(id)).toMatchObject({ state: 'done' })
    expect(web.asked).toEqual(['/held/b.raw'])
  })

  test('the app is closed in the middle, and the cloud finishes alone: the next start finds it done', async () => {
    web.files.set('/held/c.raw', randomBytes(1000))
    const id = await fetchFrom('/held/c.raw')
    const { imageId } = await core.until(id, importing)
    await core.close()
    web.letGo()
    await expect.poll(async () => (await inCloud(imageId))?.status).toBe('active')
    await core.open()
    expect(await core.ended(id)).toMatchObject({ state: 'done', imageId, verification: { kind: 'not-compared' } })
    expect(web.asked).toEqual(['/held/c.raw'])
  })

  test('one of two stores fails: all must succeed, or the rest is kept and said', async () => {
    faults.add({ on: 'import', action: { kind: 'import-fails', store: 'slow' } })
    web.files.set('/d.raw', randomBytes(1000))
    const strict = await core.ended(await fetchFrom('/d.raw', to(['fast', 'slow'])))
    expect(strict).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('slow') } })
    expect(await inCloud(strict.imageId)).toMatchObject({ status: 'queued' })
    const lax = await core.ended(await fetchFrom('/d.raw', to(['fast', 'slow'], false)))
    expect(lax).toMatchObject({
      state: 'done',
      verification: { reason: expect.stringContaining('not in slow') },
      import: {
        stores: [
          { id: 'fast', state: 'done' },
          { id: 'slow', state: 'failed' },
        ],
      },
    })
    expect(await inCloud(lax.imageId)).toMatchObject({ status: 'active', stores: 'fast' })
  })

  test('the answer to the order is lost: the import is found under way, and not asked for twice', async () => {
    web.files.set('/e.raw', randomBytes(1000))
    // The cloud takes the order, but the next look at the image fails for a while.
    const blind = faults.add({ on: ['show', 'tasks'], times: 9, action: { kind: 'answer', status: 503 } })
    const id = await fetchFrom('/e.raw', EVERYWHERE)
    const row = await core.until(id, ({ state }) => {
      if (state === 'waiting') core.retryNow()
      return state === 'done' || state === 'failed'
    })
    expect(row).toMatchObject({
      state: 'done',
      import: {
        stores: [
          { id: 'fast', state: 'done' },
          { id: 'slow', state: 'done' },
        ],
      },
    })
    expect(blind.struck).toBeGreaterThan(0)
    expect(web.asked.length).toBeLessThanOrEqual(2)
  }, 120_000)

  test('wrong addresses and methods begin nothing', async () => {
    const begin = (uri: string) =>
      core.call('imports.start', { cloudId: CLOUD, items: [{ method: 'web-download', uri, fields: fields() }], target: to([]) })
    for (const uri of ['ftp://x/y', 'http://user:secret@x/y', 'nonsense', `http://x/${'y'.repeat(3000)}`])
      await expect(begin(uri)).rejects.toMatchObject({ code: 'bad-argument' })
    const remote = { method: 'glance-download' as const, region: 'Two', imageId: 'b4b1f8c6-1c3d-4a55-9d39-0a3f6a0a7a11', fields: fields() }
    await expect(core.call('imports.start', { cloudId: CLOUD, items: [remote], target: to([]) })).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('glance-download'),
    })
    expect((await core.call('app.snapshot', {})).transfers).toEqual([])
  })
})

describe('killed (SIGKILL) again and again', () => {
  test('imports and staged uploads come true once each, whatever moment it was', async () => {
    const bytes = randomBytes(SIZE)
    const { path } = await core.aFile('killed.raw', bytes)
    for (const name of ['k1', 'k2', 'k3']) web.files.set(`/${name}.raw`, bytes)
    const cloudsFile = join(core.dir, 'clouds.yaml')
    const options = { dataDir: join(core.dir, 'killed'), homeDir: core.dir, cloudsFile, crashPoint: null }
    const rows = new Map<string, Transfer>()
    let seen = 0
    let look = (): void => {}
    const start = async (): Promise<RemoteCore> => {
      const remote = new RemoteCore(options, (row) => {
        rows.set(row.id, row)
        seen++
        look()
      })
      await remote.ready
      return remote
    }
    const until = (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        look = () => holds() && resolve()
        look()
      })

    let remote = await start()
    await remote.call('clouds.signIn', { cloudId: CLOUD })
    const [taken] = z.array(z.object({ fileId: z.string() })).parse(await remote.ask({ what: 'add', paths: [path] }))
    const items = ['k1', 'k2', 'k3'].map((name) => ({
      method: 'web-download' as const,
      uri: web.url(`/${name}.raw`),
      fields: fields({ name }),
    }))
    await remote.call('imports.start', { cloudId: CLOUD, items, target: EVERYWHERE })
    const upload = [{ fileId: taken?.fileId ?? '', fields: fields({ name: 'k4' }) }]
    await remote.call('uploads.start', { cloudId: CLOUD, items: upload, staging: EVERYWHERE })
    let kills = 0
    for (const changes of [2, 7, 3, 11, 5, 16]) {
      const before = seen
      await until(
        () => seen >= before + changes || ([...rows.values()].length === 4 && [...rows.values()].every(({ state }) => state === 'done')),
      )
      remote.kill()
      await remote.exited
      kills++
      remote = await start()
    }
    const { transfers } = await remote.call('app.snapshot', {})
    for (const row of transfers) rows.set(row.id, row)
    await until(() => [...rows.values()].every(({ state }) => state === 'done' || state === 'failed'))
    await remote.close()

    expect([...rows.values()].map(({ imageName, state, verification }) => [imageName, state, verification?.kind]).sort()).toEqual([
      ['k1', 'done', 'not-compared'],
      ['k2', 'done', 'not-compared'],
      ['k3', 'done', 'not-compared'],
      ['k4', 'done', 'verified'],
    ])
    const list = await fetch(`${service.url}/v2/images`, { headers: { 'X-Auth-Token': service.token } })
    const { images } = z.object({ images: z.array(z.object({ name: z.string(), status: z.string() })) }).parse(await list.json())
    expect(images.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(['k1 active', 'k2 active', 'k3 active', 'k4 active'])
    for (const { imageId } of rows.values()) expect((await dataInCloud(imageId)).equals(bytes)).toBe(true)
    expect(kills).toBe(6)
  }, 120_000)
})

describe('glance-direct', () => {
  test('staged, imported, and compared with what was sent: verified', async () => {
    const bytes = randomBytes(SIZE)
    const id = await stage(bytes, to(['slow']))
    const row = await core.ended(id)
    expect(row).toMatchObject({ kind: 'upload', state: 'done', verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] } })
    expect(await inCloud(row.imageId)).toMatchObject({ status: 'active', stores: 'slow', checksum: md5(bytes) })
    const detail = await core.call('transfers.detail', { id })
    expect(detail.phases.map((phase) => phase.name)).toEqual(['Preparing', 'Sending to staging', 'Cloud is importing', 'Verifying'])
  })

  test('converted by the cloud: other digests are not called a mismatch', async () => {
    faults.add({ on: 'import', action: { kind: 'import-converts', diskFormat: 'qcow2' } })
    const row = await core.ended(await stage(randomBytes(SIZE)))
    expect(row).toMatchObject({
      state: 'done',
      verification: { kind: 'not-compared', reason: 'the cloud converted it (raw to qcow2), so nothing was compared' },
    })
    expect(await inCloud(row.imageId)).toMatchObject({ status: 'active', disk_format: 'qcow2' })
  })

  test('one byte altered on its way into the store: a mismatch, and the image is taken out of use', async () => {
    faults.add({ on: 'import', action: { kind: 'corrupt', byte: 1_000_001 } })
    const row = await core.ended(await stage(randomBytes(SIZE)))
    expect(row).toMatchObject({ state: 'failed', verification: { kind: 'mismatch' } })
    expect(await inCloud(row.imageId)).toMatchObject({ status: 'deactivated' })
  })

  test('closed while the cloud imports: the digests of what was sent are still there to compare with', async () => {
    const hold = held()
    faults.add({ on: 'import', times: 1, action: { kind: 'import-hold', hold } })
    const bytes = randomBytes(SIZE)
    const id = await stage(bytes)
    const { imageId } = await core.until(id, importing)
    await expect.poll(async () => (await inCloud(imageId))?.status).toBe('importing')
    await core.close()
    // The file may be gone by then.
    await writeFile(join(core.dir, 'files', 'staged.raw'), 'something else')
    letGo()
    await expect.poll(async () => (await inCloud(imageId))?.status).toBe('active')
    await core.open()
    expect(await core.ended(id)).toMatchObject({ state: 'done', imageId, verification: { kind: 'verified' } })
  })

  test('staged, but the import is not taken at once: it is asked for again, and nothing is sent again', async () => {
    faults.add({ on: 'import', times: 1, action: { kind: 'answer', status: 500 } })
    const sent = faults.add({ on: 'stage', action: { kind: 'throttle', bytesPerSecond: 50_000_000 } })
    const bytes = randomBytes(SIZE)
    const id = await stage(bytes)
    const waiting = await core.until(id, (row) => row.state === 'waiting')
    expect(waiting.leftBehind).toContain('staged')
    core.retryNow()
    const row = await core.ended(id)
    expect(row).toMatchObject({ state: 'done', verification: { kind: 'verified' }, imageId: waiting.imageId })
    expect(sent.struck).toBe(1)
    expect((await dataInCloud(row.imageId)).equals(bytes)).toBe(true)
  })

  test('the import fails, and as Glance does it the image is lost with it: said, and begun again with another', async () => {
    faults.add({ on: 'import', times: 1, action: { kind: 'import-fails' } })
    const id = await stage(randomBytes(SIZE))
    const failed = await core.ended(id)
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'conflict', message: expect.stringContaining('could not import'), remedy: expect.stringContaining('begin again') },
      leftBehind: expect.stringContaining('left importing'),
    })
    expect(await inCloud(failed.imageId)).toMatchObject({ status: 'importing', os_glance_failed_import: 'fast' })
    await act(id, 'begin-again')
    const done = await core.ended(id)
    expect(done).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(done.imageId).not.toBe(failed.imageId)
    expect(await inCloud(failed.imageId)).toBeNull()
  })

  test('cut while it is staged: sent again to the same image', async () => {
    const bytes = randomBytes(9_000_011)
    faults.add({ on: 'stage', times: 1, action: { kind: 'cut', afterBytes: 5_000_000 } })
    const id = await stage(bytes)
    await core.until(id, (row) => row.state === 'waiting')
    core.retryNow()
    const row = await core.ended(id)
    expect(row).toMatchObject({ state: 'done', attempt: 2, verification: { kind: 'verified' } })
    expect((await dataInCloud(row.imageId)).equals(bytes)).toBe(true)
  })

  test('cancelled while it is staged leaves a queued image, and says so', async () => {
    faults.add({ on: 'stage', action: { kind: 'throttle', bytesPerSecond: 6_000_000 } })
    const id = await stage(randomBytes(9_000_011))
    await core.until(id, (row) => row.state === 'transferring' && row.bytesDone > 2_000_000)
    await act(id, 'cancel')
    const row = await core.until(id, ({ leftBehind }) => leftBehind?.includes('queued') === true)
    expect(await inCloud(row.imageId)).toMatchObject({ status: 'queued' })
  })
})

describe('copy-image', () => {
  const copy = async (imageId: string, stores: string[]) =>
    (await core.call('imports.copyToStores', { cloudId: CLOUD, imageIds: [imageId], stores })).transferIds

  test('to a further store; one that has it begins nothing', async () => {
    const imageId = await core.anImage(randomBytes(SIZE), 'an image', CLOUD)
    const [id = ''] = await copy(imageId, ['fast', 'slow'])
    expect(await core.ended(id)).toMatchObject({
      kind: 'import',
      state: 'done',
      import: { method: 'copy-image', stores: [{ id: 'slow', state: 'done' }] },
      verification: { kind: 'not-compared' },
    })
    expect(await inCloud(imageId)).toMatchObject({ stores: 'fast,slow', status: 'active' })
    expect(await copy(imageId, ['fast'])).toEqual([])
    // What stands in the list was true when it was asked; now it is there already.
    expect((await core.call('transfers.detail', { id })).phases.map((phase) => phase.name)).toEqual(['Preparing', 'Cloud is copying'])
  })

  test('that fails leaves the image as it was; a retry copies', async () => {
    const imageId = await core.anImage(randomBytes(SIZE), 'an image', CLOUD)
    faults.add({ on: 'import', times: 1, action: { kind: 'import-fails', store: 'slow' } })
    const [id = ''] = await copy(imageId, ['slow'])
    const failed = await core.ended(id)
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'import-failed', message: expect.stringContaining('slow') },
      leftBehind: null,
    })
    expect(failed.actions).not.toContain('delete-image')
    expect(await inCloud(imageId)).toMatchObject({ stores: 'fast', status: 'active' })
    await act(id, 'retry')
    expect(await core.ended(id)).toMatchObject({ state: 'done' })
    expect(await inCloud(imageId)).toMatchObject({ stores: 'fast,slow' })
  })

  test('cancelled: it cannot be called back, and that is said', async () => {
    const imageId = await core.anImage(randomBytes(SIZE), 'an image', CLOUD)
    faults.add({ on: 'import', action: { kind: 'import-hold', hold: held() } })
    const [id = ''] = await copy(imageId, ['slow'])
    await core.until(id, importing)
    await act(id, 'cancel')
    await core.until(id, ({ leftBehind }) => leftBehind?.includes('goes on copying') === true)
    letGo()
    await expect.poll(async () => (await inCloud(imageId))?.stores).toBe('fast,slow')
  })
})
