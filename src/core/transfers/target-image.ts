import { randomUUID } from 'node:crypto'
import type { Image, ImageFields } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { standstill } from '../../shared/stuck.ts'
import type { Attempt, AttemptDeps, ImageCalls } from './attempt.ts'
import { isImported, madeImage, type TransferRecord } from './record.ts'
import { type Comparison, compare, digestLabel } from './verify.ts'

/** The image that a transfer makes in a cloud and fills: found again or made, waited for, compared, and not left looking good when it is wrong. */

/** After a cut Glance shows `saving` for 0.2 to 0.5 s before the image is `queued` again (observed); stores that roll back take longer. */
const SETTLE_POLLS_MS = [200, 300, 500, 1000, 2000, 4000, 7000]

/** The image to fill, `queued`; or, after a crash, one that already has data and only needs to be compared. */
export async function readyImage(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls): Promise<Image> {
  return await usable(attempt, deps, calls, await ownImage(attempt, deps, calls))
}

/**
 * The image of this transfer as the cloud has it, in whatever state; made if it is not there yet. Its id is chosen here and journalled before
 * the record is made, so that a crash in between leaves nothing unknown: the next attempt looks for that id first.
 */
export async function ownImage(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls): Promise<Image> {
  const { job, fields } = filling(attempt.record)
  const known = attempt.record.imageId
  if (known !== null && madeImage(job)) {
    const found = await orNotFound(calls.get(known, attempt.signal))
    if (found !== null) return found
    attempt.note('warn', 'The image of the attempt before is gone; a new one is made.')
  }
  const id = known !== null && !madeImage(job) ? known : randomUUID()
  attempt.set({ imageId: id })
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
  attempt.set({ job: { ...filling(attempt.record).job, created: true } })
  attempt.leaves('The image, queued and without data. It is used again on a retry.')
  attempt.note('info', `Created the image in ${attempt.record.cloudName}${fields.store === null ? '' : `, for store ${fields.store}`}.`)
  deps.cloud.nudge(id)
  return created
}

function filling({ job }: TransferRecord): { job: Exclude<TransferRecord['job'], { kind: 'download' }>; fields: ImageFields } {
  if (job.kind === 'download' || job.fields === null) throw new TypeError('a transfer that makes no image')
  return { job, fields: job.fields }
}

/** Waits out what passes, and says what does not. */
export async function usable(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls, found: Image): Promise<Image> {
  let image = found
  for (const pause of SETTLE_POLLS_MS) {
    // A stage that was cut is taken back as a saving one is.
    if (image.status !== 'saving' && !(image.status === 'uploading' && isImported(attempt.record.job))) break
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

/** The record after the PUT was answered. It is active when the 204 comes (observed); a store that lags is waited for. */
export async function settled(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls, imageId: string): Promise<Image> {
  let image = await calls.get(imageId, attempt.signal)
  for (const pause of SETTLE_POLLS_MS) {
    if (image.status !== 'saving' && image.status !== 'queued') break
    await deps.sleep(pause, attempt.signal)
    image = await calls.get(imageId, attempt.signal)
  }
  deps.cloud.nudge(imageId)
  return image
}

/** Compares what was sent with the record, and ends the transfer as verified, or the image's use. */
export async function judge(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  image: Image,
  sent: { bytes: number; digests: Readonly<Record<string, string>> },
): Promise<void> {
  const compared = compare(sent.digests, sent.bytes, image)
  const { verification } = compared
  const said =
    verification.kind === 'verified'
      ? `Compared with the image record: ${verification.algorithms.join(' and ')} equal.`
      : 'The cloud published no hash; the size is right.'
  await conclude(attempt, deps, calls, image, compared, said)
}

/**
 * Ends the transfer by what was compared: as verified, or with the image taken out of use.
 * @param said for the log, where nothing differs
 * @throws GlancerError `mismatch`; `conflict` where the image has no data after all.
 */
export async function conclude(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  image: Image,
  { verification, digests, sizes }: Comparison,
  said: string,
): Promise<void> {
  if (image.status !== 'active') {
    throw new GlancerError('conflict', `All bytes were sent, but the cloud shows the image as ${image.status}.`, {
      remedy: 'Look at the image; delete it and upload again if it stays so.',
    })
  }
  if (image.hashAlgorithm !== null) deps.cloud.sawHashAlgorithm(image.hashAlgorithm.toLowerCase())
  if (verification.kind !== 'mismatch') {
    await protectIfWished(attempt, calls, image.id)
    attempt.note('info', said)
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
export async function protectIfWished(attempt: Attempt, calls: ImageCalls, imageId: string): Promise<void> {
  if (!filling(attempt.record).fields.protected) return
  try {
    await calls.protect(imageId, attempt.signal)
  } catch (error) {
    if (!(error instanceof GlancerError)) throw error
    attempt.note('warn', `The image is there, but could not be protected: ${error.message}`)
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
