import { describe, expect, it } from 'vitest'
import { type CloudConfig, Secret } from './cloud-config.ts'
import type { HttpAnswer } from './http.ts'
import { identityUrl, signIn } from './keystone.ts'
import { explainRefusal } from './refused-scope.ts'
import { signInBody } from './sign-in-body.ts'
import { type Asked, FakeHttp, keystoneError, sampleConfig, tokenAnswer } from './testing/fakes.ts'

const failure = async (answer: Partial<HttpAnswer>, config: CloudConfig = sampleConfig()): Promise<unknown> =>
  await signIn(config, new FakeHttp(() => answer)).then(
    () => null,
    (error: unknown) => error,
  )

describe('what is sent to Keystone', () => {
  const user = { name: 'ada' }
  const domain = { id: 'default' }
  const secret = (text: string) => new Secret(text)

  it.each<[CloudConfig['auth'], object]>([
    [
      { kind: 'password', user, userDomain: domain, password: secret('pw') },
      { methods: ['password'], password: { user: { name: 'ada', domain, password: 'pw' } } },
    ],
    [
      { kind: 'password', user: { id: 'u1', name: 'ada' }, userDomain: domain, password: secret('pw') },
      { methods: ['password'], password: { user: { id: 'u1', password: 'pw' } } },
    ],
    [
      { kind: 'totp', user, userDomain: domain, passcode: secret('012345') },
      { methods: ['totp'], totp: { user: { name: 'ada', domain, passcode: '012345' } } },
    ],
    [
      { kind: 'token', token: secret('t0k') },
      { methods: ['token'], token: { id: 't0k' } },
    ],
    [
      { kind: 'application-credential', credential: { id: 'ac1' }, user: {}, userDomain: domain, secret: secret('s') },
      { methods: ['application_credential'], application_credential: { id: 'ac1', secret: 's' } },
    ],
    [
      { kind: 'application-credential', credential: { name: 'robot' }, user, userDomain: domain, secret: secret('s') },
      { methods: ['application_credential'], application_credential: { name: 'robot', user: { name: 'ada', domain }, secret: 's' } },
    ],
    [
      {
        kind: 'multifactor',
        methods: [
          { kind: 'password', user, userDomain: domain, password: secret('pw') },
          { kind: 'totp', user, userDomain: domain, passcode: secret('012345') },
        ],
      },
      {
        methods: ['password', 'totp'],
        password: { user: { name: 'ada', domain, password: 'pw' } },
        totp: { user: { name: 'ada', domain, passcode: '012345' } },
      },
    ],
  ])('%j', (auth, identity) => {
    expect(signInBody(sampleConfig({ auth, scope: { kind: 'none' } }))).toEqual({ auth: { identity } })
  })

  it.each<[CloudConfig['scope'], unknown]>([
    [{ kind: 'project', project: { name: 'demo' }, domain: { name: 'Corp' } }, { project: { name: 'demo', domain: { name: 'Corp' } } }],
    [{ kind: 'project', project: { id: 'p1', name: 'demo' }, domain }, { project: { id: 'p1' } }],
    [{ kind: 'domain', domain: { name: 'Corp' } }, { domain: { name: 'Corp' } }],
    [{ kind: 'trust', id: 't1' }, { 'OS-TRUST:trust': { id: 't1' } }],
    [{ kind: 'system' }, { system: { all: true } }],
    [{ kind: 'none' }, undefined],
  ])('scope %j', (scope, wanted) => {
    expect(signInBody(sampleConfig({ scope }))).toMatchObject({ auth: { ...(wanted !== undefined && { scope: wanted }) } })
    expect('scope' in (signInBody(sampleConfig({ scope })) as { auth: object }).auth).toBe(wanted !== undefined)
  })

  it('nothing, when the secret is missing', () => {
    for (const [auth, name] of [
      [{ kind: 'password', user, userDomain: domain, password: null }, 'password'],
      [{ kind: 'totp', user, userDomain: domain, passcode: null }, 'passcode'],
      [{ kind: 'token', token: null }, 'token'],
      [
        { kind: 'application-credential', credential: { id: 'x' }, user, userDomain: domain, secret: null },
        'application_credential_secret',
      ],
    ] as const)
      expect(() => signInBody(sampleConfig({ auth }))).toThrow(
        expect.objectContaining({ code: 'sign-in-refused', message: `The configuration has no ${name}.` }),
      )
  })
})

