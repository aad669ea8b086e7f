import { describe, expect, it } from 'vitest'
import { readClouds } from './read-clouds.ts'

const short = (text: string) => {
  const { kind, clouds, notes } = readClouds(text)
  return { kind, clouds: clouds.map(({ draft, secret, asks }) => ({ ...draft, secret: secret?.reveal() ?? null, asks })), notes }
}

describe('a text with clouds in it', () => {
  it('may be an openrc that asks for the password', () => {
    const { kind, clouds, notes } = short(
      'export OS_AUTH_URL=https://id.example/v3\nexport OS_PROJECT_NAME="demo"\nexport OS_USERNAME=ada\nread -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT\n',
    )
    expect(kind).toBe('openrc')
    expect(notes).toEqual([])
    expect(clouds).toMatchObject([
      {
        name: 'id.example demo',
        method: 'password',
        authUrl: 'https://id.example/v3',
        user: { by: 'name', value: 'ada' },
        userDomain: { by: 'id', value: 'default' },
        project: { by: 'name', value: 'demo' },
        secret: null,
        asks: true,
      },
    ])
  })

  it('may be an openrc of an application credential', () => {
    const { clouds } = short(
      'export OS_AUTH_TYPE=v3applicationcredential\nexport OS_AUTH_URL=https://id.example\nexport OS_REGION_NAME=r1\nexport OS_APPLICATION_CREDENTIAL_ID=abc\nexport OS_APPLICATION_CREDENTIAL_SECRET="s3cr$t"\n'.replace(
        '$',
        '\\$',
      ),
    )
    expect(clouds).toMatchObject([
      { method: 'application-credential', credential: { by: 'id', value: 'abc' }, region: 'r1', secret: 's3cr$t', asks: false },
    ])
  })

  it('may ask for more than the password', () => {
    const { clouds } = short('export OS_AUTH_URL=https://id.example\nread OS_USERNAME\nread -s OS_PASSWORD\nexport OS_PROJECT_ID=p1\n')
    expect(clouds).toMatchObject([{ user: { by: 'name', value: '' }, project: { by: 'id', value: 'p1' }, asks: true }])
  })

  it('looks up nothing of the surroundings', () => {
    const { clouds } = short(
      'export OS_AUTH_URL=https://id.example\nexport OS_USERNAME=$USER\nexport OS_TOKEN=x\nexport OS_CACERT=$HOME/ca.pem',
    )
    expect(clouds).toMatchObject([{ method: 'token', caFile: '~/ca.pem', secret: 'x' }])
  })

  it('may be a whole clouds.yaml, some entries, or the inside of one', () => {
    const inside = 'auth:\n  auth_url: https://id.example/v3\n  username: ada\n  password: 0123\nregion_name: r1\n'
    const indented = inside.replace(/^/gm, '    ')
    for (const [text, name] of [
      [`clouds:\n  acme:\n${indented}`, 'acme'],
      [`  acme:\n${indented}`, 'acme'],
      [inside, 'id.example'],
      [indented, 'id.example'],
      [JSON.stringify({ clouds: { acme: { auth: { auth_url: 'https://id.example/v3', username: 'ada', password: '0123' } } } }), 'acme'],
    ] as const)
      expect(short(text), text).toMatchObject({
        kind: 'clouds.yaml',
        clouds: [{ name, secret: '0123', authUrl: 'https://id.example/v3', scope: 'unscoped' }],
        notes: [],
      })
  })

  it('gives a cloud for each region, and what cannot be used by its name', () => {
    const { clouds, notes } = short(
      'clouds:\n  a: {auth: {auth_url: "https://a.example", username: x}, regions: [r1, r2]}\n  b: {auth: {username: x}}\n  c: {auth_type: v3oidcpassword, auth: {auth_url: "https://c.example"}}\n  d: {auth_type: v3multifactor, auth: {auth_url: "https://d.example", username: x}}\n',
    )
    expect(clouds.map(({ name, region }) => [name, region])).toEqual([
      ['a (r1)', 'r1'],
      ['a (r2)', 'r2'],
    ])
    expect(notes.map(({ text }) => text)).toEqual([
      'b has no auth_url.',
      'c signs in by v3oidcpassword, which Glancer does not know.',
      'd signs in by several factors, for which the form has no place.',
    ])
  })

  it('names the line of what it cannot read, and never quotes it', () => {
    expect(short('clouds:\n  a:\n\tauth: hunter2\n')).toMatchObject({ clouds: [], notes: [{ line: 3 }] })
    expect(JSON.stringify(short('clouds:\n  a: "hunter2\n'))).not.toContain('hunter2')
    expect(short('export OS_USERNAME=ada')).toMatchObject({
      clouds: [],
      notes: [{ line: null, text: expect.stringMatching(/OS_AUTH_URL/) }],
    })
    expect(short('<!doctype html><p>Sign in</p>').clouds).toEqual([])
    expect(short('').notes).toHaveLength(1)
    expect(short('export OS_AUTH_URL=https://x\nexport OS_IDENTITY_API_VERSION=2\nexport OS_USERNAME=a').notes[0]?.text).toMatch(
      /^This file asks for version 2/,
    )
  })
})
