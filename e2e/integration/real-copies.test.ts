import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { THIS_COMPUTER, type Transfer } from '../../src/shared/domain.ts'
import { type LabUser, type OpenStackLab, openstackLab } from '../openstack/lab.ts'
import { md5, TestCore } from './support/core.ts'

/** Copies with a real Glance and Keystone at one end or both, looked at from outside with the official command line. */
const lab = openstackLab()
const ALICE = 'cloud:lab-alice'
const BOB = 'cloud:lab-bob'
const skipped = lab === null ? ' (needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up)' : ''

let core: TestCore
let real: OpenStackLab
beforeEach(async () => {
  if (lab === null) return
  real = lab
  const dir = await mkdtemp(join(tmpdir(), 'glancer-real-copies-'))
  core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } })
})
afterEach(async () => {
  if (lab !== null) await core.remove()
})

async function copy(from: string, to: string, imageId: string): Promise<{ id: string; row: Transfer }> {
  const { images } = await core.call('copies.plan', { fromCloudId: from, toCloudId: to, imageIds: [imageId] })
  const items = images.map(({ fields }) => ({ imageId, fields }))
  const { transferIds } = await core.call('copies.start', { fromCloudId: from, toCloudId: to, items })
  const [id] = transferIds
  if (id === undefined) throw new Error('no transfer was made')
  const row = await core.until(id, ({ state }) => {
    if (state === 'waiting') core.retryNow()
    return state === 'done' || state === 'failed'
  })
  return { id, row }
}

/** The data as `openstack image save` fetches it. */
async function saved(user: LabUser, imageId: string): Promise<Buffer> {
  const file = join(core.dir, `saved-${imageId}`)
  await real.openstack(user, 'image', 'save', '--file', file, imageId)
  return await readFile(file)
}

const bothSides = { kind: 'verified', algorithms: ['MD5', 'SHA-512'], source: ['MD5', 'SHA-512'] }

