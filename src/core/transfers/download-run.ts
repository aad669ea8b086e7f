import { stat, statfs, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { formatBytes, formatExactBytes } from '../../shared/units.ts'
import { type Attempt, type AttemptDeps, JobFailure, runJob } from './attempt.ts'
import { commitDownload } from './engine/index.ts'
import type { DownloadRecordJob } from './record.ts'
import { compare } from './verify.ts'
import type { DownloadResult } from './worker/contract.ts'

const STALL_TIMEOUT_MS = 60_000

/** `<name>.part`: where the bytes are until they are verified. */
export function partPath(folder: string, fileName: string): string {
  return join(folder, `${fileName}.part`)
}

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
  const folder = downloadJob(attempt).folder
  const part = partPath(folder, fileName)
  const kept = await keepable(attempt, image, part)
  await roomFor(folder, (image.size ?? 0) - kept)
  attempt.set({
    bytesTotal: image.size,
    job: {
      ...downloadJob(attempt),
      part: { size: image.size, checksum: image.checksum, hashValue: image.hashValue, updatedAt: image.updatedAt },
    },
  })
  if (kept > 0) attempt.note('info', `${formatBytes(kept)} are kept from before; the rest is asked for.`)

  const result = await receive(attempt, deps, image, part, kept)
  attempt.step('compare')
  const { verification, digests } = compare(result.digests, result.bytes, { ...image, contentMd5: result.contentMd5 })
  if (verification.kind === 'mismatch') {
    attempt.set({ verification, digests, job: { ...downloadJob(attempt), part: null } })
    attempt.note('error', `${verification.what}.`)
    attempt.leaves('The file stays unfinished (.part).')
    throw new GlancerError('mismatch', `${verification.what}. The file stays unfinished (.part).`, {
      remedy: 'Download again. If it happens twice with the same digest here, the copy in the cloud is damaged.',
    })
  }
  const target = join(folder, fileName)
  const finalPath = await commitDownload(part, target, { replace: downloadJob(attempt).replace })
  attempt.note(
    'info',
    verification.kind === 'verified'
      ? `Compared with the image record: ${verification.algorithms.join(' and ')} equal.`
      : 'The cloud published no hash; the size is right.',
  )
  attempt.leaves(null)
  attempt.step('verified', {
    verification,
    digests,
    ...(finalPath !== target && { fileName: finalPath.slice(dirname(finalPath).length + 1) }),
  })
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
  const same =
    before !== null &&
    before.size === image.size &&
    before.checksum === image.checksum &&
    before.hashValue === image.hashValue &&
    // Without any digest only the date tells one content from another.
    (before.checksum !== null || before.hashValue !== null || before.updatedAt === image.updatedAt)
  if (same && image.size !== null && size <= image.size) return size
  if (before !== null) attempt.note('warn', 'The unfinished file is of other data than the image has now; it begins again.')
  await unlink(part).catch(() => {})
  return 0
}

/** Checked before the first byte; 1 % of slack, since a disk that is full to the last block harms others. */
async function roomFor(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder).catch((error: NodeJS.ErrnoException) => {
    throw new GlancerError('folder-missing', `The folder ${folder} is not there.`, {
      detail: error.message,
      remedy: 'Choose another folder, or connect its drive.',
    })
  })
  const free = disk.bavail * disk.bsize
  if (bytes > free) {
    throw new GlancerError('disk-full', `${folder} has ${formatBytes(free)} free, ${formatBytes(bytes)} are needed.`, {
      remedy: 'Make room, or choose another folder. It goes on by itself once there is room.',
    })
  }
}

async function receive(attempt: Attempt, deps: AttemptDeps, image: Image, part: string, kept: number): Promise<DownloadResult> {
  for (let asked = 0; ; asked++) {
    const endpoint = await deps.cloud.endpoint(image.id, attempt.signal)
    attempt.leaves('The unfinished file (.part). It is used again on a retry.')
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
          digests: ['md5', image.hashAlgorithm?.toLowerCase() ?? deps.cloud.hashAlgorithm()],
          rate: null,
          stallTimeoutMs: STALL_TIMEOUT_MS,
        },
        (phase) => {
          // What is read again of an attempt before is preparation; bytes move once the server sends them.
          if (phase === 'transferring') attempt.step('move')
          else if (phase === 'finishing') attempt.step('all-moved')
        },
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
    }
  }
}
