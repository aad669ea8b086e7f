import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Keystone, startImageService, startKeystone, type UserOptions } from '../core/service/index.ts'

// `npm run service -- --port N --data-dir D`: the built-in Image service on its own, with its tiny Keystone, for other people's test suites.

const HELP = `Usage: npm run service -- [options]

  --port N            port of the Image service (default 9292; 0 = any free port)
  --keystone-port N   port of the Keystone beside it (default 5000, or any free one if that is taken; 0 = any)
  --data-dir D        where images are kept (default ~/.local/share/glancer/service)
  --host A            address to listen on (default 127.0.0.1; anything else needs --allow-remote)
  --allow-remote      let other machines connect, over plain http
  --store NAME        a store; may be repeated, the first is the default (default: disk)
  --hash NAME         algorithm of os_hash_value (default sha512)
  --size-cap BYTES    largest image
  --quota BYTES       bytes that one project may store
  --web-host H        host that web-download may fetch from, instead of every public one; may be repeated
  --web-port N        port that web-download may fetch from, instead of 80 and 443; may be repeated
  --help              this text

Prints its URL and an entry for clouds.yaml. Its user is made once and kept in the data folder. Ctrl-C ends it.`

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9292' },
      'keystone-port': { type: 'string' },
      'data-dir': { type: 'string', default: join(homedir(), '.local', 'share', 'glancer', 'service') },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-remote': { type: 'boolean', default: false },
      store: { type: 'string', multiple: true, default: ['disk'] },
      hash: { type: 'string', default: 'sha512' },
      'size-cap': { type: 'string' },
      quota: { type: 'string' },
      'web-host': { type: 'string', multiple: true },
      'web-port': { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  if (!LOOPBACK.includes(values.host) && !values['allow-remote']) {
    throw new Error(
      `${values.host} can be reached from other machines, and the service speaks plain http. Add --allow-remote if that is meant.`,
    )
  }
  const dataDir = values['data-dir']
  const password = await keptPassword(dataDir)
  const users: UserOptions[] = [{ name: 'admin', password, projects: { demo: ['admin'] } }]
  const keystone = await keystoneAt(values.host, values['keystone-port'], users)
  const sizeCap = values['size-cap']
  const { quota } = values
  const service = await onPort(
    '--port',
    startImageService({
      dataDir,
      host: values.host,
      port: wholeNumber('--port', values.port),
      stores: values.store.map((id) => ({ id })),
      hashAlgorithm: values.hash,
      ...(sizeCap === undefined ? {} : { imageSizeCap: wholeNumber('--size-cap', sizeCap) }),
      ...(quota === undefined ? {} : { userStorageQuota: wholeNumber('--quota', quota) }),
      imports: {
        ...(values['web-host'] === undefined ? {} : { allowedHosts: values['web-host'] }),
        ...(values['web-port'] === undefined ? {} : { allowedPorts: values['web-port'].map((port) => wholeNumber('--web-port', port)) }),
      },
      identity: { kind: 'check', ...keystone.check },
      log: (text) => console.error(text),
    }),
  )
  keystone.publishImageService(service.url)
  console.log(announcement(service.url, keystone.url, password))

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all([service.close(), keystone.close()]).then(() => process.exit(0))
    })
  }
}

/** The port that was asked for; without a wish 5000, as everybody expects it, or any other if that one is taken. */
async function keystoneAt(host: string, port: string | undefined, users: UserOptions[]): Promise<Keystone> {
  if (port !== undefined) return await onPort('--keystone-port', startKeystone({ host, port: wholeNumber('--keystone-port', port), users }))
  return await startKeystone({ host, port: 5000, users }).catch((error: unknown) => {
    if (isTaken(error)) return startKeystone({ host, port: 0, users })
    throw error
  })
}

async function onPort<T>(option: string, starting: Promise<T>): Promise<T> {
  return await starting.catch((error: unknown) => {
    if (isTaken(error)) throw new Error(`That port is taken by another program. Choose another with ${option}.`)
    throw error
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

/** Made once, so that the clouds.yaml entry stays good. */
async function keptPassword(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await chmod(dataDir, 0o700)
  const path = join(dataDir, 'password')
  const known = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (known !== '') return known
  const fresh = randomBytes(18).toString('base64url')
  await writeFile(path, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

function announcement(imageUrl: string, identityUrl: string, password: string): string {
  return `Image service: ${imageUrl}
Identity service: ${identityUrl}

# clouds.yaml
clouds:
  this-computer:
    region_name: RegionOne
    identity_api_version: 3
    auth:
      auth_url: ${identityUrl}
      username: admin
      password: ${password}
      project_name: demo
      user_domain_name: Default
      project_domain_name: Default
`
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new Error(`${option} wants a whole number, not "${text}".`)
  return value
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
})
