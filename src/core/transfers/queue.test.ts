import { link, mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { imageFieldsSchema, type Transfer } from '../../shared/domain.ts'
import { type ErrorCode, GlancerError } from '../../shared/errors.ts'
import { fileIdentity } from './file-identity.ts'
import { type Journal, openJournal } from './journal.ts'
import { TransferQueue } from './queue.ts'
import type { TransferRecord } from './record.ts'
import { FakeCloud, FakeEngine, type FakeJob, image, noWaits, record } from './testing/fakes.ts'

/** For what comes soon: a machine that is busy with other things takes many times as long as an idle one. */
const SOON = { timeout: 15_000 }

let dir = ''
let journal: Journal
let engine: FakeEngine
let cloud: FakeCloud
let other: FakeCloud
let queue: TransferQueue
let time = 1_000_000
let watchers: (() => void)[] = []

function open(): void {
  journal = openJournal(dir)
  queue = new TransferQueue({
    journal,
    engine,
    cloud: (id) => (id === 'cloud' ? cloud : id === 'other' ? other : null),
    incoming: { whole: () => Promise.reject(new GlancerError('interrupted', 'not here')) },
    version: '0',
    stallTimeoutMs: 60_000,
    journalTrouble: () => {},
    now: () => time,
    random: () => 0.5,
    sleep: async (_, signal) => signal.throwIfAborted(),
    changed: () => {
      for (const look of [...watchers]) look()
    },
    removed: () => {},
  })
  queue.setLimits({ atOnce: 3, speedLimit: null })
  queue.start()
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-queue-'))
  engine = new FakeEngine()
  cloud = new FakeCloud()
  other = new FakeCloud()
  watchers = []
  open()
})
afterEach(async () => {
  await queue.close()
  journal.close()
  await rm(dir, { recursive: true })
})

/** Resolves when the row fulfils the condition; the test's own time limit ends a wait in vain. */
function until(id: string, holds: (row: Transfer) => boolean): Promise<Transfer> {
  return new Promise((resolve) => {
    const look = (): void => {
      const row = queue.row(id)
      if (row === null || !holds(row)) return
      watchers = watchers.filter((other) => other !== look)
      resolve(row)
    }
    watchers.push(look)
    look()
  })
}
const untilState = (id: string, state: Transfer['state']) => until(id, (row) => row.state === state)

async function anUpload(fields: Partial<TransferRecord> = {}): Promise<TransferRecord> {
  const path = join(dir, 'file.raw')
  await writeFile(path, '0123456789')
  const settings = imageFieldsSchema.parse({ name: 'an image', diskFormat: 'raw', containerFormat: 'bare', visibility: 'private' })
  return record(
    {
      kind: 'upload',
      path,
      ownCopy: false,
      intakeId: null,
      identity: await fileIdentity(path),
      fields: settings,
      created: false,
      staging: null,
    },
    fields,
  )
}

function aDownload(imageId: string, fields: Partial<TransferRecord> = {}): TransferRecord {
  return record(
    { kind: 'download', folder: dir, replace: false, part: null, noRange: false, folderDev: null, committing: null },
    { imageId, fileName: 'out.raw', ...fields },
  )
}

async function started(transfer: TransferRecord): Promise<FakeJob> {
  const next = engine.next()
  queue.add([transfer])
  return await next
}

/** The server takes all bytes and makes the image active with these digests. */
function serverKeeps(id: string, md5 = 'aa', sha512 = 'bb'): void {
  const found = cloud.images.get(id)
  if (found === undefined) throw new Error('no such image')
  cloud.images.set(id, { ...found, status: 'active', size: 10, checksum: md5, hashAlgorithm: 'sha512', hashValue: sha512 })
}
const uploaded = {
  type: 'done',
  result: { kind: 'upload', bytes: 10, digests: { md5: 'aa', sha512: 'bb' }, requestId: 'req-1', waits: noWaits },
} as const
/** The worker has written the part file. */
async function received(content = '0123456789') {
  await writeFile(join(dir, 'out.raw.part'), content)
  return {
    type: 'done',
    result: {
      kind: 'download',
      bytes: 10,
      identity: await fileIdentity(join(dir, 'out.raw.part')),
      digests: { md5: 'aa', sha512: 'bb' },
      contentMd5: 'aa',
      requestId: 'req-2',
      rangeWorked: null,
      side: null,
      waits: noWaits,
    },
  } as const
}
const failedWith = (code: ErrorCode, more: { status?: number; retryAfterMs?: number } = {}) =>
  ({
    type: 'failed',
    error: { code, message: `${code}.`, ...(more.status !== undefined && { status: more.status }) },
    bytes: 5,
    answered: more.status !== undefined,
    retryAfterMs: more.retryAfterMs ?? null,
    rangeWorked: null,
    side: null,
  }) as const

