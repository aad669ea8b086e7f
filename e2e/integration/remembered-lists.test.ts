import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { idOf, OwnCloud } from '../fixtures/own-cloud.ts'
import { TestCore } from './support/core.ts'

const PROD = 'cloud:prod'

test('what is done with a row of the last run is asked of the cloud first: changed and gone images are left alone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'glancer-remembered-'))
  const cloud = new OwnCloud(join(dir, 'cloud'))
  await cloud.start()
  await writeFile(join(dir, 'clouds.yaml'), stringify({ clouds: { prod: cloud.entry() } }))
  const core = await TestCore.start({ dir, env: { OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml') } })
  try {
    const names = ['same', 'renamed', 'gone', 'left']
    for (const name of names) await cloud.createImage('demo', name)
    await core.call('clouds.signIn', { cloudId: PROD })
    await core.call('images.watch', { cloudId: PROD })
    await vi.waitFor(async () => expect((await core.call('images.watch', { cloudId: PROD })).images).toHaveLength(4), { timeout: 10_000 })
    await core.close()
    await cloud.renameImage('demo', 'renamed', 'somebody needs this')
    await cloud.deleteImage('demo', 'gone')

    cloud.freeze()
    await core.open()
    const { images, state } = await core.call('images.watch', { cloudId: PROD })
    expect([images.length, state.remembered]).toEqual([4, true])
    // A person is quicker than the cloud.
    const asked = core.call('images.delete', { cloudId: PROD, imageIds: names.slice(0, 3).map(idOf) })
    cloud.thaw()
    const outcomes = await asked
    expect(outcomes.map(({ error }) => error?.code ?? null)).toEqual([null, 'conflict', 'not-found'])
    expect((await cloud.imageNames('demo')).toSorted()).toEqual(['left', 'somebody needs this'])
  } finally {
    await core.remove()
    await cloud.kill()
  }
})
