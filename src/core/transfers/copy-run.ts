import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { formatBytes, formatExactBytes } from '../../shared/units.ts'
import { type Attempt, type AttemptDeps, type ImageCalls, JobFailure, runJob, type TransferCloud } from './attempt.ts'
import { mustBeSameData, mustHaveData, sourceData } from './copy-source.ts'
import { leavingOut } from './leaving-out.ts'
import type { CopyRecordJob } from './record.ts'
import { conclude, readyImage, settled } from './target-image.ts'
import { compareCopy, compareRecords } from './verify-copy.ts'
import type { CopyResult } from './worker/contract.ts'

/** The cloud that a copy comes from, with its Image API. */
interface Source {
  cloud: TransferCloud
  calls: ImageCalls
  image: Image
}

/**
 * One attempt to copy: look at the source, make the image in the target or take up the one of an attempt before, let the bytes go through, and
 * compare with both records. A failure begins again at byte 0 on the same image; a source that breaks off is resumed within the attempt.
 */
export async function runCopy(attempt: Attempt, deps: AttemptDeps): Promise<void> {
  const source = await openSource(attempt, deps)
  const calls = leavingOut(attempt, await deps.cloud.calls(attempt.signal))
  attempt.set(deps.cloud.describe())
  const before = await readyImage(attempt, deps, calls)
  if (before.status !== 'queued') return await compareBoth(attempt, deps, calls, source, before, null)
  const result = await send(attempt, deps, source)
  attempt.step('compare')
  attempt.leaves('The image, with all its data, but not compared yet.')
  const after = await settled(attempt, deps, calls, before.id)
  await compareBoth(attempt, deps, calls, source, after, result)
}

function copyJob(attempt: Attempt): CopyRecordJob {
  if (attempt.record.job.kind !== 'copy') throw new TypeError('not a copy')
  return attempt.record.job
}

/** The source with its image, which must be the one that the first attempt saw. */
async function openSource(attempt: Attempt, deps: AttemptDeps): Promise<Source> {
  const { from } = copyJob(attempt)
  const cloud = deps.otherCloud(from.cloudId)
  if (cloud === null)
    throw new GlancerError('not-found', `The cloud ${from.cloudName} is no longer configured.`, {
      remedy: 'Put it back into clouds.yaml, then retry.',
    })
  const calls = await inCloud(from.cloudName, cloud.calls(attempt.signal))
  const image = await inCloud(from.cloudName, calls.get(from.imageId, attempt.signal))
  const size = mustHaveData(image, from.cloudName)
  const { source } = copyJob(attempt)
  if (source !== null) mustBeSameData(source, image, from.cloudName)
  else attempt.set({ bytesTotal: size, job: { ...copyJob(attempt), source: { ...cloud.describe(), ...sourceData(image, size) } } })
  return { cloud, calls, image }
}

/** Whose failure it is stands in front of what it says: here two clouds take part. */
async function inCloud<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof GlancerError ? named(name, error) : error
  }
}

function named(name: string, error: GlancerError): GlancerError {
  if (error.message.startsWith(`${name}: `)) return error
  const { code, message, detail, requestId, remedy, status, retryAfterMs, cause } = error
  return new GlancerError(code, `${name}: ${message}`, { detail, requestId, remedy, status, retryAfterMs, cause })
}

async function send(attempt: Attempt, deps: AttemptDeps, source: Source): Promise<CopyResult> {
  const { imageId } = attempt.record
  const { image } = source
  if (imageId === null || image.size === null) throw new TypeError('a copy without an image')
  const { fields, from } = copyJob(attempt)
  const algorithm = await deps.cloud.findHashAlgorithm(attempt.signal)
  const renewed = { source: false, target: false }
  for (;;) {
    const endpoint = await deps.cloud.endpoint(imageId, attempt.signal)
    const read = await inCloud(from.cloudName, source.cloud.endpoint(image.id, attempt.signal))
    if (attempt.record.attempt > 1)
      attempt.note('info', `Copied again from byte 0 into the same image, attempt ${attempt.record.attempt} of 6.`)
    try {
      const result = await runJob(
        attempt,
        deps,
        {
          kind: 'copy',
          source: read,
          endpoint:
            fields.store === null ? endpoint : { ...endpoint, headers: { ...endpoint.headers, 'X-Image-Meta-Store': fields.store } },
          size: image.size,
          expected: published(image),
          rangeAllowed: !copyJob(attempt).noRange,
          digests: [...new Set(['md5', ...Object.keys(published(image)), algorithm])],
          rate: attempt.record.speedLimit,
          stallTimeoutMs: deps.stallTimeoutMs,
        },
        (phase) => {
          if (phase === 'transferring') attempt.step('move')
          if (phase !== 'finishing') return
          attempt.step('all-moved')
          attempt.note(
            'info',
            `All ${formatExactBytes(image.size ?? 0)} sent, as ${from.cloudName} has them. ${attempt.record.cloudName} goes on saving.`,
          )
          deps.cloud.nudge(imageId)
        },
        undefined,
        async ({ error, bytes }) => await sourceAgain(attempt, source, error, bytes),
      )
      if (result.kind !== 'copy') throw new TypeError('another result came back from a copy')
      const ids = [result.sourceRequestId, result.requestId].filter((id) => id !== null)
      attempt.set({ requestIds: [...attempt.record.requestIds, ...ids] })
      return result
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      if (error.rangeWorked === false) attempt.set({ job: { ...copyJob(attempt), noRange: true } })
      if (error.bytes > 0) attempt.note('warn', `${error.message} ${formatBytes(error.bytes)} had been copied.`)
      const { side } = error
      if (side !== null && error.code === 'unauthorized' && error.answered && !renewed[side]) {
        renewed[side] = true
        await (side === 'source' ? source.cloud : deps.cloud).renew(attempt.signal)
        attempt.note('info', `${side === 'source' ? from.cloudName : attempt.record.cloudName} refused the token; signed in again.`)
        continue
      }
      if (side === 'source') throw await sourceFailure(attempt, source, error)
      throw error
    }
  }
}

