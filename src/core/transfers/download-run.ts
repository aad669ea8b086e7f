import { stat, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { formatBytes, formatExactBytes } from '../../shared/units.ts'
import { type Attempt, type AttemptDeps, JobFailure, runJob } from './attempt.ts'
import { checkFolder, checkRoom, partPath, watchRoom } from './download-target.ts'
import { commitDownload, dropSecondName, findCommitted } from './engine/index.ts'
import type { DownloadRecordJob } from './record.ts'
import { type Comparison, compare } from './verify.ts'
import type { DownloadResult } from './worker/contract.ts'
import { claimedBytes } from './worker/part-claim.ts'

/**
 * One attempt to download: look at the image, keep what an attempt before left of the very same data, receive the rest, compare, and only
 * then give the file its name.
 */
export async function runDownload(attempt: Attempt, deps: AttemptDeps): Promise<void> {
  const { imageId, fileName } = attempt.record
  if (imageId === null) throw new TypeError('a download without an image')
  const calls = await deps.cloud.calls(attempt.signal)
  attempt.set(deps.cloud.describe())
  const image = await calls.get(imageId, attempt.signal)
  refuseWithoutData(image)
  const folderDev = await checkFolder(downloadJob(attempt), fileName)
  const { folder } = downloadJob(attempt)
  const part = partPath(folder, fileName)
  const named = await alreadyNamed(attempt, image)
  if (named !== null) return await verifyNamed(attempt, deps, image, named)
  const kept = await keepable(attempt, image, part)
  await checkRoom(folder, (image.size ?? 0) - kept)
  attempt.set({
    bytesTotal: image.size,
    job: { ...downloadJob(attempt), part: dataOf(image), folderDev, committing: null },
  })
  if (kept > 0) attempt.note('info', `${formatBytes(kept)} are kept from before; the rest is asked for.`)

  const result = await receive(attempt, deps, image, part, kept)
  attempt.step('compare')
  const compared = compare(result.digests, result.bytes, { ...image, contentMd5: result.contentMd5 })
  if (compared.verification.kind === 'mismatch') return await mismatch(attempt, part, kept, compared.verification.what, compared)
  attempt.set({ job: { ...downloadJob(attempt), committing: result.identity } })
  const finalPath = await commitDownload(part, join(folder, fileName), { replace: downloadJob(attempt).replace, identity: result.identity })
  verified(attempt, finalPath, compared)
}

function verified(attempt: Attempt, path: string, compared: Comparison): void {
  const { verification } = compared
  attempt.note(
    'info',
    verification.kind === 'verified'
      ? `Compared with the image record: ${verification.algorithms.join(' and ')} equal.`
      : 'The cloud published no hash; the size is right.',
  )
  attempt.leaves(null)
  attempt.step('verified', { ...compared, fileName: basename(path) })
}

async function mismatch(attempt: Attempt, part: string, kept: number, what: string, compared: Comparison): Promise<never> {
  attempt.note('error', `${what}.`)
  if (kept > 0) {
    // It may be what was kept, and not what the cloud sent: only a whole one tells.
    attempt.note('warn', `${formatBytes(kept)} of it were kept from an attempt before. All of it is fetched again.`)
    attempt.set({ job: { ...downloadJob(attempt), part: null } })
    await unlink(part).catch(() => {})
    throw new GlancerError('part-changed', `${what}. A part of it was kept from an attempt before.`)
  }
  attempt.set({ ...compared, job: { ...downloadJob(attempt), part: null } })
  attempt.leaves('The file stays unfinished (.part).')
  throw new GlancerError('mismatch', `${what}. The file stays unfinished (.part).`, {
    remedy: 'Download again. If it happens twice with the same digest here, the copy in the cloud is damaged.',
  })
}

/** The file of a download that ended between getting its name and being called done, if it is still that very file. */
async function alreadyNamed(attempt: Attempt, image: Image): Promise<string | null> {
  const { committing, folder, part } = downloadJob(attempt)
  if (committing === null || part === null || !sameData(part, image)) return null
  return await findCommitted(join(folder, attempt.record.fileName), committing)
}

/** It was compared before, but nothing says so: it is read once more, rather than believed. */
async function verifyNamed(attempt: Attempt, deps: AttemptDeps, image: Image, path: string): Promise<void> {
  attempt.step('compare')
  attempt.note('info', 'The file already has its name; it is read again to compare.')
  const result = await runJob(
    attempt,
    deps,
    { kind: 'hash', path, identity: downloadJob(attempt).committing, digests: digestsFor(image, deps) },
    () => {},
  )
  const compared = compare(result.digests, result.bytes, image)
  const { verification } = compared
  if (verification.kind === 'mismatch') {
    attempt.set({ job: { ...downloadJob(attempt), part: null, committing: null } })
    throw new GlancerError('part-changed', `${basename(path)} is not what the cloud holds any more: ${verification.what}.`)
  }
  await dropSecondName(partPath(downloadJob(attempt).folder, attempt.record.fileName), path)
  verified(attempt, path, compared)
}

function digestsFor(image: Image, deps: AttemptDeps): string[] {
  return ['md5', image.hashAlgorithm?.toLowerCase() ?? deps.cloud.hashAlgorithm()]
}

type Data = NonNullable<DownloadRecordJob['part']>

function dataOf(image: Image): Data {
  return { size: image.size, checksum: image.checksum, hashValue: image.hashValue, updatedAt: image.updatedAt }
}

/** Only a digest tells one content from another, and tells afterwards whether what was kept was right. */
function sameData(before: Data, image: Image): boolean {
  return (
    before.size === image.size &&
    before.checksum === image.checksum &&
    before.hashValue === image.hashValue &&
    (before.checksum !== null || before.hashValue !== null)
  )
}

function downloadJob(attempt: Attempt): DownloadRecordJob {
  if (attempt.record.job.kind !== 'download') throw new TypeError('not a download')
  return attempt.record.job
}

/** Says what an image without data is, before Glance answers 204 and a person is left with an empty file. */
function refuseWithoutData(image: Image): void {
  const name = image.name ?? image.id
  switch (image.status) {
    case 'active':
      return
    case 'deactivated':
      throw new GlancerError('deactivated', `${name} is deactivated, so its data cannot be downloaded.`, {
        remedy: 'Reactivate it, or ask its owner to.',
      })
    case 'queued':
      throw new GlancerError('no-data', `${name} has no data: it is queued, nothing was ever uploaded to it.`)
    default:
      throw new GlancerError('no-data', `${name} has no data yet: it is ${image.status}.`, { remedy: 'Wait until it is active.' })
  }
}

/** How many bytes of the part file may be kept: all of them if they are of the very same data, else none. */
async function keepable(attempt: Attempt, image: Image, part: string): Promise<number> {
  const before = downloadJob(attempt).part
  const size = await stat(part).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  )
  if (size === 0) return 0
  if (before !== null && sameData(before, image) && image.size !== null) {
    const claimed = await claimedBytes(part, image.size, size)
    if (claimed > 0) return claimed
  }
  if (before !== null) {
    attempt.note(
      'warn',
      image.checksum === null && image.hashValue === null
        ? 'The cloud publishes no hash of this image, so what was kept could not be trusted; it begins again.'
        : 'The unfinished file is of other data than the image has now; it begins again.',
    )
  }
  await unlink(part).catch(() => {})
  return 0
}