describe('an upload', () => {
  test('goes through its phases, is verified, and every change was in the journal', async () => {
    const upload = await anUpload()
    const job = await started(upload)
    const imageId = queue.record(upload.id).imageId
    expect(imageId).not.toBeNull()
    expect(queue.row(upload.id)).toMatchObject({ state: 'transferring' })
    job.progress(5)
    job.phase('finishing')
    expect(queue.row(upload.id)).toMatchObject({ state: 'finishing' })
    serverKeeps(imageId ?? '')
    job.end(uploaded)
    const row = await untilState(upload.id, 'done')
    expect(row.verification).toEqual({ kind: 'verified', algorithms: ['MD5', 'SHA-512'] })
    expect(row.leftBehind).toBeNull()
    const detail = queue.detail(upload.id)
    expect(detail.phases.map((phase) => [phase.name, phase.outcome])).toEqual([
      ['Preparing', 'ok'],
      ['Sending', 'ok'],
      ['Cloud is saving', 'ok'],
      ['Verifying', 'ok'],
    ])
    expect(detail.digests).toEqual([
      { algorithm: 'MD5', local: 'aa', remote: 'aa' },
      { algorithm: 'SHA-512', local: 'bb', remote: 'bb' },
    ])
    const again = openJournal(dir)
    expect(again.loaded.records).toMatchObject([{ id: upload.id, state: 'done' }])
    again.close()
  })

  test('whose digests differ from the record is a mismatch, its image is deactivated, and deleting it is offered', async () => {
    const upload = await anUpload()
    const job = await started(upload)
    const imageId = queue.record(upload.id).imageId ?? ''
    serverKeeps(imageId, 'ff')
    job.end(uploaded)
    const row = await untilState(upload.id, 'failed')
    expect(row).toMatchObject({ error: { code: 'mismatch' }, verification: { kind: 'mismatch', algorithms: ['MD5'] } })
    expect(cloud.images.get(imageId)?.status).toBe('deactivated')
    expect(row.actions).toContain('delete-image')
    await queue.act(upload.id, 'delete-image')
    expect(cloud.images.has(imageId)).toBe(false)
    expect(queue.row(upload.id)).toMatchObject({ leftBehind: null, state: 'failed' })
  })

  test('that is cut waits, says why and until when, and goes to the same image again', async () => {
    const upload = await anUpload()
    const job = await started(upload)
    const imageId = queue.record(upload.id).imageId ?? ''
    job.end(failedWith('reset'))
    const row = await untilState(upload.id, 'waiting')
    expect(row).toMatchObject({ reason: 'connection reset', until: time + 2000, attempt: 1 })
    const again = engine.next()
    time += 2001
    queue.tick()
    const second = await again
    expect(queue.record(upload.id).imageId).toBe(imageId)
    expect(cloud.calls_.filter((call) => call.startsWith('create'))).toHaveLength(1)
    serverKeeps(imageId)
    second.end(uploaded)
    expect(await untilState(upload.id, 'done')).toMatchObject({ attempt: 2 })
  })

  test('whose POST was answered into the void finds its own image by the id it had chosen', async () => {
    const upload = await anUpload()
    const lost = cloud.calls.bind(cloud)
    let first = true
    cloud.calls = async () => {
      const calls = await lost()
      return {
        ...calls,
        create: async (fields, signal) => {
          const created = await calls.create(fields, signal)
          if (!first) return created
          first = false
          throw new GlancerError('reset', 'The answer was lost.')
        },
      }
    }
    const next = engine.next()
    queue.add([upload])
    await untilState(upload.id, 'waiting')
    time += 2001
    queue.tick()
    await next
    expect(cloud.images.size).toBe(1)
    expect(queue.record(upload.id).job).toMatchObject({ created: true })
  })

  test('that a crash left behind an active image is compared, not believed and not sent again', async () => {
    const found = image({ status: 'active' })
    cloud.images.set(found.id, found)
    const upload = await anUpload({ imageId: found.id, state: 'finishing' })
    journal.save([{ ...upload, job: { ...upload.job, created: true } as TransferRecord['job'] }])
    await queue.close()
    journal.close()
    const next = engine.next()
    open()
    const job = await next
    expect(job.job.kind).toBe('hash')
    job.end({ type: 'done', result: { kind: 'hash', bytes: 10, digests: { md5: 'aa', sha512: 'bb' }, waits: noWaits } })
    expect(await untilState(upload.id, 'done')).toMatchObject({ verification: { kind: 'verified' } })
  })

  test('a token that is refused is renewed once, without an attempt being lost; refused again it fails', async () => {
    const upload = await anUpload()
    const job = await started(upload)
    const second = engine.next()
    job.end(failedWith('unauthorized', { status: 401 }))
    ;(await second).end(failedWith('unauthorized', { status: 401 }))
    expect(await untilState(upload.id, 'failed')).toMatchObject({ attempt: 1, error: { code: 'unauthorized' } })
    expect(cloud.renewed).toBe(1)
  })

  test('an empty file is refused before anything is made in the cloud', async () => {
    const upload = await anUpload()
    if (upload.job.kind !== 'upload' || upload.job.identity === null) throw new Error('an upload')
    queue.add([{ ...upload, job: { ...upload.job, identity: { ...upload.job.identity, size: 0 } } }])
    expect(await untilState(upload.id, 'failed')).toMatchObject({ error: { code: 'file-empty' } })
    expect(cloud.images.size).toBe(0)
  })

  test('protection comes only after verification', async () => {
    const upload = await anUpload()
    if (upload.job.kind !== 'upload') throw new Error('an upload')
    const job = await started({ ...upload, job: { ...upload.job, fields: { ...upload.job.fields, protected: true } } })
    const imageId = queue.record(upload.id).imageId ?? ''
    expect(cloud.images.get(imageId)?.protected).toBe(false)
    serverKeeps(imageId)
    job.end(uploaded)
    await untilState(upload.id, 'done')
    expect(cloud.images.get(imageId)?.protected).toBe(true)
  })

  test('cancelled while the cloud was saving: says that the image is there if it is', async () => {
    const upload = await anUpload()
    const job = await started(upload)
    job.phase('finishing')
    const imageId = queue.record(upload.id).imageId ?? ''
    serverKeeps(imageId)
    await queue.act(upload.id, 'cancel')
    expect(queue.row(upload.id)?.state).toBe('cancelled')
    const row = await until(upload.id, ({ leftBehind }) => leftBehind?.includes('active') === true)
    expect(row.actions).toContain('delete-image')
    expect(job.cancelled).toBe(true)
  })
})

