import { describe, expect, test } from 'vitest'
import type { ImportProgress } from '../../shared/domain.ts'
import type { ImageTask } from '../../shared/image-protocol.ts'
import { lookAtImport } from './import-progress.ts'
import { image } from './testing/fakes.ts'

const known = (method: ImportProgress['method']): ImportProgress => ({ method, stores: [], task: null })
const task = (status: string, message: string | null = null): ImageTask => ({
  id: 't1',
  type: 'api_image_import',
  status,
  message,
  method: null,
  stores: [],
  createdAt: null,
  updatedAt: null,
})
const props = (towards: string, failed: string, lock = false) => ({
  os_glance_importing_to_stores: towards,
  os_glance_failed_import: failed,
  ...(lock && { os_glance_import_task: 't1' }),
})
const stores = (...pairs: [string, string][]) => pairs.map(([id, state]) => ({ id, state }))

describe('an import, as its image and its task tell of it', () => {
  test('queued with the lock on: taken, but not begun; it runs', () => {
    const look = lookAtImport(image({ status: 'queued', properties: props('', '', true) }), task('pending'), known('web-download'), [
      'a',
      'b',
    ])
    expect(look).toMatchObject({ verdict: 'running', progress: { stores: stores(['a', 'waiting'], ['b', 'waiting']) } })
  })
  test('active in one store, and on its way to the next: still running, and the first is done', () => {
    const seen = image({ status: 'active', stores: ['a'], properties: props('b', '', true) })
    expect(lookAtImport(seen, task('processing', 'Copied 12 MiB'), known('web-download'), [])).toMatchObject({
      verdict: 'running',
      progress: { stores: stores(['b', 'waiting'], ['a', 'done']), task: { status: 'processing', message: 'Copied 12 MiB' } },
    })
  })
  test('active without the lock: done; a store that failed is told from the others', () => {
    const seen = image({ status: 'active', stores: ['a'], properties: props('', 'b') })
    expect(lookAtImport(seen, task('success'), known('web-download'), ['a', 'b'])).toMatchObject({
      verdict: 'done',
      progress: { stores: stores(['a', 'done'], ['b', 'failed']) },
    })
  })
  test.each([
    ['web-download', 'queued', props('', 'a')],
    ['glance-direct', 'importing', props('', 'a')],
    ['glance-direct', 'importing', props('b', 'a')],
    ['glance-direct', 'uploading', props('', 'a')],
  ] as const)('%s that left it %s has failed', (method, status, properties) => {
    expect(lookAtImport(image({ status, properties }), task('failure'), known(method), ['a']).verdict).toBe('failed')
  })
  test('copy-image is judged by the stores that have the data, not by the status, which is active all the time', () => {
    const copying = known('copy-image')
    const seen = (has: string[], failed: string) => image({ status: 'active', stores: has, properties: props('', failed) })
    expect(lookAtImport(seen(['a', 'b'], ''), task('success'), copying, ['b']).verdict).toBe('done')
    expect(lookAtImport(seen(['a'], 'b'), task('success'), copying, ['b']).verdict).toBe('failed')
    expect(lookAtImport(seen(['a', 'b'], 'c'), task('success'), copying, ['b', 'c'])).toMatchObject({
      verdict: 'failed',
      progress: { stores: stores(['b', 'done'], ['c', 'failed']) },
    })
  })
  test('an old cloud, without locks and tasks, is read by the status alone', () => {
    const web = known('web-download')
    expect(lookAtImport(image({ status: 'importing' }), null, web, []).verdict).toBe('running')
    expect(lookAtImport(image({ status: 'queued' }), null, web, []).verdict).toBe('nothing-begun')
    expect(lookAtImport(image({ status: 'queued', properties: props('', 'a') }), null, web, []).verdict).toBe('failed')
    expect(lookAtImport(image({ status: 'active', stores: ['a'] }), null, web, []).verdict).toBe('done')
    expect(lookAtImport(image({ status: 'active', stores: ['a'] }), null, known('copy-image'), ['b']).verdict).toBe('nothing-begun')
  })
  test('stores that the cloud names no more are not forgotten', () => {
    const first = lookAtImport(image({ status: 'importing', properties: props('a,b', '', true) }), null, known('web-download'), [])
    const last = lookAtImport(image({ status: 'active', stores: ['a'], properties: props('', '') }), task('success'), first.progress, [])
    expect(last.progress.stores).toEqual(stores(['a', 'done'], ['b', 'failed']))
  })
})
