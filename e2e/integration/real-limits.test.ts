import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { imageFieldsSchema, type Transfer } from '../../src/shared/domain.ts'
import { OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { TestCore } from './support/core.ts'
import { PLENTY, RealKeystone } from './support/real-keystone.ts'
import { ServerSide } from './support/server-side.ts'

/** Limits that Keystone keeps and Glance enforces (`use_keystone_limits`): what the cloud publishes, and what its refusals are called. */
const found = openstackLab()
const skipped = found === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''
const ALICE = 'cloud:lab-alice'
const MIB = 1024 * 1024
const limits = ['image_size_total', 'image_stage_total', 'image_count_total', 'image_count_uploading'] as const

test.skipIf(found === null)(`limits of Keystone: published, and refused in words${skipped}`, async () => {
  if (found === null) return
  const keystone = await RealKeystone.of(found)
  const name = `limited-${randomBytes(4).toString('hex')}`
  const project = await keystone.addProject(name, ['alice'])
  const dir = await mkdtemp(join(tmpdir(), 'glancer-real-limits-'))
  const cloudsYaml = join(dir, 'limited.yaml')
  await writeFile(cloudsYaml, (await readFile(found.env.cloudsYaml, 'utf8')).replaceAll('project_name: demo', `project_name: ${name}`))
  const lab = new OpenStackLab({ ...found.env, cloudsYaml })
  // Only who sees the whole system sees the limits of other projects.
  const settings = `[DEFAULT]
use_keystone_limits = True
[oslo_limit]
auth_url = ${lab.env.keystoneUrl}
auth_type = password
username = admin
password = ${lab.env.passwords.admin}
user_domain_id = default
system_scope = all
endpoint_id = ${await keystone.imageEndpoint()}
`
  const unregister = await keystone.registerImageLimits(limits)
  const core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: cloudsYaml } })
  const upload = async (mib: number, staging?: { stores: string[]; allStores: boolean; mustAllSucceed: boolean }): Promise<string> => {
    const file = await core.aFile(`${randomBytes(4).toString('hex')}.raw`, mib * MIB)
    const fields = imageFieldsSchema.parse({ name: file.fileId, diskFormat: 'raw', containerFormat: 'bare', visibility: 'private' })
    const items = [{ fileId: file.fileId, fields }]
    return (await core.call('uploads.start', { cloudId: ALICE, items, ...(staging !== undefined && { staging }) })).transferIds[0] ?? ''
  }
  const ended = ({ state }: Transfer): boolean => state === 'done' || state === 'failed'
  /** While the project has this limit alone. */
  const limited = async (name: (typeof limits)[number], most: number, work: () => Promise<void>): Promise<void> => {
    const undo = await keystone.limitImages(project, { [name]: most })
    try {
      await work()
    } finally {
      await undo()
    }
  }
  try {
    await lab.withSettings('glance', settings, async () => {
      await core.call('clouds.signIn', { cloudId: ALICE })
      const issued = await lab.openstack('alice', 'token', 'issue', '-f', 'json')
      const server = new ServerSide(lab.env.glanceUrl, z.object({ id: z.string() }).parse(issued).id)

      await limited('image_size_total', 3, async () => {
        // Glance asks before it takes an image whether the project is over its limit already, so one image may go over it.
        expect(await core.until(await upload(4), ended)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
        expect(await core.call('images.usage', { cloudId: ALICE })).toEqual(
          expect.arrayContaining([
            { name: 'image_size_total', limit: 3, usage: 4 },
            { name: 'image_count_total', limit: PLENTY, usage: 1 },
          ]),
        )
        expect(await core.until(await upload(1), ended)).toMatchObject({
          state: 'failed',
          error: {
            code: 'quota',
            message: expect.stringMatching(/^The images of this project may take 3\.15\sMB in all, and take 4\.19\sMB\.$/),
          },
          leftBehind: 'The image, queued and without data. It is used again on a retry.',
        })
      })

      await limited('image_count_total', 2, async () => {
        const words = { code: 'quota', message: 'This project may have 2 images, and has 2.' }
        // Refused before there is a record: nothing is left.
        expect(await core.until(await upload(1), ended)).toMatchObject({ state: 'failed', error: words, leftBehind: null })
        const record = {
          ...{ name: 'one more', diskFormat: 'raw', containerFormat: 'bare', visibility: 'private' as const, tags: [], properties: {} },
          ...{ protected: false, hidden: false, minDisk: 0, minRam: 0 },
        }
        await expect(core.call('images.create', { cloudId: ALICE, record })).rejects.toMatchObject(words)
      })

      const staged = await server.addRecord({ name: 'staged' })
      await server.put(staged, randomBytes(2 * MIB), 'stage')
      await limited('image_stage_total', 1, async () => {
        expect(await core.until(await upload(1, { stores: [], allStores: false, mustAllSucceed: true }), ended)).toMatchObject({
          state: 'failed',
          error: {
            code: 'quota',
            message: expect.stringMatching(/^This project may have 1\.05\sMB staged at a time, and has 2\.10\sMB\.$/),
          },
        })
      })

      await limited('image_count_uploading', 1, async () => {
        // The staged one counts, and so does this one: it waits, and goes on when there is room.
        const id = await upload(1)
        const waiting = await core.until(id, (row) => row.state === 'waiting' || ended(row))
        expect(waiting).toMatchObject({ state: 'waiting', error: { message: 'This project may upload 1 image at a time.' } })
        await server.delete(staged)
        core.retryNow()
        expect(await core.until(id, ended)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
      })
    })
  } finally {
    await core.remove()
    await unregister()
  }
})
