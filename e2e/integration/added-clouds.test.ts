import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ImageService, type Keystone, startImageService, startKeystone } from '../../src/core/service/index.ts'
import { type CloudDraft, emptyDraft } from '../../src/shared/cloud-draft.ts'
import { TestCore } from './support/core.ts'
import { filesWith, textsIn } from './support/search.ts'

const PASSWORD = 'correct horse "battery" staple'

let dir = ''
let keystone: Keystone
let glance: ImageService
let core: TestCore
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-added-'))
  keystone = await startKeystone({
    port: 0,
    users: [{ name: 'ada', password: PASSWORD, projects: { demo: ['member'], other: ['member'] } }],
  })
  glance = await startImageService({ dataDir: join(dir, 'glance'), port: 0, identity: { kind: 'check', ...keystone.check } })
  keystone.publishImageService(glance.url)
})
afterAll(async () => {
  await glance.close()
  await keystone.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  core = await TestCore.start()
})
afterEach(async () => await core.remove())

const draft = (over: Partial<CloudDraft> = {}): CloudDraft => ({
  ...emptyDraft(),
  name: 'acme',
  authUrl: keystone.url,
  user: { by: 'name', value: 'ada' },
  project: { by: 'name', value: 'demo' },
  ...over,
})
const typed = (secret = PASSWORD) => ({ kind: 'typed', secret }) as const
const add = async (over: Partial<CloudDraft> = {}, keep: 'file' | 'memory' = 'file') =>
  await core.call('clouds.save', { cloudId: null, from: null, draft: draft(over), secret: typed(), keep })
const secretsFile = async () => await readFile(join(core.dataDir, 'secrets.json'), 'utf8').catch(() => '')