/** What the source says of its data, by digest in Node's spelling. */
function published({ checksum, hashAlgorithm, hashValue }: Image): Record<string, string> {
  return {
    ...(checksum !== null && { md5: checksum }),
    ...(hashAlgorithm !== null && hashValue !== null && { [hashAlgorithm.toLowerCase()]: hashValue }),
  }
}

/** The source broke off: a way to the rest, if the image is still the same. */
async function sourceAgain(
  attempt: Attempt,
  { cloud, calls }: Source,
  error: { code: string; message: string },
  bytes: number,
): ReturnType<TransferCloud['endpoint']> {
  const { from, source } = copyJob(attempt)
  const whose = error.message.startsWith(`${from.cloudName}: `) ? '' : `${from.cloudName}: `
  attempt.note('warn', `${whose}${error.message} ${formatBytes(bytes)} had come; the rest is asked for, for the same upload.`)
  if (error.code === 'unauthorized') await inCloud(from.cloudName, cloud.renew(attempt.signal))
  const now = await inCloud(from.cloudName, calls.get(from.imageId, attempt.signal))
  mustHaveData(now, from.cloudName)
  if (source !== null) mustBeSameData(source, now, from.cloudName)
  return await inCloud(from.cloudName, cloud.endpoint(from.imageId, attempt.signal))
}

/** Why the source gave no more: its record says it better than the answer to a GET. */
async function sourceFailure(attempt: Attempt, { calls }: Source, failure: JobFailure): Promise<GlancerError> {
  const { from, source } = copyJob(attempt)
  if (failure.code === 'mismatch') return sourceMismatch(attempt, failure)
  if (failure.answered) {
    const now = await inCloud(from.cloudName, calls.get(from.imageId, attempt.signal))
    mustHaveData(now, from.cloudName)
    if (source !== null) mustBeSameData(source, now, from.cloudName)
  }
  if (failure.code === 'no-data')
    return new GlancerError('data-lost', `${from.cloudName} shows the image as active but has lost its data (it answered 204).`, {
      requestId: failure.requestId,
      remedy: 'Ask who runs that cloud to look at the store, with this request id.',
    })
  return named(from.cloudName, failure)
}

/** What came is not what the source says that it has: the target never got the end of it. */
function sourceMismatch(attempt: Attempt, failure: JobFailure): GlancerError {
  const { from, source } = copyJob(attempt)
  const bytes = source?.size ?? 0
  const record = { checksum: source?.checksum ?? null, hashAlgorithm: source?.hashAlgorithm ?? null, hashValue: source?.hashValue ?? null }
  const nothing = { checksum: null, hashAlgorithm: null, hashValue: null, size: null }
  const names = { source: from.cloudName, target: attempt.record.cloudName }
  const compared = compareCopy(failure.digests ?? {}, bytes, { ...record, size: bytes }, nothing, names)
  const what =
    compared.verification.kind === 'mismatch' ? compared.verification.what : `MD5 differs from what ${from.cloudName} says of its answer`
  const algorithms = compared.verification.kind === 'mismatch' ? compared.verification.algorithms : ['MD5']
  attempt.set({ ...compared, verification: { kind: 'mismatch', algorithms, what, side: 'source' } })
  attempt.note('error', `${what}. It was not sent to its end, so ${attempt.record.cloudName} made no image of it.`)
  return new GlancerError('mismatch', `${what}.`, {
    detail: failure.detail,
    remedy: 'Retry. If it happens twice with the same digest here, the copy in that cloud is damaged.',
  })
}

/** @param result of what passed through here; null when only the two records are there to be compared. */
async function compareBoth(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  { image: from }: Source,
  image: Image,
  result: CopyResult | null,
): Promise<void> {
  const names = { source: copyJob(attempt).from.cloudName, target: attempt.record.cloudName }
  if (result === null) {
    attempt.step('compare')
    attempt.note('info', 'The image already has its data; what the two clouds say of it is compared.')
  }
  const compared =
    result === null
      ? compareRecords(from, image, names)
      : compareCopy(result.digests, result.bytes, { ...from, contentMd5: result.contentMd5 }, image, names)
  const { verification } = compared
  const said =
    verification.kind === 'verified'
      ? `Compared with both records: ${verification.algorithms.join(' and ')} as ${names.target} has it, ${
          verification.source?.join(' and ') || 'nothing that could be compared'
        } as ${names.source} has it.`
      : `${names.target} published no hash; the size is right.`
  await conclude(attempt, deps, calls, image, compared, said)
}
