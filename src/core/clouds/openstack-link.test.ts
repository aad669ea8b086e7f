import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Secret } from './cloud-config.ts'
import { OpenStackLink } from './openstack-link.ts'
import { sampleConfig, tokenAnswer } from './testing/fakes.ts'

/** A Keystone and a Glance that take the tokens that the test calls good; each sign-in gives the next one: t1, t2… */
let server: Server
let origin = ''
let good: (token: string) => boolean
let signIns: string[]
let asked: string[]

beforeEach(async () => {
  good = () => true
  signIns = []
  asked = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/v3/auth/tokens') {
        signIns.push(Buffer.concat(chunks).toString())
        const catalog = [{ type: 'image', endpoints: [{ interface: 'public', region_id: 'r1', url: `${origin}/image/v2/` }] }]
        const { status, headers, body } = tokenAnswer(`t${signIns.length}`, { catalog })
        response.writeHead(status, { ...headers }).end(body)
        return
      }
      const token = String(request.headers['x-auth-token'])
      asked.push(`${token} ${request.url}`)
      response.writeHead(good(token) ? 200 : 401).end('{"images": []}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  origin = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const noSecrets = { has: () => false, get: async () => null, spent: () => {} }
const linkTo = (over: Parameters<typeof sampleConfig>[0] = {}, viewOf?: ConstructorParameters<typeof OpenStackLink>[0]['viewOf']) =>
  new OpenStackLink(
    { id: 'cloud:acme', origin: 'file', ...(viewOf !== undefined && { viewOf }) },
    sampleConfig({ authUrl: `${origin}/v3`, region: 'r1', ...over }),
    noSecrets,
    {},
  )

test('a token that is refused is replaced, and what was asked is asked once more; nobody hears of it', async () => {
  const link = linkTo()
  await link.signIn()
  good = (token) => token === 't2'
  expect(await link.client.json('GET', '/v2/images')).toEqual({ images: [] })
  expect(asked).toEqual(['t1 /image/v2/images', 't2 /image/v2/images'])
  await link.close()
})

test('twenty at a time with one dead token sign in once', async () => {
  const link = linkTo()
  await link.signIn()
  good = (token) => token !== 't1'
  await Promise.all(Array.from({ length: 20 }, () => link.client.json('GET', '/v2/images')))
  expect(signIns).toHaveLength(2)
  await link.close()
})

test('a Glance that refuses every token is not asked for ever', async () => {
  const link = linkTo()
  good = () => false
  await expect(link.client.json('GET', '/v2/images')).rejects.toMatchObject({ code: 'unauthorized' })
  expect([signIns.length, asked.length]).toEqual([2, 2])
  await link.close()
})

test('another project of one whose passcode is used up is signed in to by token', async () => {
  const base = linkTo({ auth: { kind: 'totp', user: { name: 'ada' }, userDomain: { id: 'default' }, passcode: new Secret('123456') } })
  await base.signIn()
  const scope = { kind: 'project', project: { id: 'p9' }, domain: {} } as const
  const view = linkTo({ scope }, { id: base.id, proof: () => base.proof() })
  await view.signIn()
  expect(JSON.parse(signIns[1] ?? '')).toEqual({
    auth: { identity: { methods: ['token'], token: { id: 't1' } }, scope: { project: { id: 'p9' } } },
  })
  expect(signIns).toHaveLength(2)
  await Promise.all([base.close(), view.close()])
})
