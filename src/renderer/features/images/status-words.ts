import type { Image } from '../../../shared/domain.ts'
import { isLeftImporting } from '../../../shared/stuck.ts'
import type { ShapeName, Tone } from '../../components/shape.tsx'

export interface StatusLook {
  shape: ShapeName
  tone: Tone
  /** Glance's own word, with a capital. */
  word: string
  /** At most three words more. */
  aside: string | null
}

const looks: Readonly<Record<string, readonly [ShapeName, Tone]>> = {
  active: ['dot', 'ok'],
  queued: ['dashed', 't2'],
  saving: ['half', 'accent'],
  uploading: ['half', 'accent'],
  importing: ['into', 'accent'],
  deactivated: ['off', 't2'],
  killed: ['stop', 'danger'],
  pending_delete: ['bin', 't2'],
  deleted: ['bin', 't2'],
}

/** How an image's status is shown. A status that we do not know gets a question's shape and its own word. */
export function statusLook(image: Pick<Image, 'status' | 'properties'>): StatusLook {
  const [shape, tone] = isLeftImporting(image) ? (['stop', 'danger'] as const) : (looks[image.status] ?? ['question', 't2'])
  const word = image.status.charAt(0).toUpperCase() + image.status.slice(1).replaceAll('_', ' ')
  return { shape, tone, word, aside: aside(image) }
}

function aside(image: Pick<Image, 'status' | 'properties'>): string | null {
  const { status, properties } = image
  if (isLeftImporting(image)) return 'failed'
  if (status === 'queued') return 'no data yet'
  if (status === 'uploading') return 'staged'
  // Glance names the stores that an import still has to reach in this property.
  const stores = properties.os_glance_importing_to_stores
  return status === 'importing' && stores !== undefined && stores !== '' ? `to ${stores.split(',')[0]}` : null
}