describe('signing in', () => {
  it('gives token, project, catalog and how long it lives', async () => {
    const http = new FakeHttp(() => tokenAnswer('t1', { lifeMs: 60_000 }))
    const before = Date.now()
    const session = await signIn(sampleConfig(), http)
    expect(http.lines()).toEqual(['POST https://id.example:5000/v3/auth/tokens'])
    expect(session).toMatchObject({ projectId: 'p1', project: 'demo', lifeMs: 60_000, identityUrl: 'https://id.example:5000/v3' })
    expect(session.token.reveal()).toBe('t1')
    expect(session.catalog[0]?.endpoints).toHaveLength(3)
    expect(session.expiresAt - before).toBeGreaterThanOrEqual(60_000)
    expect(session.expiresAt - before).toBeLessThan(90_000)
  })

  it.each([-86_400_000, 86_400_000])('a clock that is %d ms off does no harm', async (skew) => {
    const session = await signIn(sampleConfig(), new FakeHttp(() => tokenAnswer('t', { lifeMs: 60_000, issuedAt: Date.now() + skew })))
    expect(Math.abs(session.expiresAt - Date.now() - 60_000)).toBeLessThan(30_000)
  })

  it('a token without a catalog, without a project, or with times that are none', async () => {
    const bare = await signIn(sampleConfig(), new FakeHttp(() => tokenAnswer('t', { catalog: null, project: null })))
    expect(bare).toMatchObject({ catalog: [], project: null, projectId: null })
    const odd = await signIn(
      sampleConfig(),
      new FakeHttp(() => ({
        status: 201,
        headers: { 'x-subject-token': 't' },
        body: '{"token": {"expires_at": "soon", "issued_at": "now"}}',
      })),
    )
    expect(odd.lifeMs).toBe(300_000)
  })

  it('2,000 endpoints in a moment', async () => {
    const catalog = Array.from({ length: 2000 }, (_, index) => ({
      type: `t${index}`,
      endpoints: [{ url: `https://x${index}.example`, interface: 'public' }],
    }))
    const started = performance.now()
    expect((await signIn(sampleConfig(), new FakeHttp(() => tokenAnswer('t', { catalog })))).catalog).toHaveLength(2000)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('where Keystone is', () => {
  const at = (authUrl: string) => sampleConfig({ authUrl })
  const listed = (href: string, id = 'v3.14') => ({
    status: 300,
    body: JSON.stringify({
      versions: {
        values: [
          { id: 'v2.0', links: [] },
          { id, status: 'stable', links: [{ rel: 'self', href }] },
        ],
      },
    }),
  })

  it.each([
    ['https://id.example:5000', 'https://id.example:5000/v3'],
    ['https://id.example:5000/', 'https://id.example:5000/v3'],
    ['https://id.example:5000/v3', 'https://id.example:5000/v3'],
    ['https://id.example/identity/v3//', 'https://id.example/identity/v3'],
    ['https://id.example:5000/v2.0', 'https://id.example:5000/v3'],
  ])('%s', (given, url) => {
    expect(identityUrl(at(given))).toBe(url)
  })

  it('elsewhere, as its list of versions says; known from then on; never on another host', async () => {
    const http = new FakeHttp(({ method, url }: Asked) => {
      if (method === 'GET') return listed('http://inside.example:35357/keystone/main/v3/')
      return url === 'https://id.example/keystone/main/v3/auth/tokens' ? tokenAnswer('t') : { status: 404, body: '<html>Not Found' }
    })
    const session = await signIn(at('https://id.example/cloud'), http)
    expect(session.identityUrl).toBe('https://id.example/keystone/main/v3')
    expect(http.lines()).toEqual([
      'POST https://id.example/cloud/v3/auth/tokens',
      'GET https://id.example/cloud',
      'POST https://id.example/keystone/main/v3/auth/tokens',
    ])
    http.asked.length = 0
    await signIn(at('https://id.example/cloud'), http, session.identityUrl)
    expect(http.lines()).toHaveLength(1)
  })

  it('nowhere: only version 2, a web page, or a list that leads back', async () => {
    const only2 = new FakeHttp(({ method }) =>
      method === 'GET' ? { status: 300, body: '{"versions": {"values": [{"id": "v2.0"}]}}' } : { status: 404 },
    )
    await expect(signIn(sampleConfig(), only2)).rejects.toMatchObject({
      code: 'odd-answer',
      message: 'id.example:5000 has no version 3 of the Identity API.',
      detail: 'It has v2.0.',
    })
    const page = new FakeHttp(({ method }) => ({ status: method === 'GET' ? 200 : 405, body: '<!doctype html><title>Dashboard</title>' }))
    await expect(signIn(sampleConfig(), page)).rejects.toMatchObject({
      code: 'odd-answer',
      message: 'There is no Keystone v3 at id.example:5000.',
      remedy: 'See that auth_url is right.',
    })
    const back = new FakeHttp(({ method }) => (method === 'GET' ? listed('https://id.example:5000/v3') : { status: 404 }))
    await expect(signIn(sampleConfig(), back)).rejects.toMatchObject({ code: 'odd-answer' })
    expect(back.asked).toHaveLength(2)
  })
})

describe('what Keystone refuses', () => {
  const denied = keystoneError(401, 'The request you have made requires authentication.')
  const credential: CloudConfig['auth'] = {
    kind: 'application-credential',
    credential: { id: 'x' },
    user: {},
    userDomain: {},
    secret: new Secret('s'),
  }

  it.each<[string, Partial<HttpAnswer>, CloudConfig['auth'] | null, object]>([
    [
      'a password',
      denied,
      null,
      { code: 'sign-in-refused', message: expect.stringContaining('the password'), status: 401, requestId: 'req-1' },
    ],
    [
      'a passcode',
      denied,
      { kind: 'totp', user: { name: 'a' }, userDomain: {}, passcode: new Secret('1') },
      { code: 'sign-in-refused', message: expect.stringContaining('the passcode') },
    ],
    [
      'a token',
      keystoneError(404, 'Could not recognize Fernet token'),
      { kind: 'token', token: new Secret('t') },
      { code: 'sign-in-refused', message: expect.stringContaining('the token') },
    ],
    ['an application credential', denied, credential, { code: 'sign-in-refused', message: 'Keystone refused the application credential.' }],
    [
      'an unknown one',
      keystoneError(404, 'Could not find Application Credential: x.'),
      credential,
      { code: 'sign-in-refused', status: 404 },
    ],
    [
      'a body that it does not understand',
      keystoneError(400, 'Expecting to find domain in user.'),
      null,
      { code: 'sign-in-refused', detail: 'Expecting to find domain in user.' },
    ],
    [
      'for now',
      keystoneError(503, 'x', { 'retry-after': '7' }),
      null,
      { code: 'identity-unreachable', retryAfterMs: 7000, remedy: 'It asks to come back in 7 s.' },
    ],
    ['too many', keystoneError(429, 'x'), null, { code: 'identity-unreachable', retryAfterMs: undefined }],
    [
      'by a fault',
      keystoneError(500, 'database is locked'),
      null,
      { code: 'identity-unreachable', message: 'Keystone answered with 500.' },
    ],
    ['by something else', { status: 418, body: 'tea' }, null, { code: 'odd-answer', detail: 'tea' }],
    [
      'by an answer without a token',
      { status: 201, body: '{"token": {"expires_at": "x", "issued_at": "y"}}' },
      null,
      { code: 'odd-answer', detail: 'The answer has no token.' },
    ],
    [
      'by a web page',
      { status: 200, body: '<html><body>Log in' },
      null,
      { code: 'odd-answer', message: 'id.example:5000 does not answer as Keystone v3 does.' },
    ],
  ])('%s', async (_, answer, auth, error) => {
    expect(await failure(answer, sampleConfig(auth === null ? {} : { auth }))).toMatchObject(error)
  })

  it('tells a wrong project from a wrong password by asking once more without the project', async () => {
    const config = sampleConfig()
    const refused = await signIn(config, new FakeHttp(() => denied)).catch((error) => error)
    const http = new FakeHttp(({ method, body }) => {
      if (method === 'GET')
        return {
          body: JSON.stringify({
            projects: [
              { id: '2', name: 'two', enabled: true },
              { id: '1', name: 'one' },
              { id: '0', name: 'off', enabled: false },
            ],
          }),
        }
      return body?.includes('scope') ? denied : tokenAnswer('t', { catalog: null, project: null })
    })
    expect(await explainRefusal(config, http, refused)).toMatchObject({
      code: 'scope-refused',
      message: 'Keystone knows the user and the password, but gives no access to the project demo.',
      detail: 'Projects of this user: one, two.',
    })
    expect(http.asked[1]?.headers).toMatchObject({ 'X-Auth-Token': 't' })
    expect(await explainRefusal(config, new FakeHttp(() => denied), refused)).toBe(null)
    expect(await explainRefusal(sampleConfig({ auth: credential }), http, refused)).toBe(null)
  })
})