describe('a download', () => {
  test('gets its name only after it was compared', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    job.end(await received())
    expect(await untilState(download.id, 'done')).toMatchObject({
      verification: { kind: 'verified' },
      actions: ['show-file', 'verify-again', 'remove'],
    })
    expect(await readFile(join(dir, 'out.raw'), 'utf8')).toBe('0123456789')
    expect(await readdir(dir)).not.toContain('out.raw.part')
  })

  test('with other digests keeps only the .part, and offers to delete it', async () => {
    const found = image({ hashValue: 'ff' })
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    job.end(await received())
    const row = await untilState(download.id, 'failed')
    expect(row).toMatchObject({ error: { code: 'mismatch' }, leftBehind: 'The file stays unfinished (.part).' })
    expect(await readdir(dir)).not.toContain('out.raw')
    await queue.act(download.id, 'delete-part')
    expect(await readdir(dir)).not.toContain('out.raw.part')
  })

  test('goes on from the part file of the very same data, and begins again if the image has changed', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    await writeFile(join(dir, 'out.raw.part'), '01234')
    job.end(failedWith('reset'))
    await untilState(download.id, 'waiting')
    let next = engine.next()
    await queue.act(download.id, 'retry')
    const second = await next
    expect(second.job).toMatchObject({ kind: 'download', resumeFrom: 5 })
    cloud.images.set(found.id, { ...found, checksum: 'other' })
    second.end(failedWith('reset'))
    await untilState(download.id, 'waiting')
    next = engine.next()
    await queue.act(download.id, 'retry')
    expect((await next).job).toMatchObject({ kind: 'download', resumeFrom: 0 })
    expect(await readdir(dir)).not.toContain('out.raw.part')
  })

  test.each([
    ['queued', 'no-data'],
    ['saving', 'no-data'],
    ['deactivated', 'deactivated'],
  ])('of an image that is %s says so and leaves no file', async (status, code) => {
    const found = image({ status })
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    queue.add([download])
    expect(await untilState(download.id, 'failed')).toMatchObject({ error: { code }, leftBehind: null })
    expect((await readdir(dir)).filter((name) => name.startsWith('out'))).toEqual([])
  })

  test('of an active image whose data is lost names that', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    job.end(failedWith('no-data', { status: 204 }))
    expect(await untilState(download.id, 'failed')).toMatchObject({ error: { code: 'data-lost' }, leftBehind: null })
  })

  test('into a folder that is gone waits for it, one line in its log, and goes on when it is there', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const folder = join(dir, 'a drive')
    const download = aDownload(found.id)
    const job = { kind: 'download', folder, replace: false, part: null, noRange: false, folderDev: null, committing: null } as const
    queue.add([{ ...download, job }])
    const row = await untilState(download.id, 'waiting')
    expect(row).toMatchObject({ error: { code: 'folder-missing' }, reason: 'the folder is not there', attempt: 0 })
    const lines = queue.detail(download.id).log.length
    for (let n = 1; n <= 3; n++) {
      time += 15_001
      const until_ = until(download.id, ({ until: at }) => at !== null && at > time)
      queue.tick()
      await until_
    }
    expect(queue.detail(download.id).log).toHaveLength(lines)
    await mkdir(folder)
    const next = engine.next()
    time += 15_001
    queue.tick()
    expect((await next).job).toMatchObject({ kind: 'download', resumeFrom: 0 })
  })

  test('whose drive is gone, its empty folder still there, does not go on to the disk below', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const part = { size: found.size, checksum: found.checksum, hashValue: found.hashValue, updatedAt: found.updatedAt }
    const job = { kind: 'download', folder: dir, replace: false, part, noRange: false, folderDev: '999999', committing: null } as const
    const download = { ...aDownload(found.id), job }
    queue.add([download])
    expect(await untilState(download.id, 'waiting')).toMatchObject({ error: { code: 'folder-missing' } })
    // The person says that the folder is meant as it is now.
    const next = engine.next()
    await queue.act(download.id, 'retry')
    await next
  })

  test('that does not match after a part was kept is fetched anew as a whole, once, before it is called a mismatch', async () => {
    const found = image({ hashValue: 'ff' })
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    await writeFile(join(dir, 'out.raw.part'), '01234')
    job.end(failedWith('reset'))
    await untilState(download.id, 'waiting')
    let next = engine.next()
    await queue.act(download.id, 'retry')
    ;(await next).end(await received())
    expect(await untilState(download.id, 'waiting')).toMatchObject({ error: { code: 'part-changed' }, verification: null })
    next = engine.next()
    await queue.act(download.id, 'retry')
    const whole = await next
    expect(whole.job).toMatchObject({ resumeFrom: 0 })
    whole.end(await received())
    expect(await untilState(download.id, 'failed')).toMatchObject({ error: { code: 'mismatch' } })
  })

  test('whose part file is taken away before it gets its name begins again', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    const end = await received()
    await unlink(join(dir, 'out.raw.part'))
    job.end(end)
    expect(await untilState(download.id, 'waiting')).toMatchObject({ error: { code: 'part-changed' } })
  })

  test('that had its name when the app was killed is compared again and not fetched a second time', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    await writeFile(join(dir, 'out.raw'), '0123456789')
    await link(join(dir, 'out.raw'), join(dir, 'out.raw.part'))
    const committing = await fileIdentity(join(dir, 'out.raw'))
    const part = { size: found.size, checksum: found.checksum, hashValue: found.hashValue, updatedAt: found.updatedAt }
    const job = { kind: 'download', folder: dir, replace: false, part, noRange: false, folderDev: null, committing } as const
    const download = { ...aDownload(found.id), job }
    const hash = await started(download)
    expect(hash.job).toMatchObject({ kind: 'hash', path: join(dir, 'out.raw') })
    hash.end({ type: 'done', result: { kind: 'hash', bytes: 10, digests: { md5: 'aa', sha512: 'bb' }, waits: noWaits } })
    expect(await untilState(download.id, 'done')).toMatchObject({ fileName: 'out.raw', verification: { kind: 'verified' } })
    expect((await readdir(dir)).filter((name) => name.startsWith('out'))).toEqual(['out.raw'])
  })

  test('of an image without any hash is never put together from two attempts', async () => {
    const found = image({ checksum: null, hashValue: null, hashAlgorithm: null })
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    await writeFile(join(dir, 'out.raw.part'), '01234')
    job.end(failedWith('reset'))
    await untilState(download.id, 'waiting')
    const next = engine.next()
    await queue.act(download.id, 'retry')
    expect((await next).job).toMatchObject({ resumeFrom: 0 })
  })
})

