import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Check } from '../shared/check-protocol.ts'
import { Checks } from './checks.ts'
import { FakeCloud, FakeEngine, image, noWaits, record } from './transfers/testing/fakes.ts'

let dir = ''
let engine: FakeEngine
let cloud: FakeCloud
let checks: Checks
let discarded: string[]
let notes: string[]
let looks: (() => void)[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-checks-'))
  engine = new FakeEngine()
  cloud = new FakeCloud()
  discarded = []
  notes = []
  looks = []
  checks = new Checks({
    engine,
    cloud: (id) => (id === 'prod' ? cloud : null),
    cloudName: (id) => id,
    file: (fileId) =>
      fileId === 'coming'
        ? { kind: 'incoming', fileId, fileName: 'b.img', size: 10, head: null, tail: null }
        : { kind: 'path', fileId, fileName: 'a.img', path: join(dir, 'a.img') },
    incoming: {
      expect: () => {},
      whole: (_id, _progress, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
      discard: async (fileId) => void discarded.push(fileId),
    },
    transfer: (id) => ({
      ...record({ kind: 'download', folder: dir, replace: false, part: null, noRange: false, folderDev: null, committing: null }),
      id,
      cloudId: 'prod',
      imageId: 'i1',
      fileName: 'a.img',
    }),
    note: (_id, _level, text) => void notes.push(text),
    now: () => 1,
    changed: () => {
      for (const look of [...looks]) look()
    },
    removed: () => {},
  })
  await writeFile(join(dir, 'a.img'), '0123456789')
})
afterEach(async () => {
  await checks.close()
  await rm(dir, { recursive: true })
})

async function until(id: string, holds: (check: Check) => boolean): Promise<Check> {
  const { promise, resolve } = Promise.withResolvers<Check>()
  const look = (): void => {
    const check = checks.get(id)
    if (check !== null && holds(check)) resolve(check)
  }
  looks.push(look)
  look()
  return await promise
}
const over = ({ endedAt }: Check): boolean => endedAt !== null
const read = (digests: Record<string, string>) => ({ type: 'done', result: { kind: 'hash', bytes: 10, digests, waits: noWaits } }) as const
const anImage = (fields: Parameters<typeof image>[0] = {}): void => void cloud.images.set('i1', image({ id: 'i1', ...fields }))

describe('a check', () => {
  test('names what was compared, with both sides', async () => {
    anImage()
    const job = engine.next()
    const { id } = checks.start('prod', 'i1', 'an image', 'there')
    const { job: asked, progress, end } = await job
    expect(asked).toMatchObject({ kind: 'hash', path: join(dir, 'a.img'), digests: ['md5', 'sha512'], identity: { size: 10 } })
    progress(4)
    expect(checks.get(id)).toMatchObject({ state: 'reading', bytesDone: 4, bytesTotal: 10 })
    end(read({ md5: 'aa', sha512: 'bb' }))
    expect(await until(id, over)).toMatchObject({
      state: 'done',
      verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] },
      sizes: { local: 10, remote: 10 },
      digests: [
        { algorithm: 'MD5', local: 'aa', remote: 'aa' },
        { algorithm: 'SHA-512', local: 'bb', remote: 'bb' },
      ],
    })
    expect(notes).toEqual([])
  })

  test('with one digest that differs is a mismatch', async () => {
    anImage()
    const job = engine.next()
    const { id } = checks.start('prod', 'i1', 'an image', 'there')
    ;(await job).end(read({ md5: 'aa', sha512: 'cc' }))
    expect(await until(id, over)).toMatchObject({ verification: { kind: 'mismatch', algorithms: ['SHA-512'] } })
  })

  test('of another size is a mismatch before anything is read; without a published hash nothing is called verified', async () => {
    anImage({ size: 11 })
    const other = checks.start('prod', 'i1', 'an image', 'there')
    expect(await until(other.id, over)).toMatchObject({ verification: { kind: 'mismatch', algorithms: ['size'] } })
    anImage({ checksum: null, hashValue: null })
    const bare = checks.start('prod', 'i1', 'an image', 'there')
    expect(await until(bare.id, over)).toMatchObject({ verification: { kind: 'not-verifiable' } })
    expect(engine.jobs).toEqual([])
  })

  test('one file is read at a time; a stopped one ends its reading and lets the next begin', async () => {
    anImage()
    const first = engine.next()
    const a = checks.start('prod', 'i1', 'an image', 'there')
    const b = checks.start('prod', 'i1', 'an image', 'there')
    const job = await first
    expect(checks.get(b.id)?.state).toBe('waiting')
    const second = engine.next()
    checks.stop(a.id)
    expect(job.cancelled).toBe(true)
    ;(await second).end(read({ md5: 'aa', sha512: 'bb' }))
    expect(await until(b.id, over)).toMatchObject({ state: 'done' })
    expect(checks.get(a.id)).toMatchObject({ state: 'stopped', verification: null })
  })

  test('of a file that a browser sends, stopped meanwhile, keeps nothing of it', async () => {
    anImage()
    const { id } = checks.start('prod', 'i1', 'an image', 'coming')
    expect(checks.get(id)?.state).toBe('receiving')
    checks.stop(id)
    await checks.close()
    expect(discarded).toEqual(['coming'])
  })

  test('of a transfer’s file is noted in its log; a file that is gone is named', async () => {
    anImage()
    const job = engine.next()
    const good = checks.ofTransfer('t1')
    ;(await job).end(read({ md5: 'aa', sha512: 'bb' }))
    await until(good.id, over)
    await rm(join(dir, 'a.img'))
    const gone = checks.ofTransfer('t1')
    expect(await until(gone.id, over)).toMatchObject({ state: 'failed', error: { code: 'file-missing' } })
    expect(notes).toEqual([
      'Verified again: a.img was read and MD5 and SHA-512 are equal.',
      'Not verified again: The file is no longer there.',
    ])
  })

  test('of an image that is gone, has no data, or is in a cloud that is gone says so', async () => {
    const missing = checks.start('prod', 'i1', 'an image', 'there')
    expect(await until(missing.id, over)).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
    anImage({ status: 'queued', size: null, checksum: null, hashValue: null })
    const empty = checks.start('prod', 'i1', 'an image', 'there')
    expect(await until(empty.id, over)).toMatchObject({ state: 'failed', error: { code: 'no-data' } })
    const elsewhere = checks.start('old', 'i1', 'an image', 'there')
    expect(await until(elsewhere.id, over)).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
  })
})
