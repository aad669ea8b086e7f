import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImageService, type Keystone, startImageService, startKeystone } from '../../src/core/service/index.ts'

// The clients that everybody has, unmodified, as Debian packages them (python3-openstackclient, python3-glanceclient, python3-openstacksdk).
const CLIENTS = ['/usr/bin/openstack', '/usr/bin/glance', '/usr/bin/python3']
const missing = CLIENTS.filter((path) => !existsSync(path))
const DATA = randomBytes(2_500_000)
const MD5 = createHash('md5').update(DATA).digest('hex')

let dir = ''
let keystone: Keystone
let service: ImageService
let file = ''

interface Ran {
  code: number | null
  out: string
  err: string
}

async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: dir,
    env: { PATH: '/usr/bin:/bin', HOME: dir, LANG: 'C.UTF-8', PYTHONWARNINGS: 'ignore', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
  })
  const read = async (stream: AsyncIterable<Buffer>) => {
    let text = ''
    for await (const part of stream) text += part.toString()
    return text
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [out, err, code] = await Promise.all([read(child.stdout), read(child.stderr), ended])
  return { code, out: out.trim(), err: err.trim() }
}

/** Runs and expects success; the output. */
async function openstack(...args: string[]): Promise<string> {
  const ran = await run('/usr/bin/openstack', ['--os-cloud', 'alice', ...args])
  expect(ran.code, `openstack ${args.join(' ')}\n${ran.err}\n${ran.out}`).toBe(0)
  return ran.out
}

async function glance(...args: string[]): Promise<string> {
  const ran = await run('/usr/bin/glance', args, signInAs('alice'))
  expect(ran.code, `glance ${args.join(' ')}\n${ran.err}\n${ran.out}`).toBe(0)
  return ran.out
}

function signInAs(user: string): Record<string, string> {
  return {
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: user,
    OS_PASSWORD: `${user}pass`,
    OS_PROJECT_NAME: 'demo',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: 'RegionOne',
  }
}

function cloud(user: string, password: string, project: string): Record<string, unknown> {
  return {
    region_name: 'RegionOne',
    identity_api_version: 3,
    auth: {
      auth_url: keystone.url,
      username: user,
      password,
      project_name: project,
      user_domain_name: 'Default',
      project_domain_name: 'Default',
    },
  }
}

/** One row of `glance`'s table. */
function row(table: string, field: string): string | undefined {
  return new RegExp(`^\\| ${field}\\s+\\| (.*?)\\s*\\|$`, 'm').exec(table)?.[1]
}

beforeAll(async () => {
  if (missing.length > 0) return
  dir = await mkdtemp(join(tmpdir(), 'glancer-clients-'))
  await mkdir(join(dir, 'data'))
  const users = [
    { name: 'admin', password: 'adminpass', projects: { demo: ['admin'] } },
    { name: 'alice', password: 'alicepass', projects: { demo: ['member'] } },
    { name: 'bob', password: 'bobpass', projects: { other: ['member'] } },
  ]
  keystone = await startKeystone({ users })
  service = await startImageService({
    dataDir: join(dir, 'data'),
    stores: [{ id: 'fast' }, { id: 'slow' }],
    identity: { kind: 'check', ...keystone.check },
  })
  keystone.publishImageService(service.url)
  const clouds = {
    admin: cloud('admin', 'adminpass', 'demo'),
    alice: cloud('alice', 'alicepass', 'demo'),
    bob: cloud('bob', 'bobpass', 'other'),
    wrong: cloud('alice', 'nonsense', 'demo'),
  }
  await writeFile(join(dir, 'clouds.yaml'), JSON.stringify({ clouds }))
  file = join(dir, 'disk.img')
  await writeFile(file, DATA)
})

afterAll(async () => {
  await service?.close()
  await keystone?.close()
  if (dir !== '') await rm(dir, { recursive: true, force: true })
})

