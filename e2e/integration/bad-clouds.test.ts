import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Cloud } from '../../src/shared/domain.ts'
import { TestCore } from './support/core.ts'
import { SmallCloud } from './support/small-cloud.ts'

/**
 * One clouds.yaml full of clouds that are wrong, each in its own way, and one that is right: each is named in a sentence, within bounds, and the right one
 * is never kept waiting. Real sockets, the real core.
 */
let good: SmallCloud
let server: Server
let core: TestCore
const url = (path: string): string => {
  const address = server.address()
  return `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}${path}`
}

/** A sign-in that is right but for its catalog. */
function signedIn(response: ServerResponse, catalog: unknown[] | null, token: string | null = 'a-token'): void {
  const now = Date.now()
  const times = { issued_at: new Date(now).toISOString(), expires_at: new Date(now + 3_600_000).toISOString() }
  response
    .writeHead(201, { 'Content-Type': 'application/json', ...(token !== null && { 'X-Subject-Token': token }) })
    .end(JSON.stringify({ token: { ...times, project: { id: 'p1', name: 'demo' }, ...(catalog !== null && { catalog }) } }))
}

const endpoints = (count: number, region: string): unknown[] =>
  Array.from({ length: count }, (_, each) => ({ interface: 'public', region_id: `${region}${each}`, url: `https://x${each}.example` }))

const behaviours: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  html: (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Horizon</title>'),
  circle: (request, response) => response.writeHead(307, { Location: `${request.url}` }).end(),
  elsewhere: (_, response) => response.writeHead(307, { Location: 'https://evil.example/v3/auth/tokens' }).end(),
  hang: () => {},
  'no-catalog': (_, response) => signedIn(response, null),
  'empty-catalog': (_, response) => signedIn(response, []),
  'odd-catalog': (_, response) => signedIn(response, [7, null, { type: 'image', endpoints: [{ url: 'not an address' }, 'x'] }]),
  'no-token': (_, response) => signedIn(response, [], null),
  'other-regions': (_, response) => signedIn(response, [{ type: 'image', endpoints: endpoints(2000, 'x') }]),
  'many-endpoints': (_, response) =>
    signedIn(response, [
      ...Array.from({ length: 1999 }, (_each, index) => ({ type: `t${index}`, endpoints: endpoints(1, 'r') })),
      { type: 'image', endpoints: [{ interface: 'public', region_id: 'r1', url: good.url() }] },
    ]),
  flood: (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    const pour = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, ' ')));
    }
    response.on('drain', pour)
    pour()
  },
}

beforeAll(async () => {
  good = await SmallCloud.start(null)
  server = createServer((request, response) => {
    const [, name = ''] = (request.url ?? '').split('/')
    request.resume()
    behaviours[name]?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const dir = await mkdtemp(join(tmpdir(), 'glancer-bad-clouds-'))
  await writeFile(join(dir, 'not-a-certificate.pem'), 'This is my certificate.')
  const entry = (authUrl: string, more: object = {}): object => ({
    region_name: 'r1',
    auth: {
      auth_url: authUrl,
      username: 'ada',
      password: 'pw',
      project_name: 'demo',
      user_domain_name: 'Default',
      project_domain_name: 'Default',
    },
    ...more,
  })
  const clouds = {
    ...Object.fromEntries(Object.keys(behaviours).map((name) => [name, entry(url(`/${name}/v3`))])),
    good: entry(`${good.url()}/v3`),
    profiled: entry(`${good.url()}/v3`, { profile: 'never-heard-of' }),
    named: { cloud: 'names-nothing' },
    certificate: entry('https://127.0.0.1:1/v3', { cacert: join(dir, 'not-a-certificate.pem') }),
    'no-address': { auth: { username: 'ada' } },
  }
  await writeFile(join(dir, 'clouds.yaml'), stringify({ clouds }))
  core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml'), OS_CLOUD: 'not-there' } })
})
afterAll(async () => {
  await core.remove()
  server.closeAllConnections()
  server.close()
  await good.close()
})

const signIn = (name: string): Promise<Cloud> => core.call('clouds.signIn', { cloudId: `cloud:${name}` })
const stateOf = async (name: string): Promise<Cloud['state'] | undefined> =>
  (await core.call('app.snapshot', {})).clouds.find(({ id }) => id === `cloud:${name}`)?.state

describe('clouds that are wrong', () => {
  test.for([
    ['html', 'odd-answer', /does not answer as Keystone v3 does|There is no Keystone v3/],
    ['circle', 'odd-answer', /round in a circle/],
    ['elsewhere', 'odd-answer', /sends us to another server/],
    ['no-catalog', 'no-endpoint', /The catalog has no image service/],
    ['empty-catalog', 'no-endpoint', /The catalog has no image service/],
    ['odd-catalog', 'no-endpoint', /The catalog has no image service/],
    ['no-token', 'odd-answer', /does not answer as Keystone v3 does/],
    ['other-regions', 'no-endpoint', /no image service in the region r1/],
    ['flood', 'too-large', /more than 4 MB/],
    ['certificate', 'tls', /not-a-certificate\.pem/],
  ] as const)('%s: %s', async ([name, code, message]) => {
    const { state } = await signIn(name)
    expect(state).toMatchObject({ kind: 'failed', error: { code, message: expect.stringMatching(message) } })
    // What is said is bounded, whatever was answered.
    expect(JSON.stringify(state).length).toBeLessThan(4000)
  })

  test('2,000 services in a catalog are no hindrance', async () => {
    expect((await signIn('many-endpoints')).state).toEqual({ kind: 'signed-in' })
  })

  test('an address that hangs is waited for, and nobody else with it', async () => {
    const hanging = signIn('hang')
    expect((await signIn('good')).state).toEqual({ kind: 'signed-in' })
    const row = await core.until(
      await core.upload((await core.aFile('a.raw', 1000)).fileId, {}, 'cloud:good'),
      ({ state }) => state !== 'queued' && state !== 'preparing',
    )
    expect(row.cloudName).toBe('good')
    expect(await core.call('images.watch', { cloudId: 'cloud:good' })).toMatchObject({ state: { error: null } })
    expect(await stateOf('hang')).toEqual({ kind: 'signing-in' })
    // Whoever waits hears of it once the server lets go.
    server.closeAllConnections()
    expect((await hanging).state).toMatchObject({ kind: 'failed', error: { code: 'reset' } })
  })

  test('what is wrong in the file itself is named beside it, and the rest is there', async () => {
    const { cloudFiles, clouds } = await core.call('app.snapshot', {})
    const said = cloudFiles.map(({ error }) => error)
    expect(said).toContain('profiled names the profile never-heard-of, which is unknown; the rest of it is used.')
    expect(said).toContain('named has no auth_url, and its profile names-nothing is unknown: it is not in clouds-public.yaml.')
    expect(said).toContain('no-address has no auth_url.')
    expect(said).toContain('OS_CLOUD names not-there, which is not in it.')
    expect(clouds.map(({ name }) => name)).toContain('profiled')
    expect((await signIn('profiled')).state).toEqual({ kind: 'signed-in' })
  })
})
