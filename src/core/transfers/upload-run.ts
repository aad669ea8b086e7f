import { randomUUID } from 'node:crypto'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { standstill } from '../../shared/stuck.ts'
import { formatBytes, formatExactBytes } from '../../shared/units.ts'
import { type Attempt, type AttemptDeps, type ImageCalls, JobFailure, runJob } from './attempt.ts'
import type { UploadRecordJob } from './record.ts'
import { compare, digestLabel } from './verify.ts'
import type { FileIdentity, UploadResult } from './worker/contract.ts'

/** After a cut Glance shows `saving` for 0.2 to 0.5 s before the image is `queued` again (observed); stores that roll back take longer. */
const SETTLE_POLLS_MS = [200, 300, 500, 1000, 2000, 4000, 7000]

/**
 * One attempt to upload. The image id is chosen here and journalled before the record is made, so that a crash in between leaves nothing
 * unknown: the next attempt looks for that id first, and goes on with the same image from byte 0.
 */
export async function runUpload(attempt: Attempt, deps: AttemptDeps): Promise<void> {
  const job = uploadJob(attempt)
  const { path, identity } = await wholeFile(attempt, deps, job)
  if (identity.size === 0) {
    throw new GlancerError('file-empty', `${attempt.record.fileName} is empty.`, {
      detail: 'Glance would make an active image of 0 bytes of it, which takes no data afterwards.',
      remedy: 'Choose the file again once it has its data.',
    })
  }
  const calls = await deps.cloud.calls(attempt.signal)
  attempt.set(deps.cloud.describe())
  const before = await readyImage(attempt, deps, calls)
  if (before.status !== 'queued') return await verifyAgainst(attempt, deps, calls, before, path, identity)

  const algorithm = deps.cloud.hashAlgorithm()
  const result = await send(attempt, deps, path, identity, algorithm)
  attempt.step('compare')
  attempt.leaves('The image, with all its data, but not compared yet.')
  const after = await settled(attempt, deps, calls, before.id)
  await judge(attempt, deps, calls, after, result)
}

function uploadJob(attempt: Attempt): UploadRecordJob {
  if (attempt.record.job.kind !== 'upload') throw new TypeError('not an upload')
  return attempt.record.job
}

/** Where the file is; waits for one that a browser is still sending. */
async function wholeFile(attempt: Attempt, deps: AttemptDeps, job: UploadRecordJob): Promise<{ path: string; identity: FileIdentity }> {
  if (job.intakeId === null) {
    if (job.identity === null) throw new GlancerError('file-missing', `${attempt.record.fileName} was never read.`)
    return { path: job.path, identity: job.identity }
  }
  const whole = await deps.incoming.whole(job.intakeId, (bytes) => attempt.progress(bytes), attempt.signal)
  attempt.progress(0)
  return whole
}

/** The image to send to, `queued`; or, after a crash, one that already has data and only needs to be compared. */
async function readyImage(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls): Promise<Image> {
  const known = attempt.record.imageId
  if (known !== null && uploadJob(attempt).created) {
    const found = await orNotFound(calls.get(known, attempt.signal))
    if (found !== null) return await usable(attempt, deps, calls, found)
    attempt.note('warn', 'The image of the attempt before is gone; a new one is made.')
  }
  const id = known !== null && !uploadJob(attempt).created ? known : randomUUID()
  attempt.set({ imageId: id })
  const { fields } = uploadJob(attempt)
  const created = await calls.create({ ...fields, id }, attempt.signal).catch(async (error: unknown) => {
    // The POST of an attempt before may have arrived although its answer did not: the id was ours, so is the image.
    if (!(error instanceof GlancerError) || error.code !== 'conflict') throw error
    const found = await orNotFound(calls.get(id, attempt.signal))
    if (found === null) {
      // Glance never gives an id a second time, not even after a delete (observed): begin with another one next time.
      attempt.set({ imageId: null })
      throw error
    }
    return found
  })
  attempt.set({ job: { ...uploadJob(attempt), created: true } })
  attempt.leaves('The image, queued and without data. It is used again on a retry.')
  attempt.note('info', `Created the image in ${attempt.record.cloudName}${fields.store === null ? '' : `, for store ${fields.store}`}.`)
  deps.cloud.nudge(id)
  return created.status === 'queued' ? created : await usable(attempt, deps, calls, created)
}

/** Waits out what passes, and says what does not. */
async function usable(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls, found: Image): Promise<Image> {
  let image = found
  for (const pause of SETTLE_POLLS_MS) {
    if (image.status !== 'saving') break
    await deps.sleep(pause, attempt.signal)
    image = await calls.get(image.id, attempt.signal)
  }
  switch (image.status) {
    case 'queued':
      attempt.leaves('The image, queued and without data. It is used again on a retry.')
      return image
    case 'active':
      return image
    case 'saving':
      attempt.leaves('The image, which the cloud still holds as saving.')
      throw new GlancerError('image-busy', 'The cloud still holds the image as saving, from the attempt before.', {
        remedy: 'It may let go by itself within 15 minutes. If it does not, delete the image and upload again.',
      })
    case 'killed':
      attempt.leaves('The image, killed by the cloud and without data.')
      throw new GlancerError('image-killed', 'The cloud has marked the image as killed.', { remedy: 'Delete it and upload again.' })
    default:
      attempt.leaves(`The image, ${image.status}.`)
      throw new GlancerError(
        'conflict',
        `The image is ${image.status}, so it takes no data. ${standstill(image, deps.now(), false)?.sentence ?? ''}`.trim(),
        { remedy: 'Delete it and upload again, unless somebody else works on it.' },
      )
  }
}