test('a cloud that hangs keeps only one slot from the transfers of the others, and all where nobody else wants them', async () => {
  const found = image()
  for (const each of [cloud, other]) each.images.set(found.id, found)
  const hanging = ['a', 'b', 'c', 'd'].map((name) => aDownload(found.id, { fileName: name }))
  const good = ['e', 'f'].map((name) => aDownload(found.id, { fileName: name, cloudId: 'other' }))
  queue.setLimits({ atOnce: 2, speedLimit: null })
  const [a, b, ...rest] = hanging
  if (a === undefined || b === undefined) throw new Error('too few')
  const first = await started(a)
  const second = await started(b)
  queue.add([...rest, ...good])
  const states = (): unknown[] => [...hanging, ...good].map(({ id }) => queue.row(id)?.state)
  first.end(failedWith('timeout'))
  await untilState(good[0]?.id ?? '', 'transferring')
  expect(states()).toEqual(['waiting', 'transferring', 'queued', 'queued', 'transferring', 'queued'])
  second.end(failedWith('timeout'))
  await untilState(hanging[2]?.id ?? '', 'transferring')
  expect(states()).toEqual(['waiting', 'waiting', 'transferring', 'queued', 'transferring', 'queued'])
  for (const { id } of good) await queue.act(id, 'cancel')
  await untilState(hanging[3]?.id ?? '', 'transferring')
})

