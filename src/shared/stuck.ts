import type { Image } from './domain.ts'

/** What helps an image on that stands still. */
export type Remedy =
  /** It may go on by itself. */
  | 'wait'
  /** Send the data again, to the same image. */
  | 'retry'
  /** Nothing else helps: the image takes no data any more. */
  | 'delete-and-begin-again'
  /** Its owner or an administrator can bring it back. */
  | 'reactivate'
  /** Only who runs the cloud can help. */
  | 'ask-operator'

export interface Standstill {
  /** Says what the status means, in a sentence or two. */
  sentence: string
  remedies: readonly Remedy[]
  /** It goes on only if somebody does something. */
  needsSomebody: boolean
}

/** Glance waits so long for a client that says nothing (`client_socket_timeout`, observed on Glance 25.1), and then lets the image go. */
const SILENT_CLIENT_MS = 15 * 60_000
/** An import's lock is given up so long after the last sign of life of its task (Glance's import code). */
const IMPORT_LOCK_MS = 60 * 60_000

/**
 * What an image that is not simply active waits for, and what helps. Null: there is nothing to say. `ours` = a transfer of this app moves
 * its data now. The source of the facts is Glance 25.1, observed, and its table of image states.
 */
export function standstill(image: Pick<Image, 'status' | 'updatedAt' | 'properties'>, now: number, ours: boolean): Standstill | null {
  const quietMs = now - Date.parse(image.updatedAt)
  const locked = filled(image.properties.os_glance_import_task)
  switch (image.status) {
    case 'active':
      return activeButUnderWay(image, quietMs, locked)
    case 'queued':
      if (!locked && filled(image.properties.os_glance_failed_import))
        return { sentence: 'An import of its data failed. It takes data again.', remedies: ['retry'], needsSomebody: false }
      // What a failed glance-download leaves (observed on Glance 25.1); a Glance without locks shows the same while it is at work.
      if (!locked && filled(image.properties.os_glance_importing_to_stores))
        return {
          sentence: 'An import of its data is under way or was given up; its tasks say which.',
          remedies: ['wait', 'retry'],
          needsSomebody: false,
        }
      if (!locked) return null
      return quietMs < IMPORT_LOCK_MS
        ? { sentence: 'An import task holds it and has not begun yet.', remedies: ['wait'], needsSomebody: false }
        : {
            sentence: 'An import task holds it, but has shown no sign of life for an hour; its lock is given up with the next import.',
            remedies: ['retry', 'delete-and-begin-again'],
            needsSomebody: true,
          }
    case 'saving':
      if (ours) return null
      return quietMs < SILENT_CLIENT_MS
        ? {
            sentence: 'Somebody uploads to it, or an upload was cut: then the cloud lets it go within 15 minutes.',
            remedies: ['wait'],
            needsSomebody: false,
          }
        : {
            sentence:
              'It has been saving for long. If nobody uploads to it any more, the service was restarted in the middle: it stays so for good, and takes no data.',
            remedies: ['wait', 'delete-and-begin-again'],
            needsSomebody: true,
          }
    case 'uploading':
      if (ours) return null
      return {
        sentence: 'Its data is staged, or is being staged, and is not imported yet.',
        remedies: quietMs < SILENT_CLIENT_MS ? ['wait'] : ['delete-and-begin-again'],
        needsSomebody: quietMs >= SILENT_CLIENT_MS,
      }
    case 'importing':
      if (isLeftImporting(image))
        return {
          sentence: 'The import of its data failed and left it importing: it takes no data any more.',
          remedies: ['delete-and-begin-again'],
          needsSomebody: true,
        }
      return quietMs < IMPORT_LOCK_MS
        ? { sentence: 'The cloud imports its data.', remedies: ['wait'], needsSomebody: false }
        : {
            sentence: 'It has been importing for over an hour without a sign of life. The task may have died with the service.',
            remedies: ['wait', 'delete-and-begin-again', 'ask-operator'],
            needsSomebody: true,
          }
    case 'killed':
      return {
        sentence: 'The cloud gave up on its data. The image takes none any more.',
        remedies: ['delete-and-begin-again'],
        needsSomebody: true,
      }
    case 'deactivated':
      return {
        sentence: 'It was taken out of use: nobody can download it or start from it until it is reactivated.',
        remedies: ['reactivate'],
        needsSomebody: true,
      }
    case 'pending_delete':
      return {
        sentence: 'It was deleted. The cloud keeps its data for a while, until it cleans up.',
        remedies: ['ask-operator'],
        needsSomebody: false,
      }
    case 'deleted':
      return { sentence: 'It was deleted.', remedies: ['delete-and-begin-again'], needsSomebody: false }
    default:
      return {
        sentence: `The cloud calls it ${image.status}, a status that Glancer does not know.`,
        remedies: ['wait'],
        needsSomebody: false,
      }
  }
}

/** An import that came to nothing and left its image importing for good (observed on Glance 25.1, after a failed glance-direct). */
export function isLeftImporting({ status, properties }: Pick<Image, 'status' | 'properties'>): boolean {
  return status === 'importing' && !filled(properties.os_glance_import_task) && filled(properties.os_glance_failed_import)
}

/** Whether its status is one that passes by itself, and may still be expected to: whoever sees it wants to see what comes of it. */
export function isPassing(image: Pick<Image, 'status' | 'updatedAt' | 'properties'>, now: number): boolean {
  if (!['saving', 'uploading', 'importing', 'pending_delete'].includes(image.status)) return false
  return standstill(image, now, false)?.needsSomebody !== true && !(now - Date.parse(image.updatedAt) >= IMPORT_LOCK_MS)
}

function activeButUnderWay({ properties }: Pick<Image, 'properties'>, quietMs: number, locked: boolean): Standstill | null {
  const failed = filled(properties.os_glance_failed_import)
  const towards = properties.os_glance_importing_to_stores ?? ''
  if (locked && filled(towards)) {
    return quietMs < IMPORT_LOCK_MS
      ? { sentence: `It is usable. The cloud copies it to ${stores(towards)}.`, remedies: ['wait'], needsSomebody: false }
      : {
          sentence: `It is usable, but its copy to ${stores(towards)} has shown no sign of life for an hour.`,
          remedies: ['wait', 'ask-operator'],
          needsSomebody: true,
        }
  }
  if (!failed) return null
  return {
    sentence: `It is usable, but its copy to ${stores(properties.os_glance_failed_import ?? '')} failed.`,
    remedies: ['retry', 'ask-operator'],
    needsSomebody: true,
  }
}

function filled(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

function stores(list: string): string {
  return list.split(',').join(', ')
}
