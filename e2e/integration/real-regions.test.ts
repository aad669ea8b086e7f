import { randomBytes, randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { imageFieldsSchema } from '../../src/shared/domain.ts'
import { OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { md5, TestCore } from './support/core.ts'
import { RealKeystone } from './support/real-keystone.ts'

/** A cloud of two regions: one Keystone, two Glances with a database and stores each. The first fetches from the second by glance-download. */
const found = openstackLab()
const skipped = found === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''
const ALICE = 'cloud:lab-alice'
const REGION = 'RegionTwo'
const BYTES = randomBytes(3_000_017)

describe.skipIf(found === null)(`glance-download from a second region${skipped}`, () => {
  let lab: OpenStackLab
  let core: TestCore
  let source: string
  const undo: (() => Promise<unknown>)[] = []

  /** Runs until the tests are over; its settings go back then. */
  const during = async (around: (work: () => Promise<void>) => Promise<void>): Promise<void> => {
    const ready = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    const whole = around(async () => {
      ready.resolve()
      await over.promise
    })
    whole.catch(ready.reject)
    undo.unshift(async () => {
      over.resolve()
      await whole
    })
    await ready.promise
  }
  const shown = async (id: string | null) =>
    z
      .object({
        status: z.string(),
        size: z.number().nullish(),
        checksum: z.string().nullish(),
        disk_format: z.string().nullish(),
        properties: z.record(z.string(), z.unknown()),
      })
      .parse(await lab.openstack('alice', 'image', 'show', '-f', 'json', id ?? ''))
  const begin = async (imageId: string, region = REGION): Promise<string> => {
    const fields = imageFieldsSchema.parse({
      name: `from-two-${randomUUID()}`,
      diskFormat: 'raw',
      containerFormat: 'bare',
      visibility: 'private',
    })
    const items = [{ method: 'glance-download' as const, region, imageId, fields }]
    const target = { stores: ['slow'], allStores: false, mustAllSucceed: true }
    return (await core.call('imports.start', { cloudId: ALICE, items, target })).transferIds[0] ?? ''
  }

  beforeAll(async () => {
    if (found === null) return
    lab = found
    await during((work) => lab.withSecondGlance(work))
    const port = new URL(lab.env.glanceTwoUrl).port
    // Glance fetches from other regions with the filter of web-download, which refuses loopback and ports of our kind by itself.
    const settings = `[DEFAULT]
enabled_import_methods = [glance-direct,web-download,copy-image,glance-download]
[import_filtering_opts]
allowed_ports = [${lab.env.webSourcePort},${port}]
`
    await during((work) => lab.withSettings('glance', settings, work))
    const keystone = await RealKeystone.of(lab)
    undo.unshift(await keystone.addRegion(REGION, lab.env.glanceTwoUrl))
    core = await TestCore.start({ env: { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } })
    await core.call('clouds.signIn', { cloudId: ALICE })
    const cloudsYaml = join(core.dir, 'two.yaml')
    await writeFile(
      cloudsYaml,
      (await readFile(lab.env.cloudsYaml, 'utf8')).replaceAll(`region_name: ${lab.env.region}`, `region_name: ${REGION}`),
    )
    const two = new OpenStackLab({ ...lab.env, cloudsYaml })
    const file = join(core.dir, 'two.qcow2')
    await writeFile(file, BYTES)
    const properties = ['--property', 'hw_firmware_type=uefi', '--property', 'os_distro=debian', '--property', 'of_the_source=1']
    const made = await two.openstack(
      'alice',
      ...['image', 'create', '-f', 'json', '--disk-format', 'qcow2', '--container-format', 'bare', '--file', file],
      ...[...properties, 'golden'],
    )
    source = z.object({ id: z.string() }).parse(made).id
  }, 120_000)
  afterAll(async () => {
    await core?.remove()
    for (const step of undo) await step()
  }, 60_000)

  test('the first region has it then, with the data, the formats and what describes it', async () => {
    const row = await core.ended(await begin(source))
    expect(row).toMatchObject({
      state: 'done',
      bytesTotal: BYTES.length,
      verification: { kind: 'not-compared', reason: expect.stringContaining(`fetched it from ${REGION}`) },
      import: { method: 'glance-download', stores: [{ id: 'slow', state: 'done' }], task: { status: 'success' } },
    })
    // Formats and these properties are the source's, whatever was asked for (observed on Glance 25.1); others are not taken over.
    const image = await shown(row.imageId)
    expect(image).toMatchObject({ status: 'active', size: BYTES.length, checksum: md5(BYTES), disk_format: 'qcow2' })
    expect(image.properties).toMatchObject({ stores: 'slow', hw_firmware_type: 'uefi', os_distro: 'debian' })
    expect(image.properties).not.toHaveProperty('of_the_source')
    await core.call('images.delete', { cloudId: ALICE, imageIds: [row.imageId ?? ''] })
  })

  test('an image or a region that is not there: the record stays for a retry, and nothing is claimed', async () => {
    for (const id of [await begin(randomUUID()), await begin(source, 'Atlantis')]) {
      const row = await core.ended(id)
      expect(row).toMatchObject({
        state: 'failed',
        verification: null,
        error: { code: 'import-failed', detail: 'Its task says: Task failed due to Internal Error' },
        leftBehind: 'The image, queued and without data. It is used again on a retry.',
      })
      expect(await shown(row.imageId)).toMatchObject({ status: 'queued' })
    }
  })
})
