import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { THIS_COMPUTER } from '../../src/shared/domain.ts'
import type { Project } from '../../src/shared/place-protocol.ts'
import { OwnCloud } from '../fixtures/own-cloud.ts'
import { TestCore } from './support/core.ts'

/** One cloud with several projects and regions, the real core, and a queue that has to keep apart what belongs where. */
const PROD = 'cloud:prod'
let dir = ''
let cloud: OwnCloud
let core: TestCore

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-side-by-side-'))
  cloud = new OwnCloud(join(dir, 'cloud'))
  await cloud.start()
  await writeFile(join(dir, 'clouds.yaml'), stringify({ clouds: { prod: cloud.entry() } }))
  core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml') } })
})
afterEach(async () => {
  await core.remove()
  await cloud.kill()
})

async function project(name: string): Promise<Project> {
  const found = (await core.call('clouds.places', { cloudId: PROD })).projects.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no project ${name}`)
  return found
}
const open = async (name: string | null, region: string | null, beside = false): Promise<string> =>
  (await core.call('clouds.show', { cloudId: PROD, project: name === null ? null : await project(name), region, beside })).id
const upload = async (name: string, cloudId: string, bytes = 100_000): Promise<string> =>
  await core.upload((await core.aFile(`${name}.raw`, bytes)).fileId, { name }, cloudId)
const verified = { state: 'done', verification: { kind: 'verified' } }

describe('projects and regions', () => {
  test('what was queued in a project goes there, although another was shown since, and Glancer was closed in between', async () => {
    await core.call('clouds.signIn', { cloudId: PROD })
    await core.call('app.changeSettings', { transfersAtOnce: 1, speedLimit: 20_000 })
    // Holds the one slot, so that all others are still queued at the end of this run.
    const slow = await upload('slow', THIS_COMPUTER, 2_000_000)
    await core.until(slow, ({ bytesDone }) => bytesDone > 0)
    const research = await open('research', null)
    const ids = [
      await upload('for-research', research),
      await upload('for-demo', PROD),
      await upload('for-south', await open(null, 'south', true)),
    ]
    // Nothing of research is shown any more.
    await core.call('clouds.show', { cloudId: research, project: await project('demo'), region: null, beside: false })
    expect((await core.call('app.snapshot', {})).clouds.map(({ id }) => id)).not.toContain(research)
    await core.close()
    await core.open()
    await core.call('transfers.act', { ids: [slow], action: 'cancel' })
    await core.call('app.changeSettings', { transfersAtOnce: 3, speedLimit: null })
    const rows = await Promise.all(ids.map((id) => core.ended(id)))
    expect(rows).toMatchObject([
      { ...verified, cloudId: research, cloudName: 'prod · research' },
      { ...verified, cloudId: PROD, cloudName: 'prod' },
      { ...verified, cloudName: 'prod · south' },
    ])
    expect(await cloud.imageNames('research')).toEqual(['for-research'])
    expect(await cloud.imageNames('demo')).toEqual(['for-demo'])
    expect(await cloud.imageNames('demo', 'south')).toEqual(['for-south'])
    const receipt = await core.call('transfers.receipt', { id: ids[0] ?? '' })
    expect(JSON.parse(receipt.json)).toMatchObject({ cloud: { name: 'prod · research', project: 'research' } })
  })

  test('tokens that are ended from outside are replaced in silence, for lists, changes and transfers at once', async () => {
    await core.call('clouds.signIn', { cloudId: PROD })
    const research = await open('research', null, true)
    for (const cloudId of [PROD, research]) expect(await core.ended(await upload('first', cloudId))).toMatchObject(verified)
    await cloud.endTokens()
    const work = [PROD, research].flatMap((cloudId) => [
      core.call('images.offered', { cloudId, status: 'pending' }),
      core.call('images.usage', { cloudId }),
      upload('second', cloudId).then((id) => core.ended(id)),
      upload('third', cloudId).then((id) => core.ended(id)),
    ])
    const done = await Promise.all(work)
    expect(done[2]).toMatchObject({ ...verified, attempt: 1 })
    expect(done[7]).toMatchObject({ ...verified, attempt: 1 })
    const { clouds } = await core.call('app.snapshot', {})
    expect(clouds.slice(1).map(({ state }) => state.kind)).toEqual(['signed-in', 'signed-in'])
  })
})
