import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { caller, startImageService, type TokenCheck } from '../../src/core/service/index.ts'

/** One Image service to put the cases to. */
export interface Target {
  name: 'built-in' | 'glance'
  url: string
  /** `X-Auth-Token` for a user of that project. Both sides believe `user:project:role,role`. */
  token(project: string, roles: string): string
  /** Port on loopback that web-download may fetch from. */
  sourcePort: number
  close(): Promise<void>
}

/** Both sides are set up with these. */
export const SIZE_CAP = 10 * 1024 * 1024
export const USER_QUOTA = 25 * 1024 * 1024
export const STORES = [
  { id: 'fast', description: 'the fast one' },
  { id: 'slow', description: 'the slow one' },
] as const

/** What e2e/openstack/up writes about the running services. */
const labEnv = z.object({
  keystoneUrl: z.string(),
  glanceUrl: z.string(),
  glanceNoAuthUrl: z.string(),
  glanceFakeAuthUrl: z.string(),
  cloudsYaml: z.string(),
  passwords: z.record(z.string(), z.string()),
  webSourcePort: z.number().optional(),
})
export type LabEnv = z.infer<typeof labEnv>

/** The real services, where `GLANCER_OPENSTACK_DIR` says that there are any. */
export async function readLab(): Promise<LabEnv | null> {
  const dir = process.env.GLANCER_OPENSTACK_DIR
  if (dir === undefined || dir === '') return null
  return labEnv.parse(JSON.parse(await readFile(join(dir, 'env.json'), 'utf8')))
}

/** Believes every well-formed token: the counterpart of the lab's fake authentication, which lets one test be many projects. */
export const believe: TokenCheck = {
  challenge: null,
  check: (token) => {
    const parts = (token ?? '').split(':')
    const [user, project, roles] = parts
    if (parts.length !== 3 || user === undefined || project === undefined || roles === undefined || token?.startsWith('bad')) return null
    return caller(user, project, roles.split(','))
  },
}

const token = (project: string, roles: string) => `user:${project}:${roles}`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return address === null || typeof address === 'string' ? 0 : address.port
}

export async function builtIn(): Promise<Target> {
  const dir = await mkdtemp(join(tmpdir(), 'glancer-conformance-'))
  const sourcePort = await freePort()
  const service = await startImageService({
    dataDir: dir,
    stores: STORES,
    imageSizeCap: SIZE_CAP,
    userStorageQuota: USER_QUOTA,
    imports: { allowedHosts: ['127.0.0.1'], allowedPorts: [sourcePort] },
    identity: { kind: 'check', ...believe },
  })
  return {
    name: 'built-in',
    url: service.url,
    token,
    sourcePort,
    close: async () => {
      await service.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export function realGlance(lab: LabEnv): Target {
  return { name: 'glance', url: lab.glanceFakeAuthUrl, token, sourcePort: lab.webSourcePort ?? 18080, close: async () => {} }
}
