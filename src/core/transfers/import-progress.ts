import type { Image, ImportProgress } from '../../shared/domain.ts'
import type { ImageTask } from '../../shared/image-protocol.ts'

/** How an import stands: the cloud is at it, the image has its data, or nothing more will come of it. */
type Verdict = 'running' | 'done' | 'failed' | 'nothing-begun'

export interface ImportLook {
  progress: ImportProgress
  verdict: Verdict
}

/** A task of the cloud has its hands on the image. */
export function isLocked({ properties }: Image): boolean {
  return (properties.os_glance_import_task ?? '') !== ''
}

const list = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '')

/**
 * What an image's record and its import task say about an import. Pure. An import is alive as long as its lock (`os_glance_import_task`) is on
 * the image; an old Glance has no lock, then the task tells, and without both the status. What is over is judged by the image alone: it is
 * active, or the stores that were asked for are among its own; a task's word is only repeated.
 * @param known the progress as it was seen before: stores that the cloud does not name any more are not forgotten.
 * @param wanted the stores that were asked for by name; empty = the cloud chose.
 */
export function lookAtImport(image: Image, task: ImageTask | null, known: ImportProgress, wanted: readonly string[]): ImportLook {
  const { os_glance_importing_to_stores: towards, os_glance_failed_import: failing } = image.properties
  const pending = list(towards)
  const failed = list(failing)
  const alive = isLocked(image) ? true : task !== null ? isAlive(task) : image.status === 'importing'
  const copying = known.method === 'copy-image'
  const asked =
    wanted.length > 0
      ? wanted
      : union(
          known.stores.map((store) => store.id),
          pending,
          failed,
          copying ? [] : image.stores,
        )
  const verdict = alive ? 'running' : verdictOf(image, task, copying, asked, pending, failed)
  const stores = asked.map((id): ImportProgress['stores'][number] => {
    // While it runs a store may be listed before its data is whole: what the cloud still works towards is not done.
    if (image.stores.includes(id) && !(alive && pending.includes(id))) return { id, state: 'done' }
    return { id, state: failed.includes(id) || !(verdict === 'running' || verdict === 'nothing-begun') ? 'failed' : 'waiting' }
  })
  return {
    verdict,
    progress: { method: known.method, stores, task: task === null ? known.task : { status: task.status, message: task.message } },
  }
}

function verdictOf(
  image: Image,
  task: ImageTask | null,
  copying: boolean,
  asked: readonly string[],
  pending: readonly string[],
  failed: readonly string[],
): Verdict {
  if (copying) {
    if (asked.every((store) => image.stores.includes(store))) return 'done'
    return task === null && failed.length === 0 ? (pending.length > 0 ? 'running' : 'nothing-begun') : 'failed'
  }
  if (image.status === 'active') return pending.length > 0 && task === null && failed.length === 0 ? 'running' : 'done'
  return task === null && failed.length === 0 && (image.status === 'queued' || image.status === 'uploading') ? 'nothing-begun' : 'failed'
}

function isAlive(task: ImageTask): boolean {
  return task.status === 'pending' || task.status === 'processing'
}

function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())]
}