describe.skipIf(missing.length > 0)(`official clients (needs ${CLIENTS.join(', ')})`, () => {
  it('openstack: create, show, list, save, set, unset, delete', async () => {
    const id = await openstack(
      'image',
      'create',
      '--disk-format',
      'raw',
      '--container-format',
      'bare',
      '--file',
      file,
      '-f',
      'value',
      '-c',
      'id',
      'one',
    )
    const shown = JSON.parse(await openstack('image', 'show', '-f', 'json', 'one'))
    expect(shown).toMatchObject({ id, status: 'active', size: DATA.length, checksum: MD5, properties: { stores: 'fast' } })
    expect(await openstack('image', 'list', '-f', 'value', '-c', 'Name')).toBe('one')
    await openstack('image', 'save', '--file', 'saved.img', 'one')
    expect((await readFile(join(dir, 'saved.img'))).equals(DATA)).toBe(true)
    await openstack('image', 'set', '--property', 'os_distro=debian', '--tag', 'red', '--min-ram', '64', '--name', 'uno', 'one')
    expect(JSON.parse(await openstack('image', 'show', '-f', 'json', id))).toMatchObject({
      name: 'uno',
      min_ram: 64,
      tags: ['red'],
      properties: { os_distro: 'debian' },
    })
    await openstack('image', 'unset', '--property', 'os_distro', '--tag', 'red', id)
    const unset = JSON.parse(await openstack('image', 'show', '-f', 'json', id))
    expect(unset.tags).toEqual([])
    expect(unset.properties).not.toHaveProperty('os_distro')
    await openstack('image', 'set', '--deactivate', id)
    await openstack('image', 'set', '--activate', id)
    await openstack('image', 'delete', id)
    expect(await openstack('image', 'list', '-f', 'value')).toBe('')
  })

  it('openstack: share with another project, accept, and see it there', async () => {
    const id = await openstack(
      'image',
      'create',
      '--disk-format',
      'raw',
      '--container-format',
      'bare',
      '--file',
      file,
      '-f',
      'value',
      '-c',
      'id',
      'shared',
    )
    const other = await run('/usr/bin/openstack', ['--os-cloud', 'bob', 'token', 'issue', '-f', 'value', '-c', 'project_id'])
    // A member may not look projects up by name; the id is taken as it is.
    await openstack('image', 'add', 'project', id, other.out)
    const accepted = await run('/usr/bin/openstack', ['--os-cloud', 'bob', 'image', 'set', '--accept', id])
    expect(accepted.code, accepted.err).toBe(0)
    const listed = await run('/usr/bin/openstack', ['--os-cloud', 'bob', 'image', 'list', '-f', 'value', '-c', 'ID'])
    expect(listed.out).toBe(id)
    expect(await openstack('image', 'member', 'list', id, '-f', 'value', '-c', 'Status')).toBe('accepted')
    await openstack('image', 'remove', 'project', id, other.out)
    await openstack('image', 'delete', id)
  })

  it('openstack: a wrong password and a member who publishes are refused', async () => {
    const wrong = await run('/usr/bin/openstack', ['--os-cloud', 'wrong', 'image', 'list'])
    expect(wrong.code).not.toBe(0)
    expect(wrong.err).toContain('The request you have made requires authentication. (HTTP 401)')
    const publish = await run('/usr/bin/openstack', ['--os-cloud', 'alice', 'image', 'create', '--public', '--file', file, 'mine'])
    expect(publish.code).not.toBe(0)
    expect(publish.err).toContain('publicize_image')
  })

  it('openstack: an application credential signs in', async () => {
    const made = JSON.parse(await openstack('application', 'credential', 'create', '-f', 'json', 'robot'))
    const list = await run('/usr/bin/openstack', ['image', 'list'], {
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_AUTH_URL: keystone.url,
      OS_APPLICATION_CREDENTIAL_ID: made.id,
      OS_APPLICATION_CREDENTIAL_SECRET: made.secret,
    })
    expect(list.code, list.err).toBe(0)
  })

  it('glance: image-create --progress, image-download, stage and import', async () => {
    const created = await glance(
      'image-create',
      '--name',
      'two',
      '--disk-format',
      'raw',
      '--container-format',
      'bare',
      '--file',
      file,
      '--progress',
    )
    expect(row(created, 'status')).toBe('active')
    expect(row(created, 'checksum')).toBe(MD5)
    // The table breaks a value of 128 characters into two lines.
    expect(row(created, 'os_hash_value')).toMatch(/^[0-9a-f]{60,}$/)
    expect(createHash('sha512').update(DATA).digest('hex')).toContain(row(created, 'os_hash_value'))
    const id = row(created, 'id') ?? ''
    await glance('image-download', '--file', join(dir, 'down.img'), id)
    expect((await readFile(join(dir, 'down.img'))).equals(DATA)).toBe(true)

    // Made by hand: with no terminal on its stdin, `glance image-create` would upload that, and the image would be active with 0 bytes.
    const token = await openstack('token', 'issue', '-f', 'value', '-c', 'id')
    const made = await fetch(`${service.url}/v2/images`, {
      method: 'POST',
      headers: { 'X-Auth-Token': token },
      body: '{"name":"three","disk_format":"raw","container_format":"bare"}',
    })
    const staged = String(Object(await made.json()).id)
    await glance('image-stage', '--file', file, staged)
    await glance('image-import', '--import-method', 'glance-direct', '--stores', 'fast,slow', staged)
    await expect.poll(async () => row(await glance('image-show', staged), 'status'), { timeout: 20_000, interval: 100 }).toBe('active')
    expect(row(await glance('image-show', staged), 'stores')).toBe('fast,slow')
    await glance('image-delete', id, staged)
  })

  it('openstacksdk: upload with checks, download with checks, paging', async () => {
    const script = `
import openstack, sys
conn = openstack.connect(cloud='alice')
image = conn.create_image('sdk', filename=${JSON.stringify(file)}, disk_format='raw', container_format='bare', wait=True, validate_checksum=True)
image = conn.image.get_image(image.id)
assert image.status == 'active', image.status
assert image.checksum == '${MD5}', image.checksum
conn.image.download_image(image, output='sdk.img')
assert open('sdk.img', 'rb').read() == open(${JSON.stringify(file)}, 'rb').read()
for n in range(30):
    conn.image.post('/images', json={'name': 'n%d' % n})
names = [i.name for i in conn.image.images(limit=7) if i.name == 'sdk' or i.name.startswith('n')]
assert len(names) == 31 and len(set(names)) == 31, names
assert [s.id for s in conn.image.stores()] == ['fast', 'slow']
conn.image.update_image(image, name='renamed')
assert conn.image.find_image('renamed').id == image.id
conn.image.delete_image(image)
assert conn.image.find_image('renamed') is None
print('fine')
`
    const ran = await run('/usr/bin/python3', ['-c', script])
    expect(ran.code, ran.err).toBe(0)
    expect(ran.out).toContain('fine')
  })

  it('a token that was revoked, or that expired, is refused', async () => {
    const token = await openstack('token', 'issue', '-f', 'value', '-c', 'id')
    const ask = () => fetch(`${service.url}/v2/images`, { headers: { 'X-Auth-Token': token } })
    expect((await ask()).status).toBe(200)
    await openstack('token', 'revoke', token)
    const refused = await ask()
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toMatch(/^Keystone uri="http/)
    keystone.tokens.lifeMs = -1
    const expired = await openstack('token', 'issue', '-f', 'value', '-c', 'id').catch(() => 'none')
    keystone.tokens.lifeMs = 3600_000
    expect((await fetch(`${service.url}/v2/images`, { headers: { 'X-Auth-Token': expired } })).status).toBe(401)
  })
})