describe('without a network', () => {
  test('what breaks waits for it without losing an attempt, what is new does not begin, and both go on when it is back', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const [a, b] = [aDownload(found.id, { fileName: 'a' }), aDownload(found.id, { fileName: 'b' })]
    const job = await started(a)
    queue.setOnline(false)
    expect(queue.row(a.id)?.state).toBe('transferring')
    job.end(failedWith('stalled'))
    expect(await untilState(a.id, 'waiting')).toMatchObject({ until: null, reason: 'there is no network', attempt: 0 })
    queue.add([b])
    expect(queue.row(b.id)).toMatchObject({ state: 'waiting', reason: 'there is no network' })
    time += 24 * 3_600_000
    queue.tick()
    expect(queue.rows().map((row) => row.state)).toEqual(['waiting', 'waiting'])
    queue.setOnline(true)
    await untilState(a.id, 'transferring')
    await untilState(b.id, 'transferring')
  })

  test('a cloud on this machine goes on', async () => {
    cloud.isOnThisMachine = () => true
    const found = image()
    cloud.images.set(found.id, found)
    queue.setOnline(false)
    const download = aDownload(found.id)
    await started(download)
    expect(queue.row(download.id)?.state).toBe('transferring')
  })

  test('what waited for it when the app ended is tried at the next start', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    queue.setOnline(false)
    const download = aDownload(found.id)
    queue.add([download])
    expect(queue.row(download.id)?.state).toBe('waiting')
    await queue.close()
    journal.close()
    const next = engine.next()
    open()
    await next
  })
})

