import { execFile } from 'node:child_process'
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CloudConfig } from '../../src/core/clouds/cloud-config.ts'
import { OpenStackLink } from '../../src/core/clouds/openstack-link.ts'
import { proxyFor } from '../../src/core/clouds/proxy.ts'
import { Secrets } from '../../src/core/clouds/secrets.ts'
import { sampleConfig } from '../../src/core/clouds/testing/fakes.ts'
import { readTlsFiles } from '../../src/core/clouds/tls-files.ts'
import type { Engine, Finished } from '../../src/core/transfers/engine/index.ts'
import { type Pair, TestCa } from './support/certificates.ts'
import { downloadJob, realEngine, run, uploadJob } from './support/engine.ts'
import { TestProxy } from './support/http-proxy.ts'
import { SmallCloud } from './support/small-cloud.ts'

// A whole way each time: from the settings of a cloud to Keystone, to Glance, and to the worker threads that move the bytes. Every one of them has a
// connection of its own, made by a client of its own, and each has to keep to the settings.

const SMALL = 64 * 1024
const LARGE = 6 * 1024 * 1024
let dir: string
let ca: TestCa
let good: Pair
let engine: Engine
let cloud: SmallCloud
let proxy: TestProxy

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-tls-'))
  ca = await TestCa.make(dir)
  good = await ca.issue('good', ['IP:127.0.0.1', 'DNS:localhost', 'DNS:cloud.localhost'])
  engine = realEngine()
  proxy = await TestProxy.start()
})
afterAll(async () => {
  await engine.close()
  await proxy.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(() => {
  proxy.asked.length = 0
  proxy.credentials = null
})
afterEach(async () => await cloud?.close())

type Tls = Partial<CloudConfig['tls']>
const whole = (tls: Tls): CloudConfig['tls'] => ({ verify: true, caFile: null, certFile: null, keyFile: null, ...tls })

function link(tls: Tls, env: Record<string, string> = {}, url = cloud.url()): OpenStackLink {
  return new OpenStackLink(
    { id: 'cloud:acme', origin: 'file' },
    sampleConfig({ authUrl: `${url}/v3`, tls: whole(tls) }),
    new Secrets(dir, null).of('cloud:acme'),
    env,
  )
}

/**
 * Signs in and lists, uploads a small and a large file and downloads each: all over connections of their own.
 * @returns for each step what the proxy was asked for
 */
async function wholeWay(made: OpenStackLink): Promise<string[][]> {
  const asked: string[][] = []
  const step = async (work: () => Promise<unknown>): Promise<void> => {
    const before = proxy.asked.length
    await work()
    asked.push(proxy.asked.slice(before))
  }
  await step(async () => {
    await made.signIn()
    for await (const _ of made.client.list());
  })
  for (const size of [SMALL, LARGE]) {
    const bytes = randomBytes(size)
    const path = join(dir, `${size}.raw`)
    const part = join(dir, `${randomUUID()}.part`)
    await writeFile(path, bytes)
    const endpoint = await made.dataEndpoint('image-1', 'file')
    const done = { type: 'done', result: { bytes: size } }
    await step(async () => expect(await run(engine, { ...(await uploadJob(endpoint.url, path)), endpoint })).toMatchObject(done))
    expect(cloud.data.equals(bytes)).toBe(true)
    await step(async () => expect(await run(engine, downloadJob(endpoint.url, part, { endpoint, size }))).toMatchObject(done))
    expect((await readFile(part)).equals(bytes)).toBe(true)
  }
  await made.close()
  return asked
}

/** What a sign-in, two uploads and a download each say against these settings. */
async function refusals(tls: Tls, env: Record<string, string> = {}, at = cloud.url()): Promise<unknown[]> {
  const made = link(tls, env, at)
  const said: unknown[] = [await made.signIn().catch((error: unknown) => error)]
  await made.close()
  const url = `${at}/v2/images/x/file`
  const through = proxyFor(url, env)
  const endpoint = { url, headers: {}, tls: await readTlsFiles(whole(tls)), ...(through !== undefined && { proxy: through }) }
  const path = join(dir, 'refused.raw')
  for (const size of [SMALL, LARGE]) {
    await writeFile(path, randomBytes(size))
    said.push(errorOf(await run(engine, { ...(await uploadJob(url, path)), endpoint })))
  }
  said.push(errorOf(await run(engine, downloadJob(url, join(dir, `${randomUUID()}.part`), { endpoint }))))
  expect(cloud.asked).toEqual([])
  return said
}

function errorOf(finished: Finished): unknown {
  return finished.type === 'failed' ? finished.error : finished
}

const four = (error: object): unknown[] => Array.from({ length: 4 }, () => expect.objectContaining(error))

describe('whom to trust', () => {
  test('a CA of its own, named as cacert', async () => {
    cloud = await SmallCloud.start(good)
    await wholeWay(link({ caFile: ca.caFile }))
  })

  test('nobody whom this computer does not know; the certificate is shown to the person', async () => {
    cloud = await SmallCloud.start(good)
    const said = await refusals({})
    expect(said).toEqual(
      four({
        code: 'tls',
        message: expect.stringMatching(/^The certificate of 127\.0\.0\.1:\d+ is signed by nobody whom this computer trusts\.$/),
      }),
    )
    const { fingerprint256 } = new X509Certificate(good.cert)
    expect(said[0]).toMatchObject({
      detail: expect.stringContaining(
        `Certificate for CN=good; names IP Address:127.0.0.1, DNS:localhost, DNS:cloud.localhost; issued by O=Glancer tests, CN=Test CA; valid `,
      ),
    })
    expect(said[0]).toMatchObject({
      detail: expect.stringContaining(`SHA-256 ${fingerprint256}`),
      remedy: 'Name the CA file of this cloud: in its form, or as cacert in clouds.yaml.',
    })
  })

  test('everybody, where verify is off', async () => {
    cloud = await SmallCloud.start(await ca.issue('expired', ['DNS:elsewhere.example'], -1))
    await wholeWay(link({ verify: false }))
  })

  test('not another CA', async () => {
    cloud = await SmallCloud.start(good)
    const elsewhere = await mkdtemp(join(dir, 'other-'))
    const other = await TestCa.make(elsewhere, 'Other CA')
    expect(await refusals({ caFile: other.caFile })).toEqual(four({ code: 'tls', message: expect.stringContaining('signed by nobody') }))
  })

  test('no certificate that has expired', async () => {
    cloud = await SmallCloud.start(await ca.issue('expired', ['IP:127.0.0.1'], -1))
    expect(await refusals({ caFile: ca.caFile })).toEqual(
      four({ code: 'tls', message: expect.stringMatching(/^The certificate of .* has expired\.$/) }),
    )
  })

  test('no certificate for another name', async () => {
    cloud = await SmallCloud.start(await ca.issue('wrong', ['DNS:elsewhere.example']))
    expect(await refusals({ caFile: ca.caFile })).toEqual(
      four({ code: 'tls', message: expect.stringMatching(/^The certificate of .* is for another name\.$/) }),
    )
  })

  test('whom the system trusts, without being told', async () => {
    cloud = await SmallCloud.start(good)
    const script = fileURLToPath(new URL('./support/trusts.ts', import.meta.url))
    const { NODE_EXTRA_CA_CERTS: _, SSL_CERT_DIR: __, ...env } = process.env
    const ask = async (certFile: string): Promise<unknown> => {
      const { stdout } = await promisify(execFile)(process.execPath, [script, cloud.url()], {
        env: { ...env, SSL_CERT_FILE: certFile },
        timeout: 60_000,
      })
      return JSON.parse(stdout)
    }
    expect(await ask(ca.caFile)).toEqual({ control: 'trusted', upload: 'trusted', download: 'trusted' })
    const elsewhere = await mkdtemp(join(dir, 'other-'))
    const other = await TestCa.make(elsewhere, 'Other CA')
    expect(await ask(other.caFile)).toEqual({ control: 'tls', upload: 'tls', download: 'tls' })
  })
})

describe('client certificates', () => {
  test('are shown where the cloud wants them, in two files or in one', async () => {
    cloud = await SmallCloud.start({ ...good, ca: await readFile(ca.caFile, 'utf8'), requestCert: true, rejectUnauthorized: true })
    const me = await ca.issue('me', ['DNS:me.example'])
    await wholeWay(link({ caFile: ca.caFile, certFile: me.certFile, keyFile: me.keyFile }))
    const both = join(dir, 'both.pem')
    await writeFile(both, me.cert + me.key)
    await wholeWay(link({ caFile: ca.caFile, certFile: both }))
  })

  test('without one the cloud lets nobody in', async () => {
    cloud = await SmallCloud.start({ ...good, ca: await readFile(ca.caFile, 'utf8'), requestCert: true, rejectUnauthorized: true })
    expect(await refusals({ caFile: ca.caFile })).toEqual(
      Array.from({ length: 4 }, () => expect.objectContaining({ code: expect.stringMatching(/^(tls|reset)$/) })),
    )
  })
})

describe('proxies', () => {
  test('https goes through a tunnel, with the TLS settings of the cloud inside it', async () => {
    cloud = await SmallCloud.start(good)
    const asked = await wholeWay(link({ caFile: ca.caFile }, { https_proxy: proxy.url }))
    expect(asked.map((lines) => [...new Set(lines)])).toEqual(Array(5).fill([`CONNECT 127.0.0.1:${cloud.port}`]))
  })

  test('through it nobody is trusted who would not be without', async () => {
    cloud = await SmallCloud.start(good)
    expect(await refusals({}, { https_proxy: proxy.url })).toEqual(four({ code: 'tls' }))
  })

  test('http goes by its whole address', async () => {
    cloud = await SmallCloud.start(null)
    await wholeWay(link({}, { http_proxy: proxy.url }))
    expect(
      proxy.asked.every((line) => line.includes(` ${cloud.url()}/v`)),
      proxy.asked.join('\n'),
    ).toBe(true)
    expect(proxy.asked).toHaveLength(cloud.asked.length)
  })

  test('whom no_proxy names is reached directly', async () => {
    cloud = await SmallCloud.start(good)
    const asked = await wholeWay(link({ caFile: ca.caFile }, { https_proxy: proxy.url, no_proxy: 'example.com,127.0.0.0/8' }))
    expect(asked).toEqual([[], [], [], [], []])
  })

  test('a proxy that wants a password', async () => {
    proxy.credentials = 'ada:s3cret'
    cloud = await SmallCloud.start(good)
    await wholeWay(link({ caFile: ca.caFile }, { https_proxy: proxy.url.replace('//', '//ada:s3cret@') }))
    cloud.asked.length = 0
    const said = await refusals({ caFile: ca.caFile }, { https_proxy: proxy.url.replace('//', '//ada:wr0ng@') })
    expect(said).toEqual(four({ code: 'proxy', message: `The proxy 127.0.0.1:${proxy.port} wants a name and a password.` }))
    expect(JSON.stringify(said)).not.toContain('wr0ng')
  })

  test('a proxy that is not there, or does not get through', async () => {
    cloud = await SmallCloud.start(good)
    const gone = await TestProxy.start()
    const { url } = gone
    await gone.close()
    expect(await refusals({ caFile: ca.caFile }, { https_proxy: url })).toEqual(
      four({ code: 'proxy', message: `The proxy cannot be reached. ${new URL(url).host} refused the connection.` }),
    )
    const { port } = cloud
    const at = cloud.url()
    await cloud.close()
    expect(await refusals({}, { https_proxy: proxy.url }, at)).toEqual(
      four({ code: 'proxy', message: `The proxy 127.0.0.1:${proxy.port} did not connect to 127.0.0.1:${port}.` }),
    )
  })
})
