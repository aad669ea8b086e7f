import { GlancerError } from '../../shared/errors.ts'
import type { AttemptDeps, TransferCloud } from './attempt.ts'
import { isLocked } from './import-progress.ts'
import { isImported, madeImage, type TransferRecord } from './record.ts'

const LOOK_FOR_MS = 20_000

/** Glance has no call that ends an import; only with the image it ends. */
const GOES_ON_IMPORTING = 'The image. The cloud goes on importing into it; deleting the image ends that.'
const GOES_ON_COPYING = 'Nothing here. The cloud goes on copying between its stores: that cannot be called back.'

/**
 * What a cancelled transfer left in the cloud, in words; the truth is there, since the cloud may have had all bytes already. Null = nothing,
 * undefined = the record of the transfer is right as it is.
 */
export async function whatIsLeft(
  record: TransferRecord | undefined,
  cloud: TransferCloud,
  sleep: AttemptDeps['sleep'],
): Promise<string | null | undefined> {
  if (record === undefined || record.imageId === null) return undefined
  const copying = record.job.kind === 'import' && record.job.source.method === 'copy-image'
  if (!madeImage(record.job) && !copying) return undefined
  const signal = AbortSignal.timeout(LOOK_FOR_MS)
  try {
    const calls = await cloud.calls(signal)
    let image = await calls.get(record.imageId, signal)
    const cut = isImported(record.job) ? 'uploading' : 'saving'
    for (let pause = 200; image.status === cut && pause < 5000; pause *= 2) {
      await sleep(pause, signal)
      image = await calls.get(record.imageId, signal)
    }
    if (copying) return isLocked(image) ? GOES_ON_COPYING : null
    if (image.status === 'importing' || (image.status === 'queued' && isLocked(image))) return GOES_ON_IMPORTING
    if (image.status === 'uploading') return 'The image, with data staged but not imported.'
    if (image.status === 'active' && record.job.kind === 'import') return 'The image, active: the cloud had imported it already.'
    if (image.status === 'queued') return 'The image, queued and without data.'
    if (image.status === 'active') return 'The image, active: the cloud had all bytes already. They were not compared.'
    return `The image, ${image.status}.`
  } catch (error) {
    const gone = error instanceof GlancerError && error.code === 'not-found'
    return gone ? null : 'The image, perhaps: the cloud could not be asked.'
  } finally {
    cloud.nudge(record.imageId)
  }
}

/**
 * Deletes the image that a transfer made.
 * @throws GlancerError as the cloud says; that it is gone already is no failure.
 */
export async function deleteLeftImage(record: TransferRecord, cloud: TransferCloud | null): Promise<void> {
  if (cloud === null || record.imageId === null || !madeImage(record.job))
    throw new GlancerError('not-found', 'That cloud is no longer configured.')
  const signal = AbortSignal.timeout(60_000)
  await (await cloud.calls(signal)).delete(record.imageId, signal).catch((error: unknown) => {
    if (!(error instanceof GlancerError) || error.code !== 'not-found') throw error
  })
  cloud.nudge(record.imageId)
}