describe('a cloud that is away', () => {
  test('is waited for through a night; no attempt is used up; then the transfer goes on', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    cloud.failures.set('get', new GlancerError('refused', 'Connection refused.'))
    queue.add([download])
    for (let hours = 0; hours < 10; hours++) {
      const row = await untilState(download.id, 'waiting')
      expect(row).toMatchObject({ attempt: 0, reason: 'connection refused' })
      cloud.failures.set('get', new GlancerError('refused', 'Connection refused.'))
      time += 3_600_000
      const again = until(download.id, ({ stateSince, state }) => state === 'waiting' && stateSince === time)
      queue.tick()
      await again
    }
    cloud.failures.clear()
    const next = engine.next()
    time += 3_600_000
    queue.tick()
    await next
  })

  test('and says when to come back is asked no earlier', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    cloud.failures.set('get', new GlancerError('unavailable', 'Not now.', { retryAfterMs: 600_000 }))
    queue.add([download])
    expect(await untilState(download.id, 'waiting')).toMatchObject({ until: time + 600_000 })
  })
})

describe('a journal that cannot be written', () => {
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 })

  test('takes nothing new, shows no state that it does not hold, and catches up', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    const save = journal.save.bind(journal)
    journal.save = () => {
      throw full
    }
    expect(() => queue.add([aDownload(found.id)])).toThrow(expect.objectContaining({ code: 'disk-full' }))
    job.end(await received())
    await vi.waitFor(() => expect(queue.record(download.id).state).toBe('done'), SOON)
    // The file has its name, but nobody is told before the journal has it.
    expect(queue.row(download.id)?.state).toBe('transferring')
    await expect(queue.act(download.id, 'remove')).rejects.toMatchObject({ code: 'disk-full' })
    expect(queue.rows()).toHaveLength(1)
    journal.save = save
    const second = aDownload(found.id, { fileName: 'second' })
    queue.add([second])
    expect(queue.row(second.id)?.state).toBe('queued')
    await expect(queue.act(second.id, 'pause')).resolves.toBeUndefined()
    expect(queue.row(download.id)?.state).toBe('done')
    const again = openJournal(dir)
    expect(again.loaded.records.map((record) => record.state).sort()).toEqual(['done', 'paused'])
    again.close()
  })
})