describe.skipIf(lab === null)(`copies with a real Glance${skipped}`, () => {
  test('from one project to another, and it is the same image there, with what describes it', async () => {
    const bytes = randomBytes(7_000_003)
    const file = join(core.dir, 'source.raw')
    await writeFile(file, bytes)
    const source = await real.createImage('alice', 'golden', file, 'raw')
    await real.openstack(
      'alice',
      'image',
      'set',
      '--property',
      'os_distro=debian',
      '--property',
      'hw_disk_bus=scsi',
      '--tag',
      'lts',
      '--min-disk',
      '2',
      source,
    )
    const { id, row } = await copy(ALICE, BOB, source)
    expect(row).toMatchObject({ state: 'done', verification: bothSides, from: { imageId: source } })
    const target = row.imageId ?? ''
    const [before, after] = [await real.image('alice', source), await real.image('bob', target)]
    expect(after).toMatchObject({
      name: 'golden',
      status: 'active',
      size: bytes.length,
      checksum: before.checksum,
      disk_format: 'raw',
      container_format: 'bare',
    })
    expect(await real.openstack('bob', 'image', 'show', '-f', 'json', target)).toMatchObject({
      min_disk: 2,
      tags: ['lts'],
      properties: { os_distro: 'debian', hw_disk_bus: 'scsi' },
    })
    expect(md5(await saved('bob', target))).toBe(md5(bytes))
    const { leftOut, log } = await core.call('transfers.detail', { id })
    // What the official client noted about its own upload, what is Glance's, and whom it was shared with.
    expect(leftOut.map(({ name }) => name)).toEqual(expect.arrayContaining(['owner_specified.openstack.md5', 'stores', 'members']))
    expect(log.map(({ text }) => text).join('\n')).toContain('Compared with both records')
    await real.openstack('bob', 'image', 'delete', target)
    await real.openstack('alice', 'image', 'delete', source)
  })

  test('to the built-in service and back, byte for byte', async () => {
    const bytes = randomBytes(5_000_021)
    const here = await core.anImage(bytes, 'here')
    const out = await copy(THIS_COMPUTER, ALICE, here)
    expect(out.row).toMatchObject({ state: 'done', verification: bothSides })
    const there = out.row.imageId ?? ''
    expect(await real.image('alice', there)).toMatchObject({ status: 'active', checksum: md5(bytes), size: bytes.length })
    const back = await copy(ALICE, THIS_COMPUTER, there)
    expect(back.row).toMatchObject({ state: 'done', verification: bothSides })
    await core.until(await core.download(back.row.imageId ?? ''), ({ state }) => state === 'done')
    expect(md5(await core.downloaded('here.raw'))).toBe(md5(bytes))
    await real.openstack('alice', 'image', 'delete', there)
  })

  test('of one that is killed in the middle at either end ends whole, on the same image', async () => {
    const bytes = randomBytes(24_000_000)
    const here = await core.anImage(bytes, 'long')
    await core.call('app.changeSettings', { speedLimit: 6_000_000 })
    const { images } = await core.call('copies.plan', { fromCloudId: THIS_COMPUTER, toCloudId: ALICE, imageIds: [here] })
    const items = images.map(({ fields }) => ({ imageId: here, fields }))
    const { transferIds } = await core.call('copies.start', { fromCloudId: THIS_COMPUTER, toCloudId: ALICE, items })
    const id = transferIds[0] ?? ''
    await core.until(id, ({ bytesDone }) => bytesDone > 4_000_000)
    await core.close()
    await core.open()
    await core.call('app.changeSettings', { speedLimit: null })
    const row = await core.until(id, ({ state }) => {
      if (state === 'waiting') core.retryNow()
      return state === 'done' || state === 'failed'
    })
    expect(row).toMatchObject({ state: 'done', verification: bothSides })
    const there = row.imageId ?? ''
    expect(await real.image('alice', there)).toMatchObject({ status: 'active', checksum: md5(bytes) })
    // And out again, with Glance restarted under the reading side: the rest is asked for, or it begins again; never less than all.
    await core.call('app.changeSettings', { speedLimit: 6_000_000 })
    const plan = await core.call('copies.plan', { fromCloudId: ALICE, toCloudId: THIS_COMPUTER, imageIds: [there] })
    const again = await core.call('copies.start', {
      fromCloudId: ALICE,
      toCloudId: THIS_COMPUTER,
      items: plan.images.map(({ fields }) => ({ imageId: there, fields: { ...fields, name: 'back' } })),
    })
    const backId = again.transferIds[0] ?? ''
    await core.until(backId, ({ bytesDone }) => bytesDone > 4_000_000)
    await real.control('kill', 'glance')
    await real.control('start', 'glance')
    await core.call('app.changeSettings', { speedLimit: null })
    const back = await core.until(backId, ({ state }) => {
      if (state === 'waiting') core.retryNow()
      return state === 'done' || state === 'failed'
    })
    expect(back).toMatchObject({ state: 'done', verification: bothSides })
    const { log } = await core.call('transfers.detail', { id: backId })
    console.info(
      `Glance was killed while it was read: ${log
        .map(({ text }) => text)
        .filter((text) => /asked for|again from/.test(text))
        .join(' | ')}`,
    )
    await core.until(await core.download(back.imageId ?? ''), ({ state }) => state === 'done')
    expect(md5(await core.downloaded('back.raw'))).toBe(md5(bytes))
    await real.openstack('alice', 'image', 'delete', there)
  })

  test('md5sum of the official client says the same of a larger one', async () => {
    const bytes = randomBytes(40_000_000)
    const here = await core.anImage(bytes, 'larger')
    const { row } = await copy(THIS_COMPUTER, BOB, here)
    expect(row).toMatchObject({ state: 'done', verification: bothSides })
    await saved('bob', row.imageId ?? '')
    const { stdout } = await promisify(execFile)('md5sum', [join(core.dir, `saved-${row.imageId}`)])
    expect(stdout.slice(0, 32)).toBe(createHash('md5').update(bytes).digest('hex'))
    await real.openstack('bob', 'image', 'delete', row.imageId ?? '')
  })
})
