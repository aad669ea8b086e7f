import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { CloudConfig } from '../../src/core/clouds/cloud-config.ts'
import { loadClouds } from '../../src/core/clouds/cloud-files.ts'
import { identityUrl } from '../../src/core/clouds/keystone.ts'
import { signInBody } from '../../src/core/clouds/sign-in-body.ts'
import { type ConfigCase, cases, type Resolved } from './clouds-config-cases.ts'

// The same configurations to openstacksdk's own loader and to ours. What counts is what reaches the network: where the sign-in goes and what
// it says, which region, interface and endpoint are used, and how the connection is secured.

const PYTHON = '/usr/bin/python3'

const sdkCloud = z.object({
  name: z.string(),
  error: z.string().optional(),
  region: z.string().nullish(),
  interface: z.string().nullish(),
  override: z.string().nullish(),
  verify: z.union([z.boolean(), z.string()]).optional(),
  cert: z.union([z.string(), z.tuple([z.string(), z.string()])]).nullish(),
  url: z.string().nullish(),
  body: z.unknown().optional(),
  endpoint: z.string().nullish(),
  token: z.string().nullish(),
})
const sdkAnswer = z.array(z.object({ error: z.string().nullable(), default: z.string().nullish(), clouds: z.array(sdkCloud) }))

function sdkVersion(): string | null {
  try {
    const program = 'import openstack.config.loader, openstack.version as v; print(v.__version__)'
    return execFileSync(PYTHON, ['-c', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000 }).trim()
  } catch {
    return null
  }
}

const version = sdkVersion()

describe.skipIf(version === null)(
  `clouds.yaml as openstacksdk reads it${version === null ? ': needs python3-openstacksdk' : ` (${version})`}`,
  () => {
    let sandbox = ''
    let answers: z.infer<typeof sdkAnswer> = []

    beforeAll(async () => {
      sandbox = await realpath(await mkdtemp(join(tmpdir(), 'glancer-clouds-')))
      await Promise.all(cases.map((one, index) => writeFiles(one, join(sandbox, String(index)))))
      answers = await askSdk(
        cases.map((one, index) => ({ cwd: join(sandbox, String(index), 'cwd'), env: environment(one, join(sandbox, String(index))) })),
      )
    }, 120_000)
    afterAll(async () => await rm(sandbox, { recursive: true, force: true }))

    it('has at least forty to compare', () => {
      expect(cases.length).toBeGreaterThanOrEqual(40)
      expect(answers).toHaveLength(cases.length)
      expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    })

    it.each(cases.map((one, index) => ({ ...one, index })))('$name', async ({ index, differs, ...one }) => {
      const root = join(sandbox, String(index))
      const answer = answers[index]
      if (answer === undefined) throw new Error('openstacksdk gave no answer')
      expect(answer.error).toBe(null)
      const loaded = await loadClouds({
        env: environment(one, root),
        homeDir: join(root, 'home'),
        cwd: join(root, 'cwd'),
        platform: 'linux',
      })
      const ours = loaded.configs.map(fromOurs)

      const expected = answer.clouds.flatMap((cloud) => {
        const other = differs?.ours[cloud.name]
        if (cloud.error !== undefined || other === 'refused') return []
        return [{ ...fromSdk(cloud), ...(typeof other === 'object' && other) }]
      })
      const there = Object.entries(differs?.ours ?? {})
        .filter(([, what]) => what === 'there')
        .map(([name]) => name)
      const byName = (list: readonly Resolved[]): Resolved[] =>
        list.filter(({ name }) => !there.includes(name)).sort((a, b) => key(a).localeCompare(key(b)))
      expect(byName(ours)).toEqual(byName(expected))
      for (const name of there) expect(ours.map((cloud) => cloud.name)).toContain(name)

      // Whatever openstacksdk cannot load either is named, not swallowed.
      const refused = new Set(answer.clouds.filter(({ name }) => !ours.some((cloud) => cloud.name === name)).map(({ name }) => name))
      for (const name of refused) expect(loaded.files.map(({ error }) => error ?? '').join('\n')).toContain(name)
      if (one.env?.OS_CLOUD !== undefined) expect(ours[0]?.name).toBe(answer.default)
    })

    it('differs where it says so, and nowhere else', () => {
      for (const [index, { differs, name }] of cases.entries()) {
        for (const [cloud, what] of Object.entries(differs?.ours ?? {})) {
          const sdk = answers[index]?.clouds.find((one) => one.name === cloud)
          if (sdk === undefined || sdk.error !== undefined || typeof what !== 'object') continue
          const theirs = fromSdk(sdk)
          expect({ ...theirs, ...what }, `${name}: the two agree by now`).not.toEqual(theirs)
        }
      }
    })
  },
)

const key = (one: Resolved): string => `${one.name} ${one.region ?? ''}`

function fromOurs(config: CloudConfig): Resolved {
  const { tls, auth } = config
  const noKeystone = auth.kind === 'none'
  return {
    name: config.entry,
    region: config.region,
    interface: config.interface,
    override: noKeystone ? null : config.imageEndpoint,
    verify: tls.verify ? (tls.caFile ?? true) : false,
    cert: tls.certFile,
    key: tls.keyFile,
    url: noKeystone ? null : `${identityUrl(config)}/auth/tokens`,
    body: noKeystone ? null : signInBody(config),
    endpoint: noKeystone ? (config.imageEndpoint ?? auth.endpoint) : null,
    token: noKeystone ? (auth.token?.reveal() ?? null) : null,
  }
}

function fromSdk(cloud: z.infer<typeof sdkCloud>): Resolved {
  const [cert, keyFile] = Array.isArray(cloud.cert) ? cloud.cert : [cloud.cert ?? null, null]
  const noKeystone = cloud.endpoint !== undefined
  return {
    name: cloud.name,
    region: cloud.region || null,
    interface: (cloud.interface ?? 'public').replace(/URL$/, ''),
    override: noKeystone ? null : (cloud.override ?? null),
    verify: cloud.verify ?? true,
    cert,
    key: keyFile,
    url: cloud.url ?? null,
    body: cloud.body ?? null,
    endpoint: noKeystone ? (cloud.override ?? cloud.endpoint ?? null) : null,
    // The plugin for no sign-in has this word in place of a token, and sends none.
    token: cloud.token === 'notused' ? null : (cloud.token ?? null),
  }
}

function environment(one: Omit<ConfigCase, 'name'>, root: string): Record<string, string> {
  const given = Object.entries(one.env ?? {}).map(([name, value]) => [name, value.replaceAll('SANDBOX', root)])
  return { HOME: join(root, 'home'), PATH: '/usr/bin:/bin', XDG_CONFIG_DIRS: join(root, 'none'), ...Object.fromEntries(given) }
}

async function writeFiles(one: ConfigCase, root: string): Promise<void> {
  await Promise.all(['home', 'cwd'].map((folder) => mkdir(join(root, folder), { recursive: true })))
  for (const [path, text] of Object.entries(one.files ?? {})) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text.replaceAll('SANDBOX', root))
  }
}

async function askSdk(asked: readonly { cwd: string; env: Record<string, string> }[]): Promise<z.infer<typeof sdkAnswer>> {
  const script = fileURLToPath(new URL('./openstacksdk-loader.py', import.meta.url))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = execFile(PYTHON, [script], { maxBuffer: 64 * 1024 * 1024, timeout: 100_000 }, (error, stdout, stderr) =>
    error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
  )
  child.stdin?.end(JSON.stringify(asked))
  return sdkAnswer.parse(JSON.parse(await promise))
}
