import { describe, expect, it } from 'vitest'
import { type CloudConfig, Secret } from './cloud-config.ts'
import { Session } from './session.ts'
import { FakeHttp, keystoneError, sampleConfig, tokenAnswer } from './testing/fakes.ts'

const HOUR = 3_600_000
const denied = keystoneError(401, 'The request you have made requires authentication.')

/** A session on a clock that the test turns; each sign-in gives the next token: t1, t2… */
function sessionWith(over: Partial<CloudConfig> = {}, lifeMs = HOUR) {
  const clock = { now: Date.now() }
  let issued = 0
  const http = new FakeHttp(() => tokenAnswer(`t${++issued}`, { lifeMs }))
  return {
    clock,
    http,
    session: new Session(
      sampleConfig(over),
      async () => http,
      () => clock.now,
    ),
  }
}

describe('the session of a cloud', () => {
  it('signs in once, however many come at a time', async () => {
    const { http, session } = sessionWith()
    const all = await Promise.all(Array.from({ length: 20 }, () => session.get(0)))
    expect(new Set(all).size).toBe(1)
    expect(http.asked).toHaveLength(1)
  })

  it('renews in time: for a request, and earlier for a transfer', async () => {
    const { clock, http, session } = sessionWith()
    await session.get(60_000)
    clock.now += HOUR - 120_000
    expect((await session.get(60_000)).token.reveal()).toBe('t1')
    expect((await session.get(300_000)).token.reveal()).toBe('t2')
    expect(http.asked).toHaveLength(2)
  })

  it('for a transfer that may take as long as it likes, has half of its life before it', async () => {
    const { clock, session } = sessionWith()
    await session.get(0)
    clock.now += HOUR / 2 - 60_000
    expect((await session.get(Number.POSITIVE_INFINITY)).token.reveal()).toBe('t1')
    clock.now += 120_000
    expect((await session.get(Number.POSITIVE_INFINITY)).token.reveal()).toBe('t2')
  })

  it('of a token that lives shortly anyway, half its life is enough', async () => {
    const { clock, http, session } = sessionWith({}, 20_000)
    for (let step = 0; step < 5; step++) await session.get(300_000)
    expect(http.asked).toHaveLength(1)
    clock.now += 11_000
    expect((await session.get(300_000)).token.reveal()).toBe('t2')
  })

  it.each<CloudConfig['auth']>([
    { kind: 'token', token: new Secret('x') },
    { kind: 'totp', user: { name: 'a' }, userDomain: {}, passcode: new Secret('1') },
  ])('one that cannot be renewed is used to its end: %j', async (auth) => {
    const { clock, http, session } = sessionWith({ auth })
    await session.get(0)
    clock.now += HOUR - 1000
    await session.get(300_000)
    expect(http.asked).toHaveLength(1)
    clock.now += 2000
    await session.get(0)
    expect(http.asked).toHaveLength(2)
  })

  it('a token that lives a little longer bridges a Keystone that is away; a dead one does not', async () => {
    const { clock, http, session } = sessionWith()
    await session.get(0)
    http.answer = () => keystoneError(503, 'x')
    clock.now += HOUR - 30_000
    expect((await session.get(60_000)).token.reveal()).toBe('t1')
    clock.now += 31_000
    await expect(session.get(60_000)).rejects.toMatchObject({ code: 'identity-unreachable' })
  })

  it('replaces a refused token once, for all who were refused with it', async () => {
    const { http, session } = sessionWith()
    const first = await session.get(0)
    const replaced = await Promise.all([session.replace(first), session.replace(first)])
    // This one comes later, with the old token still.
    replaced.push(await session.replace(first))
    expect(replaced.map(({ token }) => token.reveal())).toEqual(['t2', 't2', 't2'])
    expect(http.asked).toHaveLength(2)
  })

  it('repeats no refused sign-in by itself, so that no account is locked; a person may', async () => {
    const { http, session } = sessionWith()
    http.answer = () => denied
    for (let step = 0; step < 5; step++) await expect(session.get(0)).rejects.toMatchObject({ code: 'sign-in-refused' })
    expect(http.asked).toHaveLength(1)
    http.answer = () => tokenAnswer('good')
    await expect(session.get(0)).rejects.toMatchObject({ code: 'sign-in-refused' })
    expect((await session.signIn()).token.reveal()).toBe('good')
    expect((await session.get(0)).token.reveal()).toBe('good')
  })

  it('a refused project is said to a person, and from then on', async () => {
    const { http, session } = sessionWith()
    http.answer = ({ method, body }) =>
      method === 'GET' ? { body: '{"projects": []}' } : body?.includes('scope') ? denied : tokenAnswer('t', { catalog: null })
    await expect(session.signIn()).rejects.toMatchObject({ code: 'scope-refused', detail: 'This user has no project.' })
    const asked = http.asked.length
    await expect(session.get(0)).rejects.toMatchObject({ code: 'scope-refused' })
    expect(http.asked).toHaveLength(asked)
  })

  it('stays away as long as Keystone asks for, within bounds', async () => {
    const { clock, http, session } = sessionWith()
    http.answer = () => keystoneError(429, 'slow down', { 'retry-after': '30' })
    await expect(session.get(0)).rejects.toMatchObject({ retryAfterMs: 30_000 })
    clock.now += 29_000
    await expect(session.get(0)).rejects.toMatchObject({ retryAfterMs: 30_000 })
    expect(http.asked).toHaveLength(1)
    clock.now += 2000
    http.answer = () => keystoneError(503, 'x', { 'retry-after': '864000' })
    await expect(session.get(0)).rejects.toThrow()
    clock.now += 301_000
    http.answer = () => tokenAnswer('t')
    expect((await session.get(0)).token.reveal()).toBe('t')
  })

  it('asks Keystone with its token, renewed once when that is refused', async () => {
    const { http, session } = sessionWith()
    let refused = 0
    const signIns = http.answer
    http.answer = (asked) => {
      if (asked.method === 'POST') return signIns(asked)
      return asked.headers?.['X-Auth-Token'] === 't1' && refused++ === 0 ? { status: 401 } : { body: 'fine' }
    }
    expect(await session.ask('/auth/projects')).toMatchObject({ status: 200, body: 'fine' })
    expect(http.lines().filter((line) => line.startsWith('GET'))).toEqual(Array(2).fill('GET https://id.example:5000/v3/auth/projects'))
    expect(http.asked.at(-1)?.headers).toMatchObject({ 'X-Auth-Token': 't2' })
  })

  it('of a project that is refused, asks Keystone with a token that has none; of a wrong password, not at all', async () => {
    const { http, session } = sessionWith()
    http.answer = ({ method, body }) =>
      method === 'GET' ? { body: '{"projects": []}' } : body?.includes('scope') ? denied : tokenAnswer('bare', { catalog: null })
    await expect(session.signIn()).rejects.toMatchObject({ code: 'scope-refused' })
    expect(await session.ask('/auth/projects')).toMatchObject({ status: 200 })
    expect(http.asked.at(-1)?.headers).toMatchObject({ 'X-Auth-Token': 'bare' })
    const wrong = sessionWith()
    wrong.http.answer = () => denied
    await expect(wrong.session.signIn()).rejects.toMatchObject({ code: 'sign-in-refused' })
    const asked = wrong.http.asked.length
    await expect(wrong.session.ask('/auth/projects')).rejects.toMatchObject({ code: 'sign-in-refused' })
    expect(wrong.http.asked).toHaveLength(asked)
  })

  it('another session of the same person gets the secret, or the token of one whose passcode is used up', async () => {
    const password = sessionWith()
    const given = await password.session.proof()
    expect(given.kind === 'password' && given.password?.reveal()).toBe('pw')
    expect(password.http.asked).toHaveLength(0)
    const passcode = sessionWith({ auth: { kind: 'totp', user: { name: 'ada' }, userDomain: {}, passcode: new Secret('1') } })
    const proof = await passcode.session.proof()
    expect(proof.kind === 'token' && proof.token?.reveal()).toBe('t1')
    const http = new FakeHttp(() => tokenAnswer('other'))
    const view = new Session(
      sampleConfig(),
      async () => http,
      Date.now,
      async () => sampleConfig({ auth: await passcode.session.proof() }),
    )
    await view.get(0)
    expect(JSON.parse(http.asked[0]?.body ?? '{}').auth.identity).toEqual({ methods: ['token'], token: { id: 't1' } })
  })

  it('forgets at sign-out', async () => {
    const { http, session } = sessionWith()
    await session.signIn()
    session.signOut()
    expect(session.current).toBe(null)
    await session.get(0)
    expect(http.asked).toHaveLength(2)
  })

  it('a clock that is set back lets nobody in longer: the cloud says 401, and that is handled', async () => {
    const { clock, session } = sessionWith()
    const first = await session.get(0)
    clock.now -= 24 * HOUR
    expect(await session.get(60_000)).toBe(first)
    expect((await session.replace(first)).token.reveal()).toBe('t2')
  })
})
