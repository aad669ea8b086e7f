import type { Image } from '../../../shared/domain.ts'
import type { NewRecord } from '../../../shared/image-protocol.ts'
import { addProperty, changesOf, type Edit, isReserved, startEdit, type Touched, touch } from './edit-state.ts'

/** What a record is before anything was typed. */
export const blankImage: Image = {
  id: '',
  name: null,
  status: 'queued',
  size: null,
  virtualSize: null,
  diskFormat: null,
  containerFormat: null,
  visibility: 'private',
  owner: null,
  protected: false,
  hidden: false,
  minDisk: 0,
  minRam: 0,
  tags: [],
  stores: [],
  checksum: null,
  hashAlgorithm: null,
  hashValue: null,
  createdAt: '',
  updatedAt: '',
  properties: {},
}

/** Properties that speak of the data of one image, or of where it came from, and would lie about another. */
function belongsToData(key: string): boolean {
  return (
    isReserved(key) ||
    /^(owner_specified\.|img_signature|img_linked_|instance_uuid$|base_image_ref$|image_location$|cinder_encryption_)/.test(key)
  )
}

/** A new record as the image is set, but for what belongs to its data; it is not protected, since there is nothing to protect yet. */
export function duplicate(image: Image): { edit: Edit; leftOut: string[] } {
  const fields: Touched = {
    name: `${image.name ?? ''} copy`.trim(),
    minDisk: String(image.minDisk),
    minRam: String(image.minRam),
    tags: image.tags,
    hidden: image.hidden,
  }
  let edit = startEdit(blankImage)
  for (const key of Object.keys(fields) as (keyof Touched)[]) {
    const value = fields[key]
    if (value !== undefined) edit = touch(edit, key, value)
  }
  const leftOut: string[] = []
  for (const [key, value] of Object.entries(image.properties)) {
    if (belongsToData(key)) leftOut.push(key)
    else edit = addProperty(edit, key, value)
  }
  return { edit, leftOut }
}

/** What is sent for a record that was typed. */
export function newRecord(edit: Edit, { diskFormat, containerFormat }: { diskFormat: string; containerFormat: string }): NewRecord {
  const { changes } = changesOf(edit)
  return {
    name: changes.name ?? '',
    diskFormat: diskFormat === '' ? null : diskFormat,
    containerFormat: containerFormat === '' ? null : containerFormat,
    visibility: changes.visibility ?? 'private',
    protected: changes.protected ?? false,
    hidden: changes.hidden ?? false,
    minDisk: changes.minDisk ?? 0,
    minRam: changes.minRam ?? 0,
    tags: changes.tags ?? [],
    properties: Object.fromEntries(
      Object.entries(changes.properties ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
    ),
  }
}
