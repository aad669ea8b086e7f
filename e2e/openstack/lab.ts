import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

const names = ['keystone', 'glance', 'glance-none', 'glance-fake', 'glance-two'] as const
export type InstanceName = (typeof names)[number]

/** What `up` wrote about the services that it started. */
const envSchema = z.object({
  dir: z.string(),
  keystoneUrl: z.string(),
  glanceUrl: z.string(),
  glanceNoAuthUrl: z.string(),
  glanceFakeAuthUrl: z.string(),
  /** Where a second region is when it was started. */
  glanceTwoUrl: z.string(),
  /** Clouds `lab-admin`, `lab-alice`, `lab-bob` and `lab-rita`. */
  cloudsYaml: z.string(),
  region: z.string(),
  passwords: z.object({ admin: z.string(), alice: z.string(), bob: z.string(), rita: z.string() }),
  /** A folder of a few MiB that `glance-none` may be given as a store; null where none could be made (only root may mount). */
  tinyStore: z.string().nullable().default(null),
  /** A port of loopback from which web-download may fetch. */
  webSourcePort: z.number(),
  pidFiles: z.record(z.enum(names), z.string()),
  logs: z.record(z.enum(names), z.string()),
})

/** The person of that name in clouds.yaml. */
export type LabUser = 'admin' | 'alice' | 'bob' | 'rita'

/** A real Keystone and Glance for tests, brought up by `e2e/openstack/up`. */
export class OpenStackLab {
  readonly env: z.infer<typeof envSchema>

  constructor(env: z.infer<typeof envSchema>) {
    this.env = env
  }

  /**
   * The official command line, as `openstack --os-cloud lab-<user> … -f json`.
   * @returns the parsed answer; undefined for a command that prints nothing (`image save`, `image delete`)
   * @throws with what it printed, when it fails or takes longer than a minute
   */
  async openstack(user: LabUser, ...args: string[]): Promise<unknown> {
    const { stdout } = await run('openstack', ['--os-cloud', `lab-${user}`, ...args], {
      env: this.#environment(),
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout.trim() === '' ? undefined : JSON.parse(stdout)
  }

  /** One image's record as `openstack image show` prints it. */
  async image(user: LabUser, id: string): Promise<z.infer<typeof shownImage>> {
    return shownImage.parse(await this.openstack(user, 'image', 'show', '-f', 'json', id))
  }

  /** Creates an image from a file and gives its id. */
  async createImage(user: LabUser, name: string, file: string, diskFormat: string): Promise<string> {
    const made = await this.openstack(
      user,
      ...['image', 'create', '-f', 'json', '--disk-format', diskFormat, '--container-format', 'bare', '--file', file, name],
    )
    return z.object({ id: z.string() }).parse(made).id
  }

  /** A record without data, by the API itself: the command line takes what stands on its input for the data, be it nothing. */
  async createEmpty(user: LabUser, name: string): Promise<string> {
    const { id: token } = z.object({ id: z.string() }).parse(await this.openstack(user, 'token', 'issue', '-f', 'json'))
    const answer = await fetch(`${this.env.glanceUrl}/v2/images`, {
      method: 'POST',
      headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, disk_format: 'raw', container_format: 'bare' }),
    })
    if (answer.status !== 201) throw new Error(`Glance answered ${answer.status}: ${await answer.text()}`)
    return z.object({ id: z.string() }).parse(await answer.json()).id
  }

  /** A token from Keystone itself, for the person's own project. */
  async token(user: LabUser): Promise<string> {
    const domain = { id: 'default' }
    const project = { admin: 'admin', alice: 'demo', bob: 'other', rita: 'demo' }[user]
    const answer = await fetch(`${this.env.keystoneUrl}/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: { methods: ['password'], password: { user: { name: user, domain, password: this.env.passwords[user] } } },
          scope: { project: { name: project, domain } },
        },
      }),
    })
    const token = answer.headers.get('X-Subject-Token')
    const text = await answer.text()
    if (token === null) throw new Error(`Keystone answered ${answer.status}: ${text}`)
    return token
  }

  /** Stops, starts, restarts or kills (SIGKILL) one service, and waits until that is done. */
  async control(action: 'start' | 'stop' | 'restart' | 'kill', name: InstanceName): Promise<void> {
    await run(fileURLToPath(new URL('./control', import.meta.url)), [action, name], { env: this.#environment(), timeout: 60_000 })
  }

  /** Runs `work` while one service runs with settings of its own (ini text), then puts its settings back. */
  async withSettings<T>(name: InstanceName, ini: string, work: () => Promise<T>): Promise<T> {
    const file = join(this.env.dir, 'etc', name, 'extra.conf')
    const before = await readFile(file, 'utf8')
    try {
      await writeFile(file, ini)
      await this.control('restart', name)
      return await work()
    } finally {
      await writeFile(file, before)
      await this.control('restart', name)
    }
  }

  /** Runs `work` while the second region's Glance runs. Its data stays from one time to the next; nothing of it is in the catalog. */
  async withSecondGlance<T>(work: () => Promise<T>): Promise<T> {
    await this.control('start', 'glance-two')
    try {
      return await work()
    } finally {
      await this.control('stop', 'glance-two')
    }
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      // The packages belong to Debian's own Python, which must come before any other.
      PATH: `/usr/bin:${process.env.PATH ?? ''}`,
      GLANCER_OPENSTACK_DIR: this.env.dir,
      OS_CLIENT_CONFIG_FILE: this.env.cloudsYaml,
      PYTHONWARNINGS: 'ignore',
    }
  }
}

const shownImage = z.object({
  id: z.string(),
  name: z.string().nullable(),
  status: z.string(),
  size: z.number().nullable(),
  checksum: z.string().nullable(),
  disk_format: z.string().nullable(),
  container_format: z.string().nullable(),
  visibility: z.string(),
})

/** The lab that `GLANCER_OPENSTACK_DIR` names, or null where there is none: tests that need it are skipped then. */
export function openstackLab(): OpenStackLab | null {
  const dir = process.env.GLANCER_OPENSTACK_DIR
  if (dir === undefined || dir === '') return null
  const file = join(dir, 'env.json')
  if (!existsSync(file)) throw new Error(`GLANCER_OPENSTACK_DIR is ${dir}, but there is no ${file}: run e2e/openstack/up first.`)
  return new OpenStackLab(envSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))
}
