import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type CloudDraft, emptyDraft } from '../../src/shared/cloud-draft.ts'
import type { GivenSecret } from '../../src/shared/cloud-protocol.ts'
import { type OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { filesWith } from './support/search.ts'

/** Clouds that are added in the app, against a real Keystone and Glance: by form, openrc and application credential. */
const lab = openstackLab()
const skipped = lab === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''

const credentialSchema = z.object({ id: z.string(), secret: z.string() })

describe.skipIf(lab === null)(`a real Keystone: clouds that are added${skipped}`, () => {
  let core: TestCore
  let credential: z.infer<typeof credentialSchema>
  let count = 0
  const real = (): OpenStackLab => {
    if (lab === null) throw new Error('there is no lab')
    return lab
  }
  beforeAll(async () => {
    core = await TestCore.start()
    const made = await real().openstack('alice', 'application', 'credential', 'create', '-f', 'json', `glancer-${Date.now()}`)
    const lower = Object.fromEntries(
      Object.entries(z.record(z.string(), z.unknown()).parse(made)).map(([key, value]) => [key.toLowerCase(), value]),
    )
    credential = credentialSchema.parse(lower)
  })
  afterAll(async () => {
    await core.remove()
    await real().openstack('alice', 'application', 'credential', 'delete', credential.id)
  })

  const draft = (over: Partial<CloudDraft> = {}): CloudDraft => ({
    ...emptyDraft(),
    name: `added ${++count}`,
    authUrl: real().env.keystoneUrl,
    user: { by: 'name', value: 'alice' },
    project: { by: 'name', value: 'demo' },
    region: real().env.region,
    ...over,
  })
  const password = (): GivenSecret => ({ kind: 'typed', secret: real().env.passwords.alice })
  const signedIn = async (made: CloudDraft, secret: GivenSecret) => {
    const { id } = await core.call('clouds.save', { cloudId: null, from: null, draft: made, secret, keep: 'memory' })
    return await core.call('clouds.signIn', { cloudId: id })
  }
  const ids = async () => {
    const token = z.object({ project_id: z.string(), user_id: z.string() })
    return token.parse(await real().openstack('alice', 'token', 'issue', '-f', 'json'))
  }

  test('by form, with names and with ids, and an upload goes through', async () => {
    const cloud = await signedIn(draft(), password())
    expect(cloud).toMatchObject({ state: { kind: 'signed-in' }, project: 'demo', origin: 'added' })
    const { project_id, user_id } = await ids()
    const byId = await signedIn(
      draft({
        user: { by: 'id', value: user_id },
        project: { by: 'id', value: project_id },
        authUrl: real().env.keystoneUrl.replace(/\/v3$/, ''),
      }),
      password(),
    )
    expect(byId).toMatchObject({ state: { kind: 'signed-in' }, project: 'demo', projectId: project_id })
    const imageId = await core.anImage(Buffer.from('bytes of a cloud that was added'), 'added', byId.id)
    expect(await real().image('alice', imageId)).toMatchObject({ status: 'active', size: 31 })
    await real().openstack('alice', 'image', 'delete', imageId)
    const domain = await signedIn(
      draft({ userDomain: { by: 'id', value: 'default' }, projectDomain: { by: 'id', value: 'default' } }),
      password(),
    )
    expect(domain.state.kind).toBe('signed-in')
  })

  test('by application credential: its id, its name, a wrong secret', async () => {
    const method = 'application-credential' as const
    const made = draft({ method, credential: { by: 'id', value: credential.id } })
    expect(await signedIn(made, { kind: 'typed', secret: credential.secret })).toMatchObject({
      state: { kind: 'signed-in' },
      project: 'demo',
      authKind: 'application credential',
    })
    expect(await core.call('clouds.test', { draft: made, from: null, secret: { kind: 'typed', secret: 'wrong' } })).toMatchObject({
      ok: false,
      field: 'secret',
      error: { code: 'sign-in-refused' },
    })
    const unknown = { ...made, credential: { by: 'id', value: 'f'.repeat(32) } as const }
    expect(await core.call('clouds.test', { draft: unknown, from: null, secret: { kind: 'typed', secret: 'wrong' } })).toMatchObject({
      ok: false,
      error: { code: 'sign-in-refused' },
    })
  })

  test('by openrc: of a user and of an application credential', async () => {
    const { keystoneUrl, region, passwords } = real().env
    const user = `export OS_AUTH_URL=${keystoneUrl}\nexport OS_PROJECT_NAME="demo"\nexport OS_USER_DOMAIN_NAME="Default"\nexport OS_PROJECT_DOMAIN_ID="default"\nexport OS_USERNAME="alice"\nread -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT\nexport OS_REGION_NAME="${region}"\n`
    const asked = await core.call('clouds.read', { text: user })
    expect(asked).toMatchObject({ notes: [], clouds: [{ asks: true, secretId: null }] })
    const byUser = await signedIn({ ...(asked.clouds[0]?.draft ?? draft()), name: 'rc user' }, { kind: 'typed', secret: passwords.alice })
    expect(byUser.state.kind).toBe('signed-in')
    const robot = `export OS_AUTH_TYPE=v3applicationcredential\nexport OS_AUTH_URL=${keystoneUrl}\nexport OS_IDENTITY_API_VERSION=3\nexport OS_REGION_NAME="${region}"\nexport OS_INTERFACE=public\nexport OS_APPLICATION_CREDENTIAL_ID=${credential.id}\nexport OS_APPLICATION_CREDENTIAL_SECRET=${credential.secret}\n`
    const read = await core.call('clouds.read', { text: robot })
    const byRobot = await signedIn(
      { ...(read.clouds[0]?.draft ?? draft()), name: 'rc robot' },
      { kind: 'found', id: read.clouds[0]?.secretId ?? '' },
    )
    expect(byRobot).toMatchObject({ state: { kind: 'signed-in' }, project: 'demo', region })
  })

  test('a test goes all the way, and names what is wrong', async () => {
    const tried = async (over: Partial<CloudDraft>, secret: GivenSecret = password()) =>
      await core.call('clouds.test', { draft: draft(over), from: null, secret })
    const good = await tried({})
    expect(good).toMatchObject({ ok: true, regions: [real().env.region] })
    expect(good.projects).toContain('demo')
    expect(await tried({}, { kind: 'typed', secret: 'not-the-password' })).toMatchObject({
      field: 'secret',
      error: { code: 'sign-in-refused', status: 401 },
    })
    const wrongProject = await tried({ project: { by: 'name', value: 'no-such-project' } })
    expect(wrongProject).toMatchObject({ field: 'project', error: { code: 'scope-refused' } })
    expect(wrongProject.projects).toContain('demo')
    expect(await tried({ region: 'Atlantis' })).toMatchObject({
      field: 'region',
      error: { code: 'no-endpoint' },
      regions: [real().env.region],
    })
    expect(await tried({ authUrl: real().env.glanceUrl })).toMatchObject({ field: 'authUrl', error: { code: 'odd-answer' } })
    expect(await tried({ endpoint: real().env.keystoneUrl })).toMatchObject({ field: 'endpoint', error: { code: 'odd-answer' } })
    expect(await tried({ scope: 'system' })).toMatchObject({ ok: false, field: 'scope' })
  })

  test('leaves no secret behind: neither password nor credential, nor a token', async () => {
    expect(await filesWith(core.dataDir, [real().env.passwords.alice, credential.secret, 'gAAAAA'])).toEqual([])
  })
})
