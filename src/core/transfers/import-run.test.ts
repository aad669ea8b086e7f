import { beforeEach, describe, expect, test } from 'vitest'
import { imageFieldsSchema } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { ImageTask } from '../../shared/image-protocol.ts'
import type { Attempt, AttemptDeps } from './attempt.ts'
import { runImport } from './import-run.ts'
import { transition } from './machine.ts'
import type { ImportRecordJob, TransferRecord } from './record.ts'
import { FakeCloud, FakeEngine, image, record } from './testing/fakes.ts'

/** One attempt at an import, without a queue: what is asked of the cloud, and what is not asked twice. */

let cloud: FakeCloud

const fields = imageFieldsSchema.parse({ name: 'an image', diskFormat: 'raw', containerFormat: 'bare', visibility: 'private' })
const task = (id: string, status: string): ImageTask => ({
  ...{ id, type: 'api_image_import', status, message: null, method: null, stores: [] },
  ...{ createdAt: null, updatedAt: null },
})
const web: ImportRecordJob['source'] = { method: 'web-download', uri: 'https://e.org/a.raw' }
function importing(
  source: ImportRecordJob['source'],
  job: Partial<ImportRecordJob> = {},
  row: Partial<TransferRecord> = {},
): TransferRecord {
  const progress = { method: source.method, stores: [], task: null }
  const target = { stores: ['a'], allStores: false, mustAllSucceed: true }
  return record({ kind: 'import', source, target, fields, created: false, progress, ...job }, row)
}

/** Runs it to its end. Returns what is kept of it. */
async function run(of: TransferRecord): Promise<TransferRecord> {
  let now = of
  let time = 0
  const attempt: Attempt = {
    get record() {
      return now
    },
    signal: new AbortController().signal,
    step(event, patch = {}) {
      now = { ...now, ...patch, state: transition(now.state, event) ?? now.state }
    },
    set(patch) {
      now = { ...now, ...patch }
    },
    note: () => {},
    progress: () => {},
    runs: () => {},
    leaves: () => {},
    retryAfterMs: null,
  }
  const deps: AttemptDeps = {
    engine: new FakeEngine(),
    cloud,
    otherCloud: () => null,
    incoming: { whole: () => Promise.reject(new GlancerError('interrupted', 'not here')) },
    stallTimeoutMs: 1000,
    now: () => time,
    // Time passes, so that a wait in vain comes to its end.
    sleep: async (ms) => {
      time += ms
    },
  }
  await runImport(attempt, deps)
  return now
}
/** What the cloud does when it is asked: all at once, with a task that says so. */
function succeeds(): void {
  cloud.onImport = (id) => {
    const before = cloud.images.get(id)
    if (before !== undefined) cloud.images.set(id, { ...before, status: 'active', size: 10, stores: ['a'], properties: {} })
    cloud.tasks.set(id, [task('new', 'success'), ...(cloud.tasks.get(id) ?? [])])
  }
}

beforeEach(() => {
  cloud = new FakeCloud()
  succeeds()
})

describe('an import', () => {
  test('makes its image, asks once, and protects it at the end where that was wished', async () => {
    const { imageId, verification } = await run(importing(web, { fields: { ...fields, protected: true } }))
    expect(cloud.orders).toEqual([
      { method: { name: 'web-download', uri: 'https://e.org/a.raw' }, stores: ['a'], allStores: false, mustAllSucceed: true },
    ])
    expect(cloud.images.get(imageId ?? '')).toMatchObject({ status: 'active', protected: true })
    expect(verification?.kind).toBe('not-compared')
  })

  test('names the region and the image there by the API’s own names', async () => {
    await run(importing({ method: 'glance-download', region: 'Two', imageId: 'there' }))
    expect(cloud.orders[0]?.method).toEqual({ name: 'glance-download', glance_region: 'Two', glance_image_id: 'there' })
  })

  test('that the cloud has taken already is not asked for again, though its image is still queued', async () => {
    const lock = { os_glance_import_task: 't1' }
    cloud.images.set('i', image({ id: 'i', status: 'queued', properties: lock }))
    cloud.tasks.set('i', [task('t1', 'pending')])
    let looks = 0
    const { get } = cloud.images
    cloud.images.get = (id) => {
      if (++looks === 4) {
        cloud.images.set('i', image({ id: 'i', status: 'active', stores: ['a'] }))
        cloud.tasks.set('i', [task('t1', 'success')])
      }
      return get.call(cloud.images, id)
    }
    await run(importing(web, { created: true }, { imageId: 'i' }))
    expect(cloud.orders).toEqual([])
  })

  test('with a lock that was left over from one that never began is asked for', async () => {
    cloud.images.set('i', image({ id: 'i', status: 'queued', properties: { os_glance_import_task: 'gone' } }))
    await run(importing(web, { created: true }, { imageId: 'i' }))
    expect(cloud.orders).toHaveLength(1)
  })

  test('is not judged by the failure of one before it', async () => {
    cloud.images.set('i', image({ id: 'i', status: 'queued', stores: [] }))
    cloud.tasks.set('i', [task('old', 'failure')])
    // A Glance without locks, which shows its new task a little later; and it is over between the look at the image and the one at its tasks.
    cloud.onImport = () => {}
    let asked = 0
    const tasks = cloud.tasks.get.bind(cloud.tasks)
    cloud.tasks.get = (id) => {
      if (cloud.orders.length > 0 && ++asked === 3) {
        cloud.images.set('i', image({ id: 'i', status: 'active', stores: ['a'] }))
        cloud.tasks.set(id, [task('new', 'success'), task('old', 'failure')])
      }
      return tasks(id)
    }
    expect(await run(importing(web, { created: true }, { imageId: 'i' }))).toMatchObject({ verification: { kind: 'not-compared' } })
  })

  test('is over when its task is, also where the status was left at importing', async () => {
    cloud.onImport = (id) => {
      const before = cloud.images.get(id)
      const failed = { os_glance_failed_import: 'a', os_glance_importing_to_stores: '' }
      if (before !== undefined) cloud.images.set(id, { ...before, status: 'importing', properties: failed })
      cloud.tasks.set(id, [task('new', 'failure')])
    }
    await expect(run(importing(web))).rejects.toMatchObject({ code: 'conflict', remedy: expect.stringContaining('begin again') })
  })

  test('of a copy to stores asks only for those that lack the data', async () => {
    cloud.images.set('i', image({ id: 'i', stores: ['a'] }))
    cloud.onImport = (id) => void cloud.images.set(id, image({ id, stores: ['a', 'b'] }))
    const target = { stores: ['a', 'b'], allStores: false, mustAllSucceed: true }
    await run(importing({ method: 'copy-image' }, { target, fields: null }, { imageId: 'i' }))
    expect(cloud.orders).toEqual([{ method: { name: 'copy-image' }, stores: ['b'], allStores: false, mustAllSucceed: true }])
    expect(cloud.calls_.some((call) => call.startsWith('protect'))).toBe(false)
  })
})
