import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { Cloud, Transfer } from '../../src/shared/domain.ts'
import { type OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { type Credential, RealKeystone } from './support/real-keystone.ts'
import { ServerSide } from './support/server-side.ts'

/** Signing in at a real Keystone in every way that people have, and what becomes of it when tokens end or Keystone goes away. */
const found = openstackLab()
const skipped = found === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''

describe.skipIf(found === null)(`a real Keystone${skipped}`, () => {
  let lab: OpenStackLab
  let keystone: RealKeystone
  let core: TestCore
  let expiring: Credential
  const ids = { alice: '', demo: '', other: '' }

  beforeAll(async () => {
    if (found === null) throw new Error('there is no lab')
    lab = found
    keystone = await RealKeystone.of(lab)
    for (const name of ['demo', 'other'] as const) ids[name] = await keystone.projectId(name)
    ids.alice = await keystone.userId('alice')
    // Names are new in each run, since the lab may be an old one.
    const run = randomBytes(4).toString('hex')
    await keystone.addDisabledUser(`gone-${run}`, 'gone', ids.demo)
    await keystone.grantInDomain(await keystone.userId('admin'), 'admin')
    const token = await lab.token('alice')
    const restricted = await keystone.addCredential(token, ids.alice, `restricted-${run}`)
    const unrestricted = await keystone.addCredential(token, ids.alice, `unrestricted-${run}`, { unrestricted: true })
    const soon = new Date(Date.now() + 5000).toISOString().slice(0, 19)
    expiring = await keystone.addCredential(token, ids.alice, `expiring-${run}`, { expires_at: soon })

    const { clouds } = z.object({ clouds: z.record(z.string(), z.unknown()) }).parse(parse(await readFile(lab.env.cloudsYaml, 'utf8')))
    const entry = (auth: object, more: object = {}): object => ({
      region_name: lab.env.region,
      ...more,
      auth: { auth_url: lab.env.keystoneUrl, ...auth },
    })
    const inDomain = { user_domain_name: 'Default', project_domain_name: 'Default' }
    const credential = { auth_type: 'v3applicationcredential' }
    const byId = ({ id, secret }: Credential): object => ({ application_credential_id: id, application_credential_secret: secret })
    const { passwords } = lab.env
    const dir = await mkdtemp(join(tmpdir(), 'glancer-real-sign-in-'))
    await writeFile(
      join(dir, 'clouds.yaml'),
      stringify({
        clouds: {
          ...clouds,
          'by-id': entry({ user_id: ids.alice, password: passwords.alice, project_id: ids.demo }),
          wrong: entry({ username: 'alice', password: 'not hers', project_name: 'demo', ...inDomain }),
          disabled: entry({ username: `gone-${run}`, password: 'gone', project_name: 'demo', ...inDomain }),
          elsewhere: entry({ username: 'bob', password: passwords.bob, project_name: 'demo', ...inDomain }),
          restricted: entry(byId(restricted), credential),
          unrestricted: entry(byId(unrestricted), credential),
          'by-name': entry(
            {
              application_credential_name: restricted.name,
              application_credential_secret: restricted.secret,
              username: 'alice',
              user_domain_name: 'Default',
            },
            credential,
          ),
          expired: entry(byId(expiring), credential),
          unknown: entry({ application_credential_id: '0'.repeat(32), application_credential_secret: 'x' }, credential),
          domain: entry({ username: 'admin', password: passwords.admin, user_domain_name: 'Default', domain_name: 'Default' }),
        },
      }),
    )
    core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml') } })
  }, 60_000)
  afterAll(async () => await core?.remove())

  const signIn = (name: string): Promise<Cloud> => core.call('clouds.signIn', { cloudId: `cloud:${name}` })
  const cloud = async (id: string): Promise<Cloud | undefined> =>
    (await core.call('app.snapshot', {})).clouds.find((each) => each.id === id)

  test.for([
    ['lab-alice', 'demo'],
    ['by-id', 'demo'],
    ['restricted', 'demo'],
    ['unrestricted', 'demo'],
    ['by-name', 'demo'],
    ['domain', null],
  ] as const)('%s is signed in', async ([name, project]) => {
    expect(await signIn(name)).toMatchObject({ state: { kind: 'signed-in' }, project })
    const watched = await core.call('images.watch', { cloudId: `cloud:${name}` })
    expect(watched.state.error).toBe(null)
    await vi.waitFor(async () => expect((await cloud(`cloud:${name}`))?.imageCount).not.toBe(null), { timeout: 10_000 })
    expect((await cloud(`cloud:${name}`))?.state).toEqual({ kind: 'signed-in' })
    await core.call('images.unwatch', { cloudId: `cloud:${name}` })
  })

  test.for([
    ['wrong', 'sign-in-refused', /user name, the password or the access to the project is wrong/],
    ['disabled', 'sign-in-refused', /user name, the password or the access to the project is wrong/],
    ['elsewhere', 'scope-refused', /gives no access to the project demo/],
    ['unknown', 'sign-in-refused', /refused the application credential/],
  ] as const)('%s is refused, and why is said', async ([name, code, message]) => {
    expect((await signIn(name)).state).toMatchObject({ kind: 'failed', error: { code, message: expect.stringMatching(message) } })
  })

  test('an application credential that has expired', async () => {
    await vi.waitFor(async () => expect(await keystone.takes(expiring)).toBe(false), { timeout: 15_000, interval: 500 })
    expect((await signIn('expired')).state).toMatchObject({
      kind: 'failed',
      error: { code: 'sign-in-refused', remedy: 'See that its id and secret are right and that it has not expired.' },
    })
  })

  test('projects are listed and switched: what is uploaded then is in the other one, which the command line reaches too', async () => {
    await signIn('lab-alice')
    const places = await core.call('clouds.places', { cloudId: 'cloud:lab-alice' })
    expect(places).toMatchObject({ fixed: null, error: null, regions: [lab.env.region] })
    expect(places.projects.map(({ name }) => name)).toEqual(['demo', 'other'])
    const other = places.projects.find(({ name }) => name === 'other')
    const shown = await core.call('clouds.show', { cloudId: 'cloud:lab-alice', project: other ?? null, region: null, beside: true })
    const imageId = await core.anImage(randomBytes(1000), 'switched', shown.id)
    const ofBob = new ServerSide(lab.env.glanceUrl, await lab.token('bob'))
    expect(await ofBob.status(imageId)).toBe('active')
    const { text } = await core.call('clouds.terminalHelp', { cloudId: shown.id })
    expect(text).toContain(`export OS_PROJECT_ID=${ids.other}\n`)
    const issued = await lab.openstack('alice', '--os-project-id', ids.other, 'token', 'issue', '-f', 'json')
    expect(issued).toMatchObject({ project_id: ids.other })
    await ofBob.delete(imageId)
    // Those of an application credential are not listed, since it has one alone.
    expect(await core.call('clouds.places', { cloudId: 'cloud:restricted' })).toMatchObject({ projects: [], error: null })
    const refused = core.call('clouds.show', { cloudId: 'cloud:restricted', project: other ?? null, region: null, beside: false })
    await expect(refused).rejects.toMatchObject({ code: 'not-allowed' })
    // Where the configured project is refused, the others are still found.
    expect(await core.call('clouds.places', { cloudId: 'cloud:elsewhere' })).toMatchObject({ projects: [{ name: 'other' }] })
  })

  test('a token of 20 s that ends during a listing and during an upload: neither notices', async () => {
    await lab.withSettings('keystone', '[token]\nexpiration = 20\nallow_expired_window = 0\n', async () => {
      await core.call('clouds.signOut', { cloudId: 'cloud:lab-alice' })
      await signIn('lab-alice')
      await core.call('app.changeSettings', { speedLimit: 250_000 })
      const file = await core.aFile('slow.raw', 5_600_000)
      const id = await core.upload(file.fileId, { name: 'slow' }, 'cloud:lab-alice')
      const errors: unknown[] = []
      let lists = 0
      let row: Transfer
      do {
        await core.call('images.watch', { cloudId: 'cloud:lab-alice' })
        await core.call('images.refresh', { cloudId: 'cloud:lab-alice' })
        const outcomes = await core.call('images.usage', { cloudId: 'cloud:lab-alice' }).catch((error: unknown) => error)
        if (outcomes instanceof Error) errors.push(outcomes)
        lists++
        const state = (await cloud('cloud:lab-alice'))?.state
        if (state?.kind !== 'signed-in') errors.push(state)
        const seen = await core.row(id)
        row = await core.until(
          id,
          ({ state: now, bytesDone }) => now === 'done' || now === 'failed' || bytesDone > seen.bytesDone + 400_000,
        )
      } while (row.state !== 'done' && row.state !== 'failed')
      expect(row).toMatchObject({ state: 'done', attempt: 1, verification: { kind: 'verified' } })
      expect((row.endedAt ?? 0) - (row.startedAt ?? 0)).toBeGreaterThan(20_500)
      expect(errors).toEqual([])
      expect(lists).toBeGreaterThan(5)
      await core.call('images.delete', { cloudId: 'cloud:lab-alice', imageIds: [row.imageId ?? ''] })
      await core.call('app.changeSettings', { speedLimit: null })
    })
  }, 90_000)

  test('Keystone goes down and comes back: who is signed in keeps the rows, who is not is signed in then', async () => {
    await core.call('clouds.signOut', { cloudId: 'cloud:lab-alice' })
    await signIn('lab-alice')
    const imageId = await core.anImage(randomBytes(1000), 'kept', 'cloud:lab-alice')
    await core.call('images.watch', { cloudId: 'cloud:lab-alice' })
    await core.sees(({ id }) => id === imageId)
    await lab.control('stop', 'keystone')
    try {
      // Glance forgets the tokens that it has seen, and can ask nobody: it says 401, and whose fault that is only Keystone knows.
      await lab.control('restart', 'glance')
      expect((await signIn('lab-bob')).state).toMatchObject({ kind: 'failed', error: { code: 'refused' } })
      await core.call('images.refresh', { cloudId: 'cloud:lab-alice' })
      await vi.waitFor(async () => expect((await cloud('cloud:lab-alice'))?.state.kind).toBe('offline'), { timeout: 30_000 })
      expect((await core.call('images.watch', { cloudId: 'cloud:lab-alice' })).images.map(({ id }) => id)).toContain(imageId)
    } finally {
      await lab.control('start', 'keystone')
    }
    core.retryNow()
    const signedIn = { kind: 'signed-in' }
    await vi.waitFor(
      async () => {
        expect((await cloud('cloud:lab-bob'))?.state).toEqual(signedIn)
        expect((await cloud('cloud:lab-alice'))?.state).toEqual(signedIn)
      },
      { timeout: 30_000 },
    )
    await core.call('images.delete', { cloudId: 'cloud:lab-alice', imageIds: [imageId] })
  }, 90_000)
})
