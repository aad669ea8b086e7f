import { describe, expect, it } from 'vitest'
import { cloudScopes, draftProblems, emptyDraft, signInMethods, takesScope } from '../../shared/cloud-draft.ts'
import { Secret, secretsOf } from './cloud-config.ts'
import { configOf, draftOf, secretIn, withSecret } from './draft-config.ts'

const filled = {
  ...emptyDraft(),
  name: 'acme',
  authUrl: 'https://id.example/v3',
  user: { by: 'name', value: 'ada' },
  credential: { by: 'id', value: 'c1' },
  project: { by: 'id', value: 'p1' },
  domain: { by: 'name', value: 'd' },
  trustId: 't1',
  region: 'r1',
  endpoint: 'https://glance.example',
  caFile: '/ca.pem',
} as const

describe('a draft and the configuration that it stands for', () => {
  it.each(signInMethods.flatMap((method) => cloudScopes.map((scope) => [method, scope] as const)))(
    'are the same cloud: %s, %s',
    (method, scope) => {
      const draft = { ...filled, method, scope }
      expect(draftProblems(draft)).toEqual(new Map())
      const config = configOf(draft, 'x')
      expect(configOf(draftOf(config), 'x')).toEqual(config)
      expect(config.scope.kind).toBe(takesScope(method) ? (scope === 'unscoped' ? 'none' : scope) : 'none')
      expect(secretIn(config.auth)).toBeNull()
      const complete = withSecret(config, new Secret('s3cret'))
      expect(secretIn(complete.auth)?.reveal()).toBe('s3cret')
      expect(JSON.stringify(draftOf(complete))).not.toContain('s3cret')
    },
  )

  it('take spaces around a value for a slip', () => {
    expect(configOf({ ...filled, authUrl: ' https://id.example/v3 ', region: '  ' }, 'x')).toMatchObject({
      authUrl: 'https://id.example/v3',
      region: null,
    })
  })

  it('have no form for several factors', () => {
    const config = configOf(filled, 'x')
    const auth = { kind: 'multifactor', methods: [] } as const
    expect(() => draftOf({ ...config, auth })).toThrow(/several factors/)
    expect(secretsOf({ kind: 'multifactor', methods: [{ kind: 'token', token: new Secret('a') }] })).toHaveLength(1)
  })
})

describe('what is missing in a draft', () => {
  it('is told by field', () => {
    const of = (over: object) => [...draftProblems({ ...filled, ...over }).keys()]
    expect([...draftProblems(emptyDraft()).keys()]).toEqual(['name', 'authUrl', 'user', 'project'])
    expect(of({ authUrl: 'id.example' })).toEqual(['authUrl'])
    expect(of({ authUrl: 'ftp://id.example' })).toEqual(['authUrl'])
    expect(of({ method: 'none', authUrl: '', endpoint: '' })).toEqual(['endpoint'])
    expect(of({ method: 'application-credential', credential: { by: 'name', value: 'x' }, user: { by: 'name', value: '' } })).toEqual([
      'user',
    ])
    expect(of({ method: 'token', user: { by: 'name', value: '' } })).toEqual([])
    expect(of({ user: { by: 'id', value: 'u' }, userDomain: { by: 'name', value: '' } })).toEqual([])
    expect(of({ project: { by: 'name', value: 'p' }, projectDomain: { by: 'name', value: ' ' } })).toEqual(['projectDomain'])
    expect(of({ scope: 'trust', trustId: '' })).toEqual(['trustId'])
    expect(of({ keyFile: '/key' })).toEqual(['certFile'])
    expect(of({ name: 'n'.repeat(101) })).toEqual(['name'])
    expect(of({ endpoint: 'glance' })).toEqual(['endpoint'])
  })
})
