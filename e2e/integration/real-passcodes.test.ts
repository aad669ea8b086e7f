import { randomBytes } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Cloud } from '../../src/shared/domain.ts'
import { openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { passcode } from './support/passcode.ts'
import { RealKeystone } from './support/real-keystone.ts'

/** One-time passcodes at a real Keystone: alone, as a second factor, typed, wrong, and what a session of them can do. */
const found = openstackLab()
const skipped = found === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''
const GENERATOR = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test('the passcodes of the tests are those of RFC 6238', () => {
  expect([59_000, 1_111_111_109_000, 2_000_000_000_000].map((now) => passcode(GENERATOR, now))).toEqual(['287082', '081804', '279037'])
})

describe.skipIf(found === null)(`a real Keystone${skipped}`, () => {
  let core: TestCore
  let cloudsYaml = ''
  const user = `tina-${randomBytes(4).toString('hex')}`
  const careful = `${user}-careful`
  const password = 'two are better'
  let authUrl = ''
  let region = ''

  const entry = (type: string, auth: object): object => ({
    region_name: region,
    auth_type: type,
    auth: { auth_url: authUrl, user_domain_name: 'Default', project_domain_name: 'Default', project_name: 'demo', ...auth },
  })
  /** Anew for each test: a passcode is good for a minute. */
  const write = async (): Promise<void> => {
    const code = passcode(GENERATOR)
    const clouds = {
      code: entry('v3totp', { username: user, passcode: code }),
      both: entry('v3multifactor', { username: careful, password, passcode: code, auth_methods: ['v3password', 'v3totp'] }),
      half: entry('v3password', { username: careful, password }),
      wrong: entry('v3multifactor', { username: careful, password, passcode: '000000', auth_methods: ['v3password', 'v3totp'] }),
      typed: entry('v3totp', { username: user }),
    }
    await writeFile(cloudsYaml, stringify({ clouds }))
    await core?.call('clouds.reload', {})
  }

  beforeAll(async () => {
    if (found === null) throw new Error('there is no lab')
    const keystone = await RealKeystone.of(found)
    authUrl = found.env.keystoneUrl
    region = found.env.region
    const projects = [await keystone.projectId('demo'), await keystone.projectId('other')]
    await keystone.addPasscodes(await keystone.addUser(user, password, projects), GENERATOR)
    await keystone.addPasscodes(await keystone.addUser(careful, password, projects, [['password', 'totp']]), GENERATOR)
    const dir = await mkdtemp(join(tmpdir(), 'glancer-passcodes-'))
    cloudsYaml = join(dir, 'clouds.yaml')
    await writeFile(cloudsYaml, '{}')
    core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: cloudsYaml } })
  })
  afterAll(async () => await core?.remove())

  const signIn = (name: string): Promise<Cloud> => core.call('clouds.signIn', { cloudId: `cloud:${name}` })

  test.for(['code', 'both'] as const)(
    '%s: signed in, an image goes up verified, and another project is shown with the same proof',
    async (name) => {
      await write()
      expect(await signIn(name)).toMatchObject({ state: { kind: 'signed-in' }, project: 'demo' })
      const cloudId = `cloud:${name}`
      const imageId = await core.anImage(randomBytes(1000), `by ${name}`, cloudId)
      await core.call('images.delete', { cloudId, imageIds: [imageId] })
      const { projects } = await core.call('clouds.places', { cloudId })
      expect(projects.map((project) => project.name)).toEqual(['demo', 'other'])
      const other = projects.find((project) => project.name === 'other') ?? null
      const shown = await core.call('clouds.show', { cloudId, project: other, region: null, beside: true })
      expect(await core.call('clouds.signIn', { cloudId: shown.id })).toMatchObject({ state: { kind: 'signed-in' }, project: 'other' })
    },
  )

  test('half: a password alone is not enough, and which factors are asked for is said', async () => {
    await write()
    expect((await signIn('half')).state).toMatchObject({
      kind: 'failed',
      error: {
        code: 'sign-in-refused',
        message: 'Keystone asks this user for several factors: password and totp.',
        remedy: expect.stringContaining('v3multifactor'),
      },
    })
  })

  test('wrong: a passcode that is not right is refused', async () => {
    await write()
    expect((await signIn('wrong')).state).toMatchObject({ kind: 'failed', error: { code: 'sign-in-refused' } })
  })

  test('typed: the passcode that is missing is asked for, and forgotten once it has done its work', async () => {
    await write()
    expect(await signIn('typed')).toMatchObject({ state: { kind: 'idle' }, secretNeeded: 'passcode' })
    const secret = passcode(GENERATOR)
    const cloud = await core.call('clouds.signInWith', { cloudId: 'cloud:typed', secret, keep: 'memory' })
    expect(cloud.state).toEqual({ kind: 'signed-in' })
    await core.call('clouds.signOut', { cloudId: 'cloud:typed' })
    expect(await signIn('typed')).toMatchObject({ state: { kind: 'idle' }, secretNeeded: 'passcode' })
  })
})
