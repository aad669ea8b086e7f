import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LoadedClouds, loadClouds } from './cloud-files.ts'
import { cloudFolders } from './cloud-places.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'glancer-cloud-files-'))
})
afterEach(async () => await rm(root, { recursive: true, force: true }))

const good = (name: string, more = ''): string =>
  `  ${name}:\n    auth: {auth_url: "https://id.example/v3", username: ada, password: pw, project_name: demo}\n${more}`

async function load(files: Record<string, string>, env: Record<string, string> = {}): Promise<LoadedClouds> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return await loadClouds({ env, homeDir: join(root, 'home'), cwd: join(root, 'cwd'), platform: 'linux' })
}
const names = (loaded: LoadedClouds): string[] => loaded.configs.map(({ name }) => name)
const errors = (loaded: LoadedClouds): (string | null)[] => loaded.files.map(({ error }) => error).filter((error) => error !== null)
const yaml = 'home/.config/openstack/clouds.yaml'

describe('clouds of the files', () => {
  it('looks where openstacksdk looks, in its order', () => {
    const places = { homeDir: '/home/ada', cwd: '/here' }
    expect(cloudFolders({ ...places, env: {}, platform: 'linux' })).toEqual([
      ...['/here', '/home/ada/.config/openstack', '/etc/xdg/openstack', '/etc/openstack'],
    ])
    expect(
      cloudFolders({ ...places, env: { XDG_CONFIG_HOME: '/x', XDG_CONFIG_DIRS: '/y:/z', SNAP_REAL_HOME: '/real' }, platform: 'linux' }),
    ).toEqual([...['/here', '/x/openstack', '/real/.config/openstack', '/y/openstack', '/etc/openstack']])
    expect(cloudFolders({ ...places, env: {}, platform: 'darwin' })).toEqual([
      ...['/here', '/home/ada/Library/Application Support/openstack', '/home/ada/.config/openstack'],
      ...['/Library/Application Support/openstack', '/etc/openstack'],
    ])
    expect(cloudFolders({ ...places, env: { LOCALAPPDATA: '/local' }, platform: 'win32' })[1]).toBe('/local/OpenStack/openstack')
  })

  it('one that cannot be used is named; the others are there', async () => {
    const loaded = await load({
      [yaml]: `clouds:\n${good('a')}  empty:\n  words: nothing\n  noauth:\n    auth: {username: x}\n  noname:\n    auth: {auth_url: "https://x.example"}\n  odd:\n    auth: {auth_url: "id.example:5000/v3", username: x}\n${good('old', '    identity_api_version: 2\n')}${good('kerberos', '    auth_type: v3kerberos\n')}${good('unknown', '    profile: nobody\n')}  lost:\n    profile: nobody\n    auth: {username: x}\n${good('z')}`,
    })
    expect(names(loaded)).toEqual(['a', 'unknown', 'z'])
    expect(errors(loaded)).toEqual([
      'empty has nothing in it.',
      'words has nothing in it.',
      'noauth has no auth_url.',
      'noname has no username.',
      'The auth_url of odd is not an http address.',
      'old asks for version 2 of the Identity API, which OpenStack has given up. Set identity_api_version to 3, and name the domains.',
      'kerberos signs in by v3kerberos, which Glancer does not know.',
      'unknown names the profile nobody, which is unknown; the rest of it is used.',
      'lost has no auth_url, and its profile nobody is unknown: it is not in clouds-public.yaml.',
    ])
    expect(loaded.broken).toBe(false)
  })

  it('a broken file is named with its line, and says that clouds may be missing', async () => {
    const loaded = await load(
      { [yaml]: `clouds:\n${good('a')}\n\tb: x\n` },
      { OS_AUTH_URL: 'https://id.example/v3', OS_USERNAME: 'ada', OS_PASSWORD: 'pw' },
    )
    expect(loaded.files).toEqual([
      { path: '~/.config/openstack/clouds.yaml', error: expect.stringMatching(/^Line 5: Tabs are not allowed/) },
    ])
    expect(loaded.broken).toBe(true)
    expect(names(loaded)).toEqual(['envvars'])
  })

  it.each([
    ['clouds: [a, b]\n', 'What stands under `clouds` is not a mapping of names to clouds.'],
    ['x'.repeat(2 * 1024 * 1024), 'It is larger than 1 MiB; a list of clouds is not.'],
  ])('a file that holds no clouds is named', async (text, sentence) => {
    expect(errors(await load({ [yaml]: text }))).toEqual([sentence])
  })

  it('a broken secure.yaml does not hide clouds.yaml', async () => {
    const loaded = await load({ [yaml]: `clouds:\n${good('a')}`, 'home/.config/openstack/secure.yaml': 'clouds: {' })
    expect(names(loaded)).toEqual(['a'])
    expect(errors(loaded)).toEqual([expect.stringMatching(/^Line \d: /)])
  })

  it.skipIf(process.getuid?.() === 0)('a file that may not be read is named, and the next one is used', async () => {
    await load({ 'cwd/clouds.yaml': `clouds:\n${good('a')}` })
    await chmod(join(root, 'cwd/clouds.yaml'), 0)
    const loaded = await load({ [yaml]: `clouds:\n${good('b')}` })
    expect(names(loaded)).toEqual(['b'])
    expect(errors(loaded)).toEqual([expect.stringContaining('EACCES')])
  })

  it('OS_CLOUD comes first, and is named when it names nothing', async () => {
    const files = { [yaml]: `clouds:\n${good('a')}${good('b')}` }
    expect(names(await load(files, { OS_CLOUD: 'b' }))).toEqual(['b', 'a'])
    expect(errors(await load(files, { OS_CLOUD: 'c' }))).toEqual(['OS_CLOUD names c, which is not in it.'])
  })

  it('an openrc that cannot be used, or has the name of a cloud in the file, is named', async () => {
    expect(errors(await load({}, { OS_AUTH_URL: 'https://id.example/v3', OS_PASSWORD: 'pw' }))).toEqual(['envvars has no username.'])
    const openrc = { OS_AUTH_URL: 'https://id.example/v3', OS_USERNAME: 'ada', OS_PASSWORD: 'pw' }
    const loaded = await load({ [yaml]: `clouds:\n${good('envvars')}` }, openrc)
    expect(names(loaded)).toEqual(['envvars'])
    expect(errors(loaded)[0]).toMatch(/^The OS_ variables describe a cloud called envvars, and so does ~/)
    expect(names(await load({}, { OS_REGION_NAME: 'r', OS_USERNAME: 'stray' }))).toEqual(['envvars'])
  })

  it('certificates are found from home and from the folder of the start', async () => {
    const loaded = await load({ [yaml]: `clouds:\n${good('a', '    cacert: ~/own.pem\n    cert: me.pem\n    key: /k.pem\n')}` })
    expect(loaded.configs[0]?.tls).toEqual({
      ...{ verify: true, caFile: join(root, 'home/own.pem'), certFile: join(root, 'cwd/me.pem'), keyFile: '/k.pem' },
    })
  })
})
