import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AddedClouds } from './added-clouds.ts'
import { watchClouds } from './cloud-files-watch.ts'
import type { CloudLink } from './link.ts'
import { createLinkSource } from './link-source.ts'
import { Secrets } from './secrets.ts'

let root = ''
let stop: (() => void) | null = null
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'glancer-links-'))
  for (const folder of ['home', 'cwd']) await mkdir(join(root, folder))
})
afterEach(async () => {
  stop?.()
  stop = null
  await rm(root, { recursive: true, force: true })
})

const places = () => ({ env: {}, homeDir: join(root, 'home'), cwd: join(root, 'cwd'), platform: 'linux' as const })
const entry = (name: string, password = 'pw'): string =>
  `  ${name}: {auth: {auth_url: "https://id.example/v3", username: ada, password: ${password}}}\n`
const file = () => join(root, 'home/.config/openstack/clouds.yaml')

describe('links to the clouds of the files', () => {
  const source = () =>
    createLinkSource({ url: 'http://127.0.0.1:1', token: 't' }, places(), {
      dataDir: root,
      added: new AddedClouds(root),
      secrets: new Secrets(root, null),
      setAside: [],
    })
  const byId = (links: readonly CloudLink[]) => new Map(links.map((link) => [link.id, link]))

  it('keeps a link whose entry is as it was, and replaces one whose secret changed', async () => {
    const from = source()
    await mkdir(join(root, 'home/.config/openstack'), { recursive: true })
    await writeFile(file(), `clouds:\n${entry('a')}${entry('b')}`)
    const first = byId((await from.load()).links)
    expect([...first.keys()]).toEqual(['this-computer', 'cloud:a', 'cloud:b'])
    await writeFile(file(), `clouds:\n${entry('a', 'changed')}${entry('b')}`)
    const second = byId((await from.load()).links)
    expect(second.get('cloud:b')).toBe(first.get('cloud:b'))
    expect(second.get('cloud:a')).not.toBe(first.get('cloud:a'))
    expect(second.get('cloud:a')?.name).toBe('a')
  })

  it('a file that is broken while it is edited takes no cloud away', async () => {
    const from = source()
    await mkdir(join(root, 'home/.config/openstack'), { recursive: true })
    await writeFile(file(), `clouds:\n${entry('a')}`)
    const first = byId((await from.load()).links)
    await writeFile(file(), `clouds:\n${entry('a')}  b: {auth`)
    const broken = await from.load()
    expect(broken.links.find(({ id }) => id === 'cloud:a')).toBe(first.get('cloud:a'))
    expect(broken.files[0]?.error).toMatch(/^Line \d/)
    await writeFile(file(), `clouds:\n${entry('a')}${entry('b')}`)
    const mended = byId((await from.load()).links)
    expect(mended.get('cloud:a')).toBe(first.get('cloud:a'))
    expect(mended.has('cloud:b')).toBe(true)
    await writeFile(file(), `clouds:\n${entry('b')}`)
    expect((await from.load()).links.map(({ id }) => id)).toEqual(['this-computer', 'cloud:b'])
  })
})

describe('watching the files', () => {
  /** Waits until what `change` did was noticed. */
  async function noticed(changed: ReturnType<typeof vi.fn>, change: () => Promise<unknown>): Promise<void> {
    changed.mockClear()
    await change()
    await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 5000, interval: 20 })
  }

  it('sees the first file of a newcomer, a change, a replacement, and the end of the folder', async () => {
    const changed = vi.fn()
    stop = watchClouds(places(), changed)
    const folder = join(root, 'home/.config/openstack')
    await noticed(changed, () => mkdir(folder, { recursive: true }))
    await noticed(changed, () => writeFile(file(), 'clouds: {}\n'))
    await noticed(changed, () => writeFile(file(), 'clouds: {}\n\n'))
    await noticed(changed, async () => {
      await writeFile(join(folder, 'new~'), 'clouds: {}\n')
      await rename(join(folder, 'new~'), file())
    })
    await noticed(changed, () => writeFile(join(folder, 'secure.yml'), ''))
    await noticed(changed, () => rm(folder, { recursive: true }))
    await noticed(changed, async () => {
      await mkdir(folder)
      await writeFile(file(), 'clouds: {}\n')
    })
  })

  it('sees the folder of the start, a file elsewhere by its variable, and where a link leads', async () => {
    await mkdir(join(root, 'other'))
    await mkdir(join(root, 'dotfiles'))
    await writeFile(join(root, 'dotfiles/mine'), '')
    await mkdir(join(root, 'home/.config/openstack'), { recursive: true })
    await symlink(join(root, 'dotfiles/mine'), file())
    const changed = vi.fn()
    stop = watchClouds({ ...places(), env: { OS_CLIENT_CONFIG_FILE: join(root, 'other/x.yaml') } }, changed)
    await noticed(changed, () => writeFile(join(root, 'cwd/clouds.yaml'), ''))
    await noticed(changed, () => writeFile(join(root, 'other/x.yaml'), ''))
    await noticed(changed, () => writeFile(join(root, 'dotfiles/mine'), 'clouds: {}\n'))
  })

  it('says nothing of other files, nor after the end', async () => {
    const changed = vi.fn()
    stop = watchClouds(places(), changed)
    await writeFile(join(root, 'cwd/notes.txt'), 'x')
    await noticed(changed, () => writeFile(join(root, 'cwd/clouds.json'), '{}'))
    expect(changed).toHaveBeenCalledTimes(1)
    stop()
    changed.mockClear()
    await writeFile(join(root, 'cwd/clouds.json'), '{ }')
    // Longer than it takes to notice, shown by a watcher that is still there.
    const other = vi.fn()
    stop = watchClouds(places(), other)
    await noticed(other, () => writeFile(join(root, 'cwd/clouds.json'), '{}'))
    expect(changed).not.toHaveBeenCalled()
  })
})
