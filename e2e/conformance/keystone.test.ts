import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startImageService, startKeystone } from '../../src/core/service/index.ts'
import { type Answer, send } from './http.ts'
import { readLab } from './target.ts'

// Signing in: the same requests to the tiny Keystone and to the real one, and what the Image service beside each does with the tokens.

interface Pair {
  /** With `/v3`. */
  identity: string
  image: string
  passwords: Readonly<Record<string, string>>
  close(): Promise<void>
}

const lab = await readLab()
const sides: readonly { name: string; open: (() => Promise<Pair>) | null }[] = [
  { name: 'the tiny Keystone', open: tiny },
  {
    name: 'Keystone',
    open:
      lab === null
        ? null
        : async () => ({ identity: lab.keystoneUrl, image: lab.glanceUrl, passwords: lab.passwords, close: async () => {} }),
  },
]

async function tiny(): Promise<Pair> {
  const dir = await mkdtemp(join(tmpdir(), 'glancer-keystone-'))
  const passwords = { admin: 'adminpass', alice: 'userpass', bob: 'userpass', rita: 'userpass' }
  const keystone = await startKeystone({
    users: [
      { name: 'admin', password: passwords.admin, projects: { admin: ['admin'] } },
      { name: 'alice', password: passwords.alice, projects: { demo: ['member'], other: ['member'] } },
      { name: 'bob', password: passwords.bob, projects: { other: ['member'] } },
      { name: 'rita', password: passwords.rita, projects: { demo: ['reader'] } },
    ],
  })
  const service = await startImageService({ dataDir: dir, identity: { kind: 'check', ...keystone.check } })
  keystone.publishImageService(service.url)
  return {
    identity: keystone.url,
    image: service.url,
    passwords,
    close: async () => {
      await service.close()
      await keystone.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

for (const side of sides) {
  describe.skipIf(side.open === null)(`${side.name}${side.open === null ? ': needs GLANCER_OPENSTACK_DIR' : ''}`, () => {
    let pair: Pair

    beforeAll(async () => {
      if (side.open !== null) pair = await side.open()
    })
    afterAll(async () => await pair?.close())

    const ask = (
      method: string,
      path: string,
      token: string | null,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> =>
      send(
        method,
        pair.identity + path,
        {
          ...(token === null ? {} : { 'X-Auth-Token': token }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
      )

    const json = (answer: Answer) => JSON.parse(answer.body.toString())
    const password = (name: string, secret = pair.passwords[name] ?? '', domain: unknown = { id: 'default' }) => ({
      methods: ['password'],
      password: { user: { name, domain, password: secret } },
    })
    const project = (name: string) => ({ project: { name, domain: { id: 'default' } } })
    const signIn = (identity: unknown, scope?: unknown, path = '/auth/tokens') =>
      ask('POST', path, null, { auth: { identity, ...(scope === undefined ? {} : { scope }) } })
    const tokenOf = async (user: string, name: string) => (await signIn(password(user), project(name))).headers['x-subject-token'] ?? ''

    function refused(answer: Answer, status: number, message: string): void {
      expect(answer.status, answer.body.toString()).toBe(status)
      expect(json(answer).error).toMatchObject({ code: status, message: expect.stringContaining(message), title: expect.any(String) })
    }
    const DENIED = 'The request you have made requires authentication.'

    it('lists its versions as 300', async () => {
      const answer = await send('GET', `${new URL(pair.identity).origin}/`, {})
      expect(answer.status).toBe(300)
      expect(answer.headers.location).toBe(`${pair.identity}/`)
      expect(json(answer).versions.values[0]).toMatchObject({
        id: 'v3.14',
        status: 'stable',
        links: [{ rel: 'self', href: `${pair.identity}/` }],
      })
    })

    it('describes v3 as 200', async () => {
      const answer = await ask('GET', '', null)
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({ vary: 'X-Auth-Token', 'x-openstack-request-id': expect.stringMatching(/^req-/) })
      expect(json(answer).version).toMatchObject({ id: 'v3.14' })
    })

    it('password for a project: a token with user, project, roles and catalog', async () => {
      const answer = await signIn(password('alice'), project('demo'))
      expect(answer.status).toBe(201)
      expect(answer.headers['x-subject-token']?.length).toBeGreaterThan(100)
      const { token } = json(answer)
      expect(token).toMatchObject({
        methods: ['password'],
        user: { name: 'alice', domain: { id: 'default', name: 'Default' }, password_expires_at: null },
        project: { name: 'demo', domain: { id: 'default', name: 'Default' } },
        is_domain: false,
        audit_ids: [expect.any(String)],
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      })
      expect(token.roles.map((role: { name: string }) => role.name).sort()).toEqual(['member', 'reader'])
      const types = token.catalog.map((service: { type: string }) => service.type)
      expect(types.sort()).toEqual(['identity', 'image'])
      const image = token.catalog.find((service: { type: string }) => service.type === 'image')
      expect(image.endpoints).toHaveLength(3)
      expect(image.endpoints).toContainEqual(
        expect.objectContaining({ interface: 'public', region: 'RegionOne', region_id: 'RegionOne', url: pair.image }),
      )
    })

    it('a domain by its name', async () => {
      expect(
        (await signIn(password('alice', undefined, { name: 'Default' }), { project: { name: 'demo', domain: { name: 'Default' } } }))
          .status,
      ).toBe(201)
    })

    it('no scope: no project, no roles, no catalog', async () => {
      for (const scope of [undefined, 'unscoped']) {
        const { token } = json(await signIn(password('alice'), scope))
        for (const absent of ['project', 'roles', 'catalog']) expect(token).not.toHaveProperty(absent)
      }
    })

    it('nocatalog leaves the catalog out', async () => {
      const { token } = json(await signIn(password('alice'), project('demo'), '/auth/tokens?nocatalog'))
      expect(token).toHaveProperty('project')
      expect(token).not.toHaveProperty('catalog')
    })

    it('an admin for the system', async () => {
      const answer = await signIn(password('admin'), { system: { all: true } })
      expect(answer.status).toBe(201)
      expect(json(answer).token).toMatchObject({ system: { all: true } })
    })

    it('the same 401 for every wrong name and password', async () => {
      const tries = [
        await signIn(password('alice', 'nonsense'), project('demo')),
        await signIn(password('nobody', 'x'), project('demo')),
        await signIn(password('alice'), project('nowhere')),
        await signIn(password('bob'), project('demo')),
        await signIn(password('alice', undefined, { id: 'nowhere' }), project('demo')),
      ]
      for (const answer of tries) {
        refused(answer, 401, DENIED)
        expect(answer.headers['www-authenticate']).toBe(`Keystone uri="${pair.identity}"`)
      }
    })

    it('400 for what is malformed', async () => {
      refused(
        await signIn({ methods: ['password'], password: { user: { name: 'alice', password: 'x' } } }),
        400,
        'Expecting to find domain in user.',
      )
      refused(await ask('POST', '/auth/tokens', null, '{"auth":'), 400, 'Expecting to find valid JSON in request body.')
      refused(
        await ask('POST', '/auth/tokens', null, '{}', { 'Content-Type': 'text/plain' }),
        400,
        'Expecting to find application/json in Content-Type header.',
      )
      refused(await ask('POST', '/auth/tokens', null, { auth: {} }), 400, '')
    })

    it('another token: its expiry is kept, and both methods are named', async () => {
      const first = await signIn(password('alice'))
      const again = await signIn({ methods: ['token'], token: { id: first.headers['x-subject-token'] } }, project('other'))
      expect(again.status).toBe(201)
      const { token } = json(again)
      expect(token.methods.sort()).toEqual(['password', 'token'])
      expect(token.project.name).toBe('other')
      expect(token.expires_at.slice(0, 19)).toBe(json(first).token.expires_at.slice(0, 19))
      refused(await signIn({ methods: ['token'], token: { id: 'nonsense' } }), 404, 'Could not recognize Fernet token')
    })

    it('lists the projects of a user, and the catalog', async () => {
      const token = await tokenOf('alice', 'demo')
      const names = json(await ask('GET', '/auth/projects', token)).projects.map((one: { name: string }) => one.name)
      expect(names.sort()).toEqual(['demo', 'other'])
      expect(json(await ask('GET', '/auth/catalog', token)).catalog).toHaveLength(2)
      refused(await ask('GET', '/auth/projects', null), 401, DENIED)
    })

    it('looking up projects is for admins', async () => {
      refused(await ask('GET', '/projects?name=demo', await tokenOf('alice', 'demo')), 403, 'identity:list_projects')
      const found = json(await ask('GET', '/projects?name=demo', await tokenOf('admin', 'admin'))).projects
      expect(found).toMatchObject([{ name: 'demo', domain_id: 'default' }])
    })

    it('shows, checks and revokes a token', async () => {
      const token = await tokenOf('alice', 'demo')
      const about = { 'X-Subject-Token': token }
      expect(json(await ask('GET', '/auth/tokens', token, undefined, about)).token.project.name).toBe('demo')
      expect((await ask('HEAD', '/auth/tokens', token, undefined, about)).status).toBe(200)
      refused(await ask('GET', '/auth/tokens', token, undefined, { 'X-Subject-Token': 'nonsense' }), 404, '')
      expect((await ask('DELETE', '/auth/tokens', token, undefined, about)).status).toBe(204)
      refused(await ask('GET', '/auth/projects', token), 401, DENIED)
    })

    it('application credentials: made once, project-scoped, no scope of their own', async () => {
      const owner = await signIn(password('alice'), project('demo'))
      const token = owner.headers['x-subject-token'] ?? ''
      const { user } = json(owner).token
      const name = `robot-${randomUUID()}`
      const made = await ask('POST', `/users/${user.id}/application_credentials`, token, { application_credential: { name } })
      expect(made.status).toBe(201)
      const { id, secret } = json(made).application_credential
      const by = (credential: unknown, scope?: unknown) =>
        signIn({ methods: ['application_credential'], application_credential: credential }, scope)
      const good = await by({ id, secret })
      expect(good.status).toBe(201)
      expect(json(good).token).toMatchObject({
        methods: ['application_credential'],
        project: { name: 'demo' },
        application_credential: { id, name, restricted: true },
      })
      expect((await by({ name, secret, user: { name: 'alice', domain: { id: 'default' } } })).status).toBe(201)
      refused(await by({ id, secret: 'wrong' }), 401, '')
      refused(await by({ id, secret }, project('demo')), 401, 'Application credentials cannot request a scope.')
      refused(await by({ id: '0'.repeat(32), secret }), 404, `Could not find Application Credential: ${'0'.repeat(32)}.`)
      expect((await ask('DELETE', `/users/${user.id}/application_credentials/${id}`, token)).status).toBe(204)
      expect((await by({ id, secret })).status).toBe(404)
    })

    it('the Image service believes the tokens, and refuses all others with a challenge', async () => {
      const image = (token: string, method = 'GET', body?: string) =>
        send(method, `${pair.image}/v2/images`, { Accept: 'application/json', ...(token === '' ? {} : { 'X-Auth-Token': token }) }, body)
      for (const wrong of ['', 'nonsense']) {
        const answer = await image(wrong)
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toBe(`Keystone uri="${new URL(pair.identity).origin}"`)
      }
      const signed = await signIn(password('alice'), project('demo'))
      const owned = await image(signed.headers['x-subject-token'] ?? '', 'POST', '{"name":"mine"}')
      expect(owned.status).toBe(201)
      expect(json(owned).owner).toBe(json(signed).token.project.id)
      const unscoped = await image((await signIn(password('alice'))).headers['x-subject-token'] ?? '', 'POST', '{"name":"nobody\'s"}')
      expect(json(unscoped).owner).toBe(null)
      const admin = await tokenOf('admin', 'admin')
      for (const made of [owned, unscoped]) {
        expect((await send('DELETE', `${pair.image}/v2/images/${json(made).id}`, { 'X-Auth-Token': admin })).status).toBe(204)
      }
    })
  })
}