describe('a cloud that is added in the app', () => {
  it('is signed in to, is there at the next start, and can be changed and removed with its secret', async () => {
    const cloud = await add()
    expect(cloud).toMatchObject({ name: 'acme', origin: 'added', source: 'added here', secretNeeded: null, state: { kind: 'idle' } })
    expect(await core.call('clouds.signIn', { cloudId: cloud.id })).toMatchObject({ state: { kind: 'signed-in' }, project: 'demo' })
    await core.anImage(Buffer.from('some bytes'), 'one', cloud.id)
    expect((await stat(join(core.dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(core.dataDir, 'clouds.json'))).mode & 0o777).toBe(0o600)
    expect(await filesWith(core.dataDir, [PASSWORD])).toEqual([`secrets.json: ${PASSWORD}`])

    await core.close()
    await core.open()
    expect(await core.call('clouds.signIn', { cloudId: cloud.id })).toMatchObject({ state: { kind: 'signed-in' } })
    const known = await core.call('clouds.draft', { cloudId: cloud.id })
    expect(known).toMatchObject({ cloudId: cloud.id, keep: 'file', knowsSecret: true, draft: { name: 'acme' } })
    const renamed = await core.call('clouds.save', {
      cloudId: cloud.id,
      from: null,
      draft: { ...known.draft, name: 'renamed', project: { by: 'name', value: 'other' } },
      secret: { kind: 'known' },
      keep: 'file',
    })
    expect(renamed).toMatchObject({ id: cloud.id, name: 'renamed' })
    expect(await core.call('clouds.signIn', { cloudId: cloud.id })).toMatchObject({ state: { kind: 'signed-in' }, project: 'other' })

    await core.call('clouds.remove', { cloudId: cloud.id })
    expect(await secretsFile()).not.toContain('battery')
    await expect(core.call('clouds.signIn', { cloudId: cloud.id })).rejects.toMatchObject({ code: 'not-found' })
    expect((await core.call('app.snapshot', {})).clouds.map(({ id }) => id)).not.toContain(cloud.id)
  })

  it('whose secret is asked for each time keeps it in memory alone', async () => {
    const cloud = await add({}, 'memory')
    expect(await core.call('clouds.signIn', { cloudId: cloud.id })).toMatchObject({ state: { kind: 'signed-in' } })
    expect(await filesWith(core.dataDir, [PASSWORD])).toEqual([])
    await core.close()
    await core.open()
    expect(await core.call('clouds.signIn', { cloudId: cloud.id })).toMatchObject({ state: { kind: 'idle' }, secretNeeded: 'password' })
    expect(await core.call('clouds.signInWith', { cloudId: cloud.id, secret: 'wrong', keep: 'memory' })).toMatchObject({
      state: { kind: 'failed', error: { code: 'sign-in-refused' } },
      secretNeeded: 'password',
    })
    expect(await core.call('clouds.signInWith', { cloudId: cloud.id, secret: PASSWORD, keep: 'memory' })).toMatchObject({
      state: { kind: 'signed-in' },
      secretNeeded: null,
    })
    expect(await filesWith(core.dataDir, [PASSWORD])).toEqual([])
  })

  it('has a name of its own, and nothing of it is missing', async () => {
    await add()
    await expect(add()).rejects.toMatchObject({ code: 'conflict' })
    await expect(add({ name: 'b', authUrl: 'keystone' })).rejects.toMatchObject({
      code: 'bad-argument',
      detail: expect.stringContaining('authUrl'),
    })
    await expect(add({ name: 'c', user: { by: 'name', value: '' } })).rejects.toMatchObject({ code: 'bad-argument' })
    expect((await core.call('app.snapshot', {})).clouds).toHaveLength(2)
  })

  it('never gets its known secret sent to another server', async () => {
    const cloud = await add()
    const other = { ...draft({ name: 'thief', authUrl: 'http://127.0.0.1:1/v3' }) }
    const secret = { kind: 'known' } as const
    for (const asking of [
      core.call('clouds.save', { cloudId: cloud.id, from: null, draft: other, secret, keep: 'file' }),
      core.call('clouds.save', { cloudId: null, from: cloud.id, draft: other, secret, keep: 'file' }),
      core.call('clouds.test', { draft: other, from: cloud.id, secret }),
      core.call('clouds.test', { draft: draft({ method: 'token' }), from: cloud.id, secret }),
    ])
      await expect(asking).rejects.toMatchObject({ code: 'secret-needed' })
    expect(await core.call('clouds.test', { draft: draft({ name: '' }), from: cloud.id, secret })).toMatchObject({ ok: true })
    expect(await core.call('clouds.test', { cloudId: cloud.id })).toMatchObject({ ok: true, projects: ['demo', 'other'] })
  })

  it('cannot be removed while it works, nor can one that is only read', async () => {
    await expect(core.call('clouds.remove', { cloudId: 'this-computer' })).rejects.toMatchObject({ code: 'not-allowed' })
    const cloud = await add()
    await core.call('app.changeSettings', { speedLimit: 100_000 })
    const { fileId } = await core.aFile('slow.raw', 400_000)
    const id = await core.upload(fileId, {}, cloud.id)
    await core.until(id, (row) => row.state === 'transferring')
    await expect(core.call('clouds.remove', { cloudId: cloud.id })).rejects.toMatchObject({ code: 'not-allowed' })
    await core.call('transfers.act', { ids: [id], action: 'cancel' })
    await core.ended(id)
    await core.call('clouds.remove', { cloudId: cloud.id })
  })

  it('may be changed while it works: what runs comes to its end', async () => {
    const cloud = await add()
    await core.call('app.changeSettings', { speedLimit: 200_000 })
    const { fileId } = await core.aFile('slow.raw', 400_000)
    const id = await core.upload(fileId, {}, cloud.id)
    await core.until(id, (row) => row.state === 'transferring' && row.bytesDone > 0)
    const secret = { kind: 'known' } as const
    await core.call('clouds.save', { cloudId: cloud.id, from: null, draft: draft({ name: 'renamed' }), secret, keep: 'file' })
    expect(await core.ended(id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
  })

  it('may come from an openrc or from a file, whose secret the page never sees', async () => {
    const text = `export OS_AUTH_URL=${keystone.url}\nexport OS_USERNAME=ada\nexport OS_PROJECT_NAME=demo\nexport OS_PASSWORD='${PASSWORD}'\nexport OS_REGION_NAME=RegionOne\n`
    const file = await core.aFile('demo-openrc.sh', Buffer.from(text))
    for (const input of [{ text }, { fileId: file.fileId }]) {
      const read = await core.call('clouds.read', input)
      expect(JSON.stringify(read)).not.toContain('battery')
      const [found] = read.clouds
      expect(found).toMatchObject({ asks: false, draft: { region: 'RegionOne', user: { by: 'name', value: 'ada' } } })
      const cloud = await core.call('clouds.save', {
        cloudId: null,
        from: null,
        draft: { ...(found?.draft ?? emptyDraft()), name: JSON.stringify(input).slice(0, 9) },
        secret: { kind: 'found', id: found?.secretId ?? '' },
        keep: 'memory',
      })
      expect(await core.call('clouds.signIn', { cloudId: cloud.id })).toMatchObject({ state: { kind: 'signed-in' }, region: 'RegionOne' })
    }
    const folder = await core.call('files.pick', { folder: core.dir, names: ['files'] })
    expect(folder.fileIds).toHaveLength(1)
    await expect(core.call('clouds.read', { fileId: (await core.aFile('large', 1_100_000)).fileId })).rejects.toMatchObject({
      code: 'too-large',
    })
    await expect(
      core.call('clouds.save', {
        cloudId: null,
        from: null,
        draft: draft({ name: 'x' }),
        secret: { kind: 'found', id: 'no-such' },
        keep: 'memory',
      }),
    ).rejects.toMatchObject({ code: 'gone' })
  })

  it('survives a file of clouds that is broken: it is set aside and said, and the app starts', async () => {
    await add()
    await core.close()
    await writeFile(join(core.dataDir, 'clouds.json'), '{"version":1,"clouds":[{"id":"added:')
    await core.open()
    const { clouds, cloudFiles } = await core.call('app.snapshot', {})
    expect(clouds.map(({ id }) => id)).toEqual(['this-computer'])
    expect(cloudFiles).toMatchObject([{ path: join(core.dataDir, 'clouds.json'), error: expect.stringContaining('set aside as') }])
    expect((await readdir(core.dataDir)).filter((name) => name.startsWith('clouds.json.set-aside-'))).toHaveLength(1)
    // The secret of a cloud that may come back is not thrown away.
    expect(await secretsFile()).toContain('battery')
    await add()
  })

  it('whose server repeats the token in what it refuses does not get it into messages, the journal or a receipt', async () => {
    const token = 'a-token-of-some-length'
    const record = { id: '0a8f5f7e-6d0b-4f0e-9a0a-3f6f1c1b2a77', status: 'queued', name: 'x', visibility: 'private', tags: [] }
    const server = http.createServer((request, response) => {
      request.resume()
      const json = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      if (request.url === '/versions') json(300, { versions: [{ id: 'v2.9', status: 'CURRENT' }] })
      else if (request.method === 'POST') json(201, record)
      else if (request.method === 'GET' && request.url === `/v2/images/${record.id}`) json(200, record)
      else json(403, { message: `You sent ${JSON.stringify(request.headers)}` })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const none = draft({ name: 'echo', method: 'none', endpoint })
      const tried = await core.call('clouds.test', { draft: none, from: null, secret: typed(token) })
      expect(tried.error?.detail).toContain('You sent')
      const cloud = await core.call('clouds.save', { cloudId: null, from: null, draft: none, secret: typed(token), keep: 'memory' })
      await core.call('clouds.signIn', { cloudId: cloud.id })
      const { fileId } = await core.aFile('x.raw', 100_000)
      const row = await core.ended(await core.upload(fileId, {}, cloud.id))
      expect(row.error?.detail).toContain('You sent')
      const receipt = await core.call('transfers.receipt', { id: row.id })
      expect(textsIn(JSON.stringify([tried, row, receipt, await core.call('app.snapshot', {})]), [token])).toEqual([])
      expect(await filesWith(core.dataDir, [token])).toEqual([])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('is forgotten with its secret also when the removal is cut off half-way', async () => {
    const cloud = await add()
    await core.close()
    const path = join(core.dataDir, 'clouds.json')
    const kept = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...kept, clouds: [] }))
    await core.open()
    expect(await secretsFile()).not.toContain('battery')
    expect(await secretsFile()).not.toContain(cloud.id)
  })
})
