import type { Image, ImportProgress, ImportTarget } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { ImageTask } from '../../shared/image-protocol.ts'
import type { Attempt, AttemptDeps, ImageCalls } from './attempt.ts'
import { type ImportLook, isLocked, lookAtImport } from './import-progress.ts'
import type { TransferRecord } from './record.ts'

const FIRST_POLL_MS = 300
const LONGEST_POLL_MS = 5_000
/** So many questions on end may go unanswered: the import itself runs in the cloud, and does not mind. */
const UNANSWERED = 5
/** A Glance without locks and tasks shows nothing for a moment after it took an import. */
const BEGINS_WITHIN_MS = 60_000
/** Glance gives up the lock of an import whose task has been silent for so long (its import code). */
const SILENT_MS = 60 * 60_000

/**
 * Waits until the cloud has done, or given up, the import of an image, and keeps what it tells in the record meanwhile.
 * @param before tasks from before this import was asked for.
 * @returns the image, and how it came out
 * @throws GlancerError `conflict` when the import has shown no sign of life for an hour, `not-found` when the image is gone
 */
export async function watchImport(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  imageId: string,
  before: ReadonlySet<string>,
): Promise<{ image: Image; look: ImportLook }> {
  const { signal } = attempt
  const wanted = targetOf(attempt.record).stores
  let pause = FIRST_POLL_MS
  let unanswered = 0
  let lastSign = { at: deps.now(), of: '' }
  for (;;) {
    let seen: { image: Image; task: ImageTask | null }
    try {
      const image = await calls.get(imageId, signal)
      seen = { image, task: await newestTask(calls, image, before, signal) }
      unanswered = 0
    } catch (error) {
      if (signal.aborted || !(error instanceof GlancerError) || error.code === 'not-found' || ++unanswered >= UNANSWERED) throw error
      await deps.sleep(LONGEST_POLL_MS, signal)
      continue
    }
    let look = lookAtImport(seen.image, seen.task, progressOf(attempt.record), wanted)
    if (look.verdict === 'failed') {
      // It may have come to its end between the two questions: only what the image says after its task counts against it.
      seen.image = await calls.get(imageId, signal)
      look = lookAtImport(seen.image, seen.task, progressOf(attempt.record), wanted)
    }
    keep(attempt, look.progress)
    if (look.verdict === 'done' || look.verdict === 'failed') {
      deps.cloud.nudge(imageId)
      return { image: seen.image, look }
    }
    const sign = `${seen.image.updatedAt} ${seen.task?.updatedAt} ${seen.task?.message}`
    if (sign !== lastSign.of) lastSign = { at: deps.now(), of: sign }
    const silentMs = deps.now() - lastSign.at
    if (silentMs >= (look.verdict === 'nothing-begun' ? BEGINS_WITHIN_MS : SILENT_MS)) throw silent(look.verdict)
    await deps.sleep(pause, signal)
    pause = Math.min(LONGEST_POLL_MS, pause * 1.5)
  }
}

function silent(verdict: ImportLook['verdict']): GlancerError {
  return verdict === 'nothing-begun'
    ? new GlancerError('conflict', 'The cloud took the import, but has not begun it.', { remedy: 'Retry; it is asked for again.' })
    : new GlancerError('conflict', 'The cloud has been importing it for over an hour without a sign of life.', {
        remedy: 'Its task may have died with the service. Retry waits on; or delete the image and begin again.',
      })
}

/**
 * Whether the cloud works on an import of this image. A lock whose task the cloud does not know is left over from one that never began, and is given
 * up with the next import (observed on Glance 25.1).
 */
export async function isUnderWay(calls: ImageCalls, image: Image, signal: AbortSignal): Promise<boolean> {
  if (!isLocked(image)) return false
  const tasks = await tasksOf(calls, image.id, signal)
  return tasks === null || tasks.some((task) => task.id === image.properties.os_glance_import_task)
}

/** The tasks that there are already; none where the cloud does not tell. */
export async function knownTasks(calls: ImageCalls, imageId: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  return new Set((await tasksOf(calls, imageId, signal))?.map((task) => task.id))
}

/** The task that holds the image's lock, or the newest one of this import. */
async function newestTask(calls: ImageCalls, image: Image, before: ReadonlySet<string>, signal: AbortSignal): Promise<ImageTask | null> {
  const tasks = (await tasksOf(calls, image.id, signal)) ?? []
  const lock = image.properties.os_glance_import_task
  return tasks.find((task) => task.id === lock) ?? tasks.find((task) => !before.has(task.id) && task.type === 'api_image_import') ?? null
}

/** Null = the cloud does not tell: old ones know no tasks of an image, others do not let everybody see them. */
async function tasksOf(calls: ImageCalls, imageId: string, signal: AbortSignal): Promise<ImageTask[] | null> {
  try {
    return await calls.tasks(imageId, signal)
  } catch (error) {
    if (error instanceof GlancerError && (error.code === 'not-found' || error.code === 'forbidden' || error.code === 'odd-answer'))
      return null
    throw error
  }
}

/** What the import of a transfer is to do, and how far it is. */
export function targetOf({ job }: TransferRecord): ImportTarget {
  if (job.kind === 'import') return job.target
  if (job.kind === 'upload' && job.staging !== null) return job.staging.target
  throw new TypeError('a transfer that is no import')
}

function progressOf({ job }: TransferRecord): ImportProgress {
  if (job.kind === 'import') return job.progress
  if (job.kind === 'upload' && job.staging !== null) return job.staging.progress
  throw new TypeError('a transfer that is no import')
}

/** Into the journal, where it says something new. */
function keep(attempt: Attempt, progress: ImportProgress): void {
  const { job } = attempt.record
  if (JSON.stringify(progress) === JSON.stringify(progressOf(attempt.record))) return
  if (job.kind === 'import') attempt.set({ job: { ...job, progress } })
  else if (job.kind === 'upload' && job.staging !== null) attempt.set({ job: { ...job, staging: { ...job.staging, progress } } })
}