describe('the queue', () => {
  test('runs so many at once, in order, and "start now" goes past the limit', async () => {
    queue.setLimits({ atOnce: 1, speedLimit: 1000 })
    expect(engine.rate).toBe(1000)
    const found = image()
    cloud.images.set(found.id, found)
    const [a, b, c] = [
      aDownload(found.id, { fileName: 'a' }),
      aDownload(found.id, { fileName: 'b' }),
      aDownload(found.id, { fileName: 'c' }),
    ]
    queue.add([a, b, c])
    await untilState(a.id, 'transferring')
    expect(queue.row(b.id)?.state).toBe('queued')
    await queue.act(c.id, 'start-now')
    await untilState(c.id, 'transferring')
    expect(queue.row(b.id)?.state).toBe('queued')
  })

  test('a place in the order can be changed', async () => {
    queue.setLimits({ atOnce: 1, speedLimit: null })
    const found = image()
    cloud.images.set(found.id, found)
    const [a, b, c] = [
      aDownload(found.id, { fileName: 'a' }),
      aDownload(found.id, { fileName: 'b' }),
      aDownload(found.id, { fileName: 'c' }),
    ]
    queue.add([a, b, c])
    queue.move([c.id], 'up')
    const order = queue.rows().sort((x, y) => x.position - y.position)
    expect(order.map((row) => row.fileName)).toEqual(['a', 'c', 'b'])
  })

  test('pause frees the slot, resume takes one again, and a pause in "finishing" is not offered', async () => {
    const upload = await anUpload()
    const job = await started(upload)
    await queue.act(upload.id, 'pause')
    expect(queue.row(upload.id)?.state).toBe('paused')
    expect(job.cancelled).toBe(true)
    const next = engine.next()
    await queue.act(upload.id, 'resume')
    const second = await next
    second.phase('finishing')
    await expect(queue.act(upload.id, 'pause')).rejects.toMatchObject({ code: 'not-allowed' })
  })

  test('one failure does not stop the others', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const bad = aDownload('no-such-image', { fileName: 'bad' })
    const good = aDownload(found.id, { fileName: 'good' })
    queue.add([bad, good])
    expect(await untilState(bad.id, 'failed')).toMatchObject({ error: { code: 'not-found' } })
    await untilState(good.id, 'transferring')
  })

  test('what ran when the app ended is queued again at the next start, and runs', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    await started(download)
    await queue.close()
    const before = openJournal(dir)
    expect(before.loaded.records).toMatchObject([{ state: 'queued' }])
    before.close()
    journal.close()
    const next = engine.next()
    open()
    await next
    expect(
      queue
        .detail(download.id)
        .log.map((line) => line.text)
        .join(),
    ).toContain('Glancer was closed')
  })

  test('what a browser has sent whole outlives the app while it is queued; what was still coming is said to be lost', async () => {
    const { job, ...rest } = await anUpload()
    if (job.kind !== 'upload') throw new TypeError('not an upload')
    const coming = (intakeId: string) => record({ ...job, ownCopy: true, intakeId, identity: null }, { imageName: rest.imageName })
    const [whole, half] = [coming('one'), coming('two')]
    queue.setLimits({ atOnce: 0, speedLimit: null })
    queue.add([whole, half])
    queue.arrived('one', { path: job.path, identity: await fileIdentity(job.path) })
    await queue.close()
    journal.close()
    const next = engine.next()
    open()
    expect((await next).job).toMatchObject({ kind: 'upload', path: job.path })
    expect(queue.row(half.id)).toMatchObject({ state: 'failed', error: { code: 'interrupted' } })
  })

  test('a transfer of a cloud that is gone says so', async () => {
    const lost = aDownload('x', { cloudId: 'gone', cloudName: 'old-site' })
    queue.add([lost])
    expect(await untilState(lost.id, 'failed')).toMatchObject({
      error: { code: 'not-found', message: 'The cloud old-site is no longer configured.' },
    })
  })

  test('done rows can be cleared and brought back, others stay; no token is in the journal', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const job = await started(download)
    job.end(await received())
    await untilState(download.id, 'done')
    expect(queue.receipt(download.id).json).toContain('"outcome": "verified"')
    const bad = aDownload('no-such-image', { fileName: 'bad' })
    queue.add([bad])
    await untilState(bad.id, 'failed')
    expect(queue.clearDone()).toEqual([download.id])
    expect(queue.rows().map((row) => row.id)).toEqual([bad.id])
    queue.bringBack(download.id)
    expect(queue.row(download.id)).toMatchObject({ state: 'done', verification: { kind: 'verified' } })
    expect(() => queue.bringBack(download.id)).toThrow('too long ago')
    for (const name of await readdir(dir)) {
      if (name.startsWith('journal')) expect(await readFile(join(dir, name), 'latin1')).not.toContain('secret-token')
    }
  })

  test('a limit of its own holds for the next attempt and at once for the one that runs; the receipt has sizes and retries', async () => {
    const found = image()
    cloud.images.set(found.id, found)
    const download = aDownload(found.id)
    const first = await started(download)
    queue.limit([download.id], 5000)
    expect(first.rate).toBe(5000)
    expect(queue.row(download.id)).toMatchObject({ speedLimit: 5000 })
    const again = engine.next()
    await queue.act(download.id, 'pause')
    await queue.act(download.id, 'resume')
    const second = await again
    expect(second.job).toMatchObject({ rate: 5000 })
    queue.limit([download.id], null)
    expect(second.rate).toBeNull()
    second.end(await received())
    await untilState(download.id, 'done')
    expect(JSON.parse(queue.receipt(download.id).json)).toMatchObject({ image: { bytes: 10 }, file: { bytes: 10 }, retries: 1 })
  })

  test('a thousand rows are taken in and answered for', async () => {
    queue.setLimits({ atOnce: 1, speedLimit: null })
    const found = image()
    cloud.images.set(found.id, found)
    queue.add(Array.from({ length: 1000 }, (_, n) => aDownload(found.id, { fileName: `f${n}` })))
    expect(queue.rows()).toHaveLength(1000)
    queue.pauseAll()
    expect(queue.rows().every((row) => row.state === 'paused')).toBe(true)
  })
})
