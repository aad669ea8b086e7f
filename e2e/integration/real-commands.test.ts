import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { toImage } from '../../src/core/images/record.ts'
import { type CommandKind, openstackCommands } from '../../src/shared/image-texts.ts'
import { openstackLab } from '../openstack/lab.ts'
import { ServerSide } from './support/server-side.ts'

/** The lines that are copied for a terminal, run in one: a shell and the official client take them as they are meant. */
const lab = openstackLab()
const skipped = lab === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''

test.skipIf(lab === null)(`the openstack commands of an image do what they say${skipped}`, async () => {
  if (lab === null) return
  const server = new ServerSide(lab.env.glanceUrl, await lab.token('alice'))
  const dir = await mkdtemp(join(tmpdir(), 'glancer-commands-'))
  const name = `-odd "name" $HOME 'q' ✓ ${Date.now()}`
  const settings = {
    ...{ name, visibility: 'shared', protected: true, os_hidden: true, min_disk: 3, min_ram: 64, tags: ['-t', 'a b', "it's"] },
    ...{ os_distro: 'debian', note: 'x=y "z" $(id)\nsecond line', 'key with space': '-v' },
  }
  const id = await server.addImage(name, Buffer.from('hello'), settings)
  /** In a terminal of its own, since without one `create` takes its standard input for the data. */
  const inTerminal = async (kind: CommandKind): Promise<void> => {
    const line = openstackCommands([toImage(await server.show(id))], kind)
    const env = { ...process.env, PATH: `/usr/bin:${process.env.PATH}`, OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml, OS_CLOUD: 'lab-alice' }
    const running = promisify(execFile)('script', ['-qec', line, '/dev/null'], { cwd: dir, env, timeout: 60_000 })
    running.child.stdin?.end()
    await running
  }
  const hidden = async (): Promise<{ ID: string; Name: string }[]> =>
    z
      .array(z.object({ ID: z.string(), Name: z.string() }))
      .parse(await lab.openstack('alice', 'image', 'list', '--hidden', '-f', 'json'))
      .filter((row) => row.Name === name)
  try {
    await inTerminal('save')
    expect(await readFile(join(dir, `${name.slice(1)}.raw`), 'utf8')).toBe('hello')
    await inTerminal('create')
    const made = (await hidden()).map((row) => row.ID).find((each) => each !== id) ?? ''
    const { tags, ...others } = settings
    expect(await server.show(made)).toMatchObject({ status: 'queued', ...others })
    expect((await server.show(made)).tags).toEqual(expect.arrayContaining(tags))
    await inTerminal('set')
    expect(await server.show(id)).toMatchObject({ status: 'active', ...others })
    for (const each of [id, made]) await lab.openstack('alice', 'image', 'set', '--unprotected', each)
    await inTerminal('delete')
    await server.delete(made)
    expect(await hidden()).toEqual([])
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
