import { describe, expect, it } from 'vitest'
import { type CloudDraft, emptyDraft } from '../../shared/cloud-draft.ts'
import { configOf } from './draft-config.ts'
import { readClouds } from './read-clouds.ts'
import { openrcLines } from './terminal-lines.ts'

const draft = (over: Partial<CloudDraft> = {}): CloudDraft => ({
  ...emptyDraft(),
  name: 'acme',
  authUrl: 'https://id.example:5000/v3',
  user: { by: 'name', value: "o'ada" },
  project: { by: 'name', value: 'demo project' },
  ...over,
})

describe('the lines for a terminal', () => {
  it.each<[string, Partial<CloudDraft>]>([
    ['names', {}],
    ['ids', { user: { by: 'id', value: 'u1' }, project: { by: 'id', value: 'p1' } }],
    ['an application credential', { method: 'application-credential', credential: { by: 'id', value: 'c1' } }],
    ['one by its name', { method: 'application-credential', credential: { by: 'name', value: 'robot' } }],
    ['a domain', { scope: 'domain', domain: { by: 'id', value: 'd1' } }],
    ['the system', { scope: 'system' }],
    ['a passcode', { method: 'totp' }],
    [
      'a region, files and an endpoint',
      { region: 'r1', interface: 'internal', caFile: '/etc/ca.pem', certFile: '/c', keyFile: '/k', endpoint: 'https://glance.example' },
    ],
    ['no check', { verify: false }],
    ['no sign-in', { method: 'none', endpoint: 'http://glance.example' }],
  ])('say with %s what the form says, and hold no secret', (_, over) => {
    const before = configOf(draft(over), 'x')
    const read = readClouds(openrcLines(before))
    expect(read.notes.filter(({ line }) => line !== null && line < openrcLines(before).split('\n').length)).toEqual([])
    const [found] = read.clouds
    const after = configOf({ ...(found?.draft ?? emptyDraft()), name: 'acme' }, 'x')
    expect(after.tls).toEqual(before.tls)
    expect({ ...after, tls: null }).toMatchObject({
      authUrl: before.authUrl,
      region: before.region,
      interface: before.interface,
      scope: before.scope.kind === 'project' && before.scope.project.id !== undefined ? { project: before.scope.project } : before.scope,
    })
    expect(found?.asks).toBe(before.auth.kind !== 'none')
    if (before.auth.kind === 'password') expect(after.auth).toMatchObject({ kind: 'password', user: before.auth.user })
    else expect(after.auth.kind).toBe(before.auth.kind)
  })
})
