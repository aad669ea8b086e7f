import { expect, test } from 'vitest'
import { type CloudConfig, Secret } from './cloud-config.ts'
import { identityOf } from './identity-of.ts'

const ada: CloudConfig = {
  name: 'prod',
  entry: 'prod',
  source: 'clouds.yaml',
  authUrl: 'https://keystone.example/v3',
  auth: { kind: 'password', user: { name: 'ada' }, userDomain: { name: 'Default' }, password: new Secret('a very secret word') },
  scope: { kind: 'project', project: { name: 'demo' }, domain: { name: 'Default' } },
  region: 'north',
  interface: 'public',
  imageEndpoint: null,
  tls: { verify: true, caFile: null, certFile: null, keyFile: null },
}
const token = { kind: 'token', token: new Secret('a very secret token') } as const

test('whatever makes it another person, project, place or service makes it another identity', () => {
  const credential = { kind: 'application-credential', credential: { id: 'c1' }, user: {}, userDomain: {}, secret: null } as const
  const others: Partial<CloudConfig>[] = [
    {},
    { authUrl: 'https://other.example/v3' },
    { auth: { kind: 'password', user: { name: 'bob' }, userDomain: { name: 'Default' }, password: null } },
    { auth: { kind: 'password', user: { name: 'ada' }, userDomain: { name: 'Other' }, password: null } },
    { auth: credential },
    { auth: { ...credential, credential: { id: 'c2' } } },
    { auth: { kind: 'none', endpoint: 'http://127.0.0.1:9292', token: null } },
    { scope: { kind: 'project', project: { name: 'research' }, domain: { name: 'Default' } } },
    { scope: { kind: 'system' } },
    { region: 'south' },
    { interface: 'internal' },
    { imageEndpoint: 'https://glance.example' },
  ]
  const identities = others.map((change) => identityOf({ ...ada, ...change }))
  expect(identities).not.toContain(null)
  expect(new Set(identities).size).toBe(others.length)
})

test('a changed password, certificate or source is the same identity, and no secret is in it', () => {
  const changed = {
    ...ada,
    source: 'added here',
    auth: { ...ada.auth, password: new Secret('another') },
    tls: { ...ada.tls, verify: false },
  }
  expect(identityOf(changed)).toBe(identityOf(ada))
  expect(identityOf(ada)).not.toContain('secret')
})

test('a token alone does not say whose it is', () => {
  expect(identityOf({ ...ada, auth: token })).toBe(null)
  expect(identityOf({ ...ada, auth: { kind: 'none', endpoint: 'http://127.0.0.1:9292', token: token.token } })).toBe(null)
  expect(identityOf({ ...ada, auth: { kind: 'multifactor', methods: [token] } })).toBe(null)
  const both = identityOf({
    ...ada,
    auth: { kind: 'multifactor', methods: [{ kind: 'totp', user: { id: 'u1' }, userDomain: {}, passcode: null }, token] },
  })
  expect(both).toContain('u1')
  expect(both).not.toContain('secret')
})
