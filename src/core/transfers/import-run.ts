import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { standstill } from '../../shared/stuck.ts'
import type { Attempt, AttemptDeps, ImageCalls, ImportOrder } from './attempt.ts'
import type { ImportLook } from './import-progress.ts'
import type { ImportRecordJob } from './record.ts'
import { ownImage, protectIfWished } from './target-image.ts'
import { isUnderWay, knownTasks, targetOf, watchImport } from './watch-import.ts'

/**
 * One attempt at an import that the cloud does by itself. It goes on there whatever becomes of this app, so each attempt looks first: what is
 * under way is watched, what is over is judged, and only what never began is asked for.
 */
export async function runImport(attempt: Attempt, deps: AttemptDeps): Promise<void> {
  const job = importJob(attempt)
  const calls = await deps.cloud.calls(attempt.signal)
  attempt.set(deps.cloud.describe())
  if (job.source.method === 'copy-image') return await runCopyToStores(attempt, deps, calls)

  const image = await ownImage(attempt, deps, calls)
  const begins = image.status === 'queued' && !(await isUnderWay(calls, image, attempt.signal))
  const before = begins ? await begin(attempt, deps, calls, image.id) : goesOn(attempt, deps, image)
  const { image: after, look } = await watchImport(attempt, deps, calls, image.id, before)
  if (look.verdict === 'failed') throw failedImport(attempt, after, look)
  await protectIfWished(attempt, calls, image.id)
  finish(attempt, deps, after, look, `${fetchedFrom(job)}, so nothing was compared`)
}

async function runCopyToStores(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls): Promise<void> {
  const { imageId } = attempt.record
  if (imageId === null) throw new TypeError('a copy to stores without an image')
  const image = await calls.get(imageId, attempt.signal)
  if (image.status !== 'active')
    throw new GlancerError('conflict', `${image.name ?? image.id} is ${image.status}, so its data cannot be copied.`)
  const wanted = targetOf(attempt.record).stores
  const missing = wanted.filter((store) => !image.stores.includes(store))
  const underWay = await isUnderWay(calls, image, attempt.signal)
  if (missing.length > 0 || underWay) {
    const before = underWay ? goesOn(attempt, deps, image) : await begin(attempt, deps, calls, imageId, missing)
    const { image: after, look } = await watchImport(attempt, deps, calls, imageId, before)
    if (look.verdict === 'failed') throw failedImport(attempt, after, look)
    return finish(attempt, deps, after, look, 'the cloud copied it by itself, so nothing was compared')
  }
  attempt.step('hand-over')
  const stores = wanted.map((id) => ({ id, state: 'done' as const }))
  const look: ImportLook = { verdict: 'done', progress: { ...importJob(attempt).progress, stores } }
  finish(attempt, deps, image, look, 'it was in these stores already, so nothing was copied or compared')
}

/** Asks the cloud to import; the tasks that there were before are told, so that an old failure is not taken for this one's. */
async function begin(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  imageId: string,
  missing?: readonly string[],
): Promise<ReadonlySet<string>> {
  const before = await knownTasks(calls, imageId, attempt.signal)
  await calls.import(imageId, orderOf(attempt, missing), attempt.signal)
  if (missing === undefined) attempt.leaves('The image. The cloud imports into it, and goes on with that by itself.')
  attempt.note('info', `${attempt.record.cloudName} has taken the import over.`)
  attempt.step('hand-over')
  deps.cloud.nudge(imageId)
  return before
}