async function send(attempt: Attempt, deps: AttemptDeps, path: string, identity: FileIdentity, algorithm: string): Promise<UploadResult> {
  const imageId = attempt.record.imageId
  if (imageId === null) throw new TypeError('an upload without an image')
  const { store } = uploadJob(attempt).fields
  for (let asked = 0; ; asked++) {
    const endpoint = await deps.cloud.endpoint(imageId, attempt.signal)
    if (attempt.record.attempt > 1)
      attempt.note('info', `Sent again from byte 0 to the same image, attempt ${attempt.record.attempt} of 6.`)
    try {
      const result = await runJob(
        attempt,
        deps,
        {
          kind: 'upload',
          endpoint: store === null ? endpoint : { ...endpoint, headers: { ...endpoint.headers, 'X-Image-Meta-Store': store } },
          path,
          identity,
          digests: ['md5', algorithm],
          rate: attempt.record.speedLimit,
          stallTimeoutMs: deps.stallTimeoutMs,
        },
        (phase) => {
          if (phase === 'transferring') attempt.step('move')
          if (phase !== 'finishing') return
          attempt.step('all-moved')
          attempt.note('info', `All ${formatExactBytes(identity.size)} sent. The cloud goes on saving.`)
          deps.cloud.nudge(imageId)
        },
      )
      if (result.kind !== 'upload') throw new TypeError('a download came back from an upload')
      if (result.requestId !== null) attempt.set({ requestIds: [...attempt.record.requestIds, result.requestId] })
      return result
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      if (error.bytes > 0) attempt.note('warn', `${error.message} ${formatBytes(error.bytes)} had been sent.`)
      // A token is looked at only when a request begins: ask Keystone for the truth once, then send again.
      if (error.code === 'unauthorized' && error.answered && asked === 0) {
        await deps.cloud.renew(attempt.signal)
        attempt.note('info', 'The token was refused; signed in again.')
        continue
      }
      throw error
    }
  }
}

/** The record after the PUT was answered. It is active when the 204 comes (observed); a store that lags is waited for. */
async function settled(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls, imageId: string): Promise<Image> {
  let image = await calls.get(imageId, attempt.signal)
  for (const pause of SETTLE_POLLS_MS) {
    if (image.status !== 'saving' && image.status !== 'queued') break
    await deps.sleep(pause, attempt.signal)
    image = await calls.get(imageId, attempt.signal)
  }
  deps.cloud.nudge(imageId)
  return image
}

/** An image that was found active after a crash: hash the file once more and compare, rather than believe. */
async function verifyAgainst(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  image: Image,
  path: string,
  identity: FileIdentity,
): Promise<void> {
  attempt.step('compare')
  attempt.leaves('The image, with data, but not compared yet.')
  attempt.note('info', 'The image already has its data; the file is read again to compare.')
  const result = await runJob(
    attempt,
    deps,
    { kind: 'hash', path, identity, digests: ['md5', image.hashAlgorithm?.toLowerCase() ?? deps.cloud.hashAlgorithm()] },
    () => {},
  )
  await judge(attempt, deps, calls, image, result)
}

async function judge(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  image: Image,
  sent: { bytes: number; digests: Readonly<Record<string, string>> },
): Promise<void> {
  if (image.status !== 'active') {
    throw new GlancerError('conflict', `All bytes were sent, but the cloud shows the image as ${image.status}.`, {
      remedy: 'Look at the image; delete it and upload again if it stays so.',
    })
  }
  if (image.hashAlgorithm !== null) deps.cloud.sawHashAlgorithm(image.hashAlgorithm.toLowerCase())
  const { verification, digests, sizes } = compare(sent.digests, sent.bytes, image)
  if (verification.kind !== 'mismatch') {
    if (uploadJob(attempt).fields.protected) await protect(attempt, calls, image.id)
    attempt.note(
      'info',
      verification.kind === 'verified'
        ? `Compared with the image record: ${verification.algorithms.join(' and ')} equal.`
        : 'The cloud published no hash; the size is right.',
    )
    attempt.leaves(null)
    attempt.step('verified', { verification, digests, sizes })
    deps.cloud.nudge(image.id)
    return
  }
  attempt.set({ verification, digests, sizes })
  attempt.note('error', `${verification.what}.`)
  attempt.leaves(await takeOutOfUse(attempt, calls, image.id))
  deps.cloud.nudge(image.id)
  throw new GlancerError('mismatch', `${verification.what}.`, {
    detail: digests
      .map((pair) => `${digestLabel(pair.algorithm)}: ${pair.remote ?? 'none'} in the cloud, ${pair.local ?? 'none'} here`)
      .join('; '),
    remedy: 'Delete the image and upload again. If it happens twice, something between this computer and the store alters bytes.',
  })
}

/** A protected image cannot be deleted, so protection comes last, once it is known to be right. */
async function protect(attempt: Attempt, calls: ImageCalls, imageId: string): Promise<void> {
  try {
    await calls.protect(imageId, attempt.signal)
  } catch (error) {
    if (!(error instanceof GlancerError)) throw error
    attempt.note('warn', `The image is verified, but could not be protected: ${error.message}`)
  }
}

/** A wrong image must not be left looking good: an owner may deactivate it, and then nobody starts from it. */
async function takeOutOfUse(attempt: Attempt, calls: ImageCalls, imageId: string): Promise<string> {
  try {
    await calls.deactivate(imageId, attempt.signal)
    return 'The image, deactivated so that nobody uses it.'
  } catch (error) {
    if (!(error instanceof GlancerError)) throw error
    attempt.note('warn', `The image could not be deactivated: ${error.message}`)
    return 'The image, still active in the cloud although its data is wrong.'
  }
}

async function orNotFound<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (error instanceof GlancerError && error.code === 'not-found') return null
    throw error
  }
}
