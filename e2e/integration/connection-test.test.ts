import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http, { type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CloudConfig, Secret } from '../../src/core/clouds/cloud-config.ts'
import { testConnection } from '../../src/core/clouds/test-connection.ts'
import { sampleConfig } from '../../src/core/clouds/testing/fakes.ts'
import { type ImageService, type Keystone, startImageService, startKeystone } from '../../src/core/service/index.ts'
import { TestCa } from './support/certificates.ts'
import { TestProxy } from './support/http-proxy.ts'
import { SmallCloud } from './support/small-cloud.ts'

const openssl = spawnSync('openssl', ['version']).status === 0
const PASSWORD = 'a-long-password'

let dir = ''
let keystone: Keystone
let glance: ImageService
const servers: { close(): unknown }[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-test-connection-'))
  keystone = await startKeystone({
    port: 0,
    users: [
      { name: 'ada', password: PASSWORD, projects: { demo: ['member'], other: ['member'] } },
      { name: 'lonely', password: PASSWORD, projects: {} },
    ],
  })
  glance = await startImageService({ dataDir: join(dir, 'glance'), port: 0, identity: { kind: 'check', ...keystone.check } })
  keystone.publishImageService(glance.url)
})
afterAll(async () => {
  await glance.close()
  await keystone.close()
  await rm(dir, { recursive: true, force: true })
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const password = (user = 'ada', text = PASSWORD): CloudConfig['auth'] => ({
  kind: 'password',
  user: { name: user },
  userDomain: { id: 'default' },
  password: new Secret(text),
})
const config = (over: Partial<CloudConfig> = {}): CloudConfig => sampleConfig({ authUrl: keystone.url, auth: password(), ...over })
const run = async (over: Partial<CloudConfig>, env: Record<string, string> = {}, budgetMs?: number) =>
  await testConnection(config(over), env, budgetMs)
const outcomes = ({ steps }: Awaited<ReturnType<typeof run>>) => steps.map(({ step, outcome }) => `${step}: ${outcome}`)
const tls = (over: Partial<CloudConfig['tls']> = {}) => ({ verify: true, caFile: null, certFile: null, keyFile: null, ...over })

/** A server that answers everything so. */
async function site(listener: RequestListener): Promise<string> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that takes connections, and says nothing. */
async function silence(): Promise<string> {
  const server: Server = createServer((socket) => void socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a test of a connection', () => {
  it('goes all the way, and says what the cloud has', async () => {
    const report = await run({})
    expect(report).toMatchObject({ ok: true, error: null, field: null, regions: ['RegionOne'], projects: ['demo', 'other'] })
    expect(outcomes(report)).toEqual([
      'name: done',
      'connect: done',
      'tls: skipped',
      'identity: done',
      'sign-in: done',
      'catalog: done',
      'image-service: done',
      'images: done',
    ])
    expect(report.steps.map(({ text }) => text).join('\n')).toContain('signed in to the project demo')
    expect(JSON.stringify(report)).not.toContain(PASSWORD)
  })

  it('names a host that is not in the DNS, a port that refuses, and one that is silent', async () => {
    expect(await run({ authUrl: 'http://keystone.invalid:5000/v3' })).toMatchObject({ error: { code: 'dns' }, field: 'authUrl' })
    expect(await run({ authUrl: 'http://127.0.0.1:1/v3' })).toMatchObject({ error: { code: 'refused' }, field: 'authUrl' })
    const began = performance.now()
    const report = await run({ authUrl: `http://${await silence()}/v3` }, {}, 1500)
    expect(report).toMatchObject({ ok: false, error: { code: 'timeout' } })
    expect(outcomes(report).at(-1)).toBe('identity: failed')
    expect(performance.now() - began).toBeLessThan(25_000)
    const secure = await run({ authUrl: `https://${await silence()}/v3` }, {}, 1500)
    expect(secure).toMatchObject({ ok: false, error: { code: 'timeout' } })
    expect(outcomes(secure).at(-1)).toBe('tls: failed')
  })

  it('names a website, another version and a Keystone that is not well', async () => {
    const page = await site((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><head><title>Dashboard</title></head></html>'),
    )
    expect(await run({ authUrl: page })).toMatchObject({
      field: 'authUrl',
      error: {
        code: 'odd-answer',
        message: expect.stringMatching(/^A website answers at .*not Keystone v3/),
        detail: 'It calls itself "Dashboard".',
      },
    })
    const old = await site((_, response) =>
      response.writeHead(300, { 'Content-Type': 'application/json' }).end('{"versions":{"values":[{"id":"v2.0","links":[]}]}}'),
    )
    expect(await run({ authUrl: old })).toMatchObject({
      field: 'authUrl',
      error: { code: 'odd-answer', message: expect.stringContaining('no version 3'), detail: 'It has v2.0.' },
    })
    const ill = await site((_, response) => response.writeHead(503).end('busy'))
    expect(await run({ authUrl: ill })).toMatchObject({ field: 'authUrl', error: { code: 'unavailable', status: 503 } })
    const gateway = await site((request, response) =>
      response.writeHead(request.method === 'POST' ? 418 : 401, { 'Content-Type': 'application/json' }).end('{}'),
    )
    expect(outcomes(await run({ authUrl: gateway })).slice(-2)).toEqual(['identity: done', 'sign-in: failed'])
    const circle = await site((request, response) => response.writeHead(302, { Location: request.url ?? '/' }).end())
    expect(await run({ authUrl: circle })).toMatchObject({ field: 'authUrl', error: { code: 'odd-answer' } })
  })

  it('tells a wrong password, a missing one, and a project that is refused apart', async () => {
    expect(await run({ auth: password('ada', 'wrong-password') })).toMatchObject({
      field: 'secret',
      error: { code: 'sign-in-refused', status: 401, requestId: expect.stringMatching(/^req-/) },
      projects: [],
    })
    expect(await run({ auth: { ...password(), password: null } as CloudConfig['auth'] })).toMatchObject({
      field: 'secret',
      error: { code: 'secret-needed' },
    })
    const wrongProject = await run({ scope: { kind: 'project', project: { name: 'not-mine' }, domain: { id: 'default' } } })
    expect(wrongProject).toMatchObject({ field: 'project', error: { code: 'scope-refused' }, projects: ['demo', 'other'] })
    expect(await run({ auth: password('lonely') })).toMatchObject({
      field: 'project',
      error: { code: 'scope-refused', detail: 'This user has no project.' },
    })
  })

  it('names a region that the catalog does not have, with those that it has, and a token without a catalog', async () => {
    expect(await run({ region: 'Atlantis' })).toMatchObject({
      field: 'region',
      regions: ['RegionOne'],
      error: { code: 'no-endpoint', message: 'The catalog has no image service in the region Atlantis.' },
    })
    expect(await run({ scope: { kind: 'none' } })).toMatchObject({ field: 'scope', error: { code: 'no-endpoint' } })
  })

  it('names a Glance that does not answer, a website in its place, and one that refuses the list', async () => {
    expect(await run({ imageEndpoint: 'http://127.0.0.1:1' })).toMatchObject({ field: 'endpoint', error: { code: 'refused' } })
    const page = await site((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>hello'))
    expect(await run({ imageEndpoint: page })).toMatchObject({
      field: 'endpoint',
      error: { code: 'odd-answer', message: expect.stringMatching(/^A website answers .*not Image service/) },
    })
    const refuses = await site((request, response) => {
      if (request.url === '/versions') response.writeHead(300).end('{"versions":[{"id":"v2.9","status":"CURRENT"}]}')
      else response.writeHead(403, { 'x-openstack-request-id': 'req-9' }).end('<h1>Forbidden</h1>not for you')
    })
    expect(await run({ imageEndpoint: refuses })).toMatchObject({
      error: { code: 'forbidden', detail: expect.stringContaining('not for you'), requestId: 'req-9' },
    })
    const none: CloudConfig['auth'] = { kind: 'none', endpoint: refuses, token: null }
    expect(await run({ authUrl: null, auth: none, scope: { kind: 'none' } })).toMatchObject({ error: { code: 'forbidden' } })
    const old = await site((_, response) => response.writeHead(200).end('{"versions":[{"id":"v1.1"}]}'))
    expect(await run({ imageEndpoint: old })).toMatchObject({
      field: 'endpoint',
      error: { message: expect.stringContaining('no version 2') },
    })
  })

  it('names a certificate file that is not one before anybody is asked', async () => {
    const file = join(dir, 'not-a-certificate')
    await writeFile(file, 'hello')
    for (const [over, field] of [
      [{ caFile: file }, 'caFile'],
      [{ caFile: join(dir, 'missing') }, 'caFile'],
      [{ certFile: file }, 'certFile'],
    ] as const) {
      const report = await run({ tls: tls(over) })
      expect(report).toMatchObject({ ok: false, field, error: { code: 'tls' } })
      expect(report.steps).toEqual([])
    }
  })

  it.skipIf(!openssl)('shows the certificate that is not trusted, and goes on with the CA that a person names', async () => {
    const ca = await TestCa.make(await mkdtemp(join(dir, 'ca-')))
    for (const [names, days, sentence] of [
      [['IP:127.0.0.1'], 2, /signed by nobody/],
      [['IP:127.0.0.1'], -1, /expired|signed by nobody/],
    ] as const) {
      const pair = await ca.issue(`server${days}`, names, days)
      const cloud = await SmallCloud.start(pair)
      servers.push(cloud)
      const report = await run({ authUrl: `${cloud.url()}/v3` })
      expect(report).toMatchObject({
        field: 'caFile',
        error: { code: 'tls', message: expect.stringMatching(sentence) },
        certificate: {
          subject: `CN=server${days}`,
          issuer: 'O=Glancer tests, CN=Test CA',
          selfSigned: false,
          names: 'IP Address:127.0.0.1',
        },
      })
      expect(report.certificate?.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
      expect(outcomes(report).at(-1)).toBe('tls: failed')
      expect(outcomes(await run({ authUrl: `${cloud.url()}/v3`, tls: tls({ verify: false }) }))).toContain('tls: done')
      const trusted = await run({ authUrl: `${cloud.url()}/v3`, tls: tls({ caFile: ca.caFile }) })
      if (days > 0) expect(outcomes(trusted)).toContain('tls: done')
      else expect(trusted).toMatchObject({ error: { message: expect.stringContaining('has expired') } })
    }
    const other = await SmallCloud.start(await ca.issue('other', ['DNS:other.example']))
    servers.push(other)
    expect(await run({ authUrl: `${other.url()}/v3`, tls: tls({ caFile: ca.caFile }) })).toMatchObject({
      field: 'caFile',
      error: { code: 'tls', message: expect.stringContaining('for another name') },
      certificate: { names: 'DNS:other.example' },
    })
  })

  it('through a proxy asks the proxy only, and names one that is away', async () => {
    const proxy = await TestProxy.start()
    servers.push(proxy)
    const report = await run({}, { http_proxy: proxy.url })
    expect(report.ok).toBe(true)
    expect(outcomes(report)[0]).toBe('connect: skipped')
    expect(await run({}, { http_proxy: 'http://127.0.0.1:1' })).toMatchObject({ ok: false, field: null, error: { code: 'proxy' } })
  })
})