/** It began in an attempt before, and perhaps went on while nobody looked. */
function goesOn(attempt: Attempt, deps: AttemptDeps, image: Image): ReadonlySet<string> {
  switch (image.status) {
    case 'queued':
    case 'importing':
      attempt.note('info', 'The cloud has it under way already.')
      attempt.leaves('The image. The cloud imports into it, and goes on with that by itself.')
      break
    case 'active':
      attempt.note('info', 'The image has its data already.')
      break
    default: {
      attempt.leaves(`The image, ${image.status}.`)
      const why = standstill(image, deps.now(), false)?.sentence ?? ''
      throw new GlancerError('conflict', `The image is ${image.status}, so nothing can be imported into it. ${why}`.trim(), {
        remedy: 'Delete it and begin again, unless somebody else works on it.',
      })
    }
  }
  attempt.step('hand-over')
  return new Set()
}

function orderOf(attempt: Attempt, missing?: readonly string[]): ImportOrder {
  const { source, target } = importJob(attempt)
  switch (source.method) {
    case 'web-download':
      return { ...target, method: { name: source.method, uri: source.uri } }
    case 'glance-download':
      return { ...target, method: { name: source.method, glance_region: source.region, glance_image_id: source.imageId } }
    case 'copy-image':
      return { ...target, method: { name: source.method }, stores: missing ?? target.stores, allStores: false }
  }
}

/** It came into being without this machine: said, and not called verified. */
function finish(attempt: Attempt, deps: AttemptDeps, image: Image, look: ImportLook, how: string): void {
  const failed = look.progress.stores.filter((store) => store.state === 'failed').map((store) => store.id)
  if (failed.length > 0) attempt.note('warn', `Not in ${failed.join(', ')}: the cloud could not write it there.`)
  attempt.note('info', `The image is ${image.status}${image.stores.length === 0 ? '' : `, in ${image.stores.join(', ')}`}.`)
  attempt.leaves(null)
  const reason = failed.length === 0 ? how : `${how}. It is not in ${failed.join(', ')}`
  attempt.step('imported', { bytesTotal: image.size, verification: { kind: 'not-compared', reason } })
  deps.cloud.nudge(image.id)
}

function fetchedFrom({ source }: ImportRecordJob): string {
  return source.method === 'glance-download' ? `the cloud fetched it from ${source.region} by itself` : 'the cloud fetched it by itself'
}

/** What the cloud said about an import that came to nothing, and what it left. */
export function failedImport(attempt: Attempt, image: Image, { progress }: ImportLook): GlancerError {
  const failed = progress.stores.filter((store) => store.state === 'failed').map((store) => store.id)
  const message = progress.task?.message ?? null
  const copying = progress.method === 'copy-image'
  if (!copying) attempt.leaves(leftBy(image))
  const where = failed.length === 0 ? '' : copying ? ` to ${failed.join(', ')}` : ` into ${failed.join(', ')}`
  const stuck = !copying && image.status === 'importing'
  return new GlancerError(stuck ? 'conflict' : 'import-failed', `The cloud could not ${copying ? 'copy' : 'import'} it${where}.`, {
    detail: message === null ? 'It says no more about it.' : `Its task says: ${message}`,
    remedy: stuck ? 'The image takes no data any more: delete it and begin again.' : remedies[progress.method],
  })
}

function leftBy(image: Image): string {
  switch (image.status) {
    case 'queued':
      return 'The image, queued and without data. It is used again on a retry.'
    case 'uploading':
      return 'The image, with its data staged but not imported.'
    // What Glance 25.1 makes of a failed glance-direct (observed).
    case 'importing':
      return 'The image, left importing: it takes no data any more.'
    default:
      return `The image, ${image.status}.`
  }
}

const remedies = {
  'web-download': 'See that the address answers, and that the cloud can reach it. Or download the file yourself, and upload it.',
  'glance-download': 'See that the image is active in that region, and that this cloud may read it.',
  'glance-direct': 'Retry, or upload it without the import. The image service of the cloud may have logged why.',
  'copy-image': 'See that the store has room and can be written. Retry copies to the stores that lack it.',
} as const

function importJob(attempt: Attempt): ImportRecordJob {
  if (attempt.record.job.kind !== 'import') throw new TypeError('not an import')
  return attempt.record.job
}