async function receive(attempt: Attempt, deps: AttemptDeps, image: Image, part: string, kept: number): Promise<DownloadResult> {
  for (let asked = 0; ; asked++) {
    const endpoint = await deps.cloud.endpoint(image.id, attempt.signal)
    attempt.leaves('The unfinished file (.part). It is used again on a retry.')
    const room = watchRoom(downloadJob(attempt).folder)
    try {
      const result = await runJob(
        attempt,
        deps,
        {
          kind: 'download',
          endpoint,
          partPath: part,
          size: image.size,
          resumeFrom: kept,
          rangeAllowed: !downloadJob(attempt).noRange,
          digests: digestsFor(image, deps),
          rate: attempt.record.speedLimit,
          stallTimeoutMs: deps.stallTimeoutMs,
        },
        (phase) => {
          // What is read again of an attempt before is preparation; bytes move once the server sends them.
          if (phase === 'transferring') attempt.step('move')
          else if (phase === 'finishing') attempt.step('all-moved')
        },
        room.signal,
      )
      if (result.kind !== 'download') throw new TypeError('an upload came back from a download')
      if (result.requestId !== null) attempt.set({ requestIds: [...attempt.record.requestIds, result.requestId] })
      if (result.rangeWorked === false) attempt.set({ job: { ...downloadJob(attempt), noRange: true } })
      attempt.note('info', `All ${formatExactBytes(result.bytes)} received and flushed to disk.`)
      return result
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      if (error.rangeWorked === false) attempt.set({ job: { ...downloadJob(attempt), noRange: true } })
      if (error.code === 'unauthorized' && error.answered && asked === 0) {
        await deps.cloud.renew(attempt.signal)
        attempt.note('info', 'The token was refused; signed in again.')
        continue
      }
      if (error.code === 'no-data') {
        attempt.leaves(null)
        await unlink(part).catch(() => {})
        // The record said active: the store has lost the file, and Glance answers 204 (observed).
        throw new GlancerError(
          'data-lost',
          `The cloud shows ${image.name ?? image.id} as active but has lost its data (it answered 204).`,
          {
            requestId: error.requestId,
            remedy: 'Ask who runs the cloud to look at the store, with this request id.',
          },
        )
      }
      throw error
    } finally {
      room.end()
    }
  }
}
