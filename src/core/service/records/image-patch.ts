import { HttpError } from '../http/http-error.ts'
import type { Caller } from '../identity.ts'
import { checkMayChange, checkVisibility } from '../policy.ts'
import { type ImageRecord, VISIBILITIES } from './image-record.ts'
import { checkAgainstSchema } from './image-schema.ts'
import { checkCharacters, checkLimits } from './limits.ts'
import { amount, uniqueTags } from './new-image.ts'

/** Content types of PATCH, with the draft of JSON patch that each one means. */
export const PATCH_TYPES: Readonly<Record<string, 4 | 10>> = {
  'application/openstack-images-v2.0-json-patch': 4,
  'application/openstack-images-v2.1-json-patch': 10,
}

export interface Change {
  op: 'add' | 'replace' | 'remove'
  name: string
  value: unknown
  draft: 4 | 10
}

const OPERATIONS = ['add', 'remove', 'replace'] as const
const READ_ONLY = [
  'created_at',
  'updated_at',
  'status',
  'checksum',
  'size',
  'virtual_size',
  'direct_url',
  'self',
  'file',
  'schema',
  'id',
  'os_hash_algo',
  'os_hash_value',
]
const RESERVED = ['location', 'deleted', 'deleted_at']

/** The operations of a patch, checked one by one in their order. 400 for a form, 403 for a name that is not to be touched. */
export function parsePatch(body: unknown, draft: 4 | 10): Change[] {
  if (!Array.isArray(body)) throw new HttpError(400, 'Request body must be a JSON array of operation objects.')
  return body.map((raw: unknown) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new HttpError(400, 'Operations must be JSON objects.')
    const { op, pointer } = operationOf({ ...raw }, draft)
    const path = decodePointer(pointer)
    const name = path[0] ?? ''
    // `/locations/N` adds and removes, `/locations` replaces; this service, like Glance by default, shows none and lets none be set.
    if (path.length !== (name === 'locations' && op !== 'replace' ? 2 : 1)) {
      throw new HttpError(400, `Invalid JSON pointer for this resource: '/${path.join('/')}'`)
    }
    if (op !== 'remove' && !('value' in raw)) throw new HttpError(400, `Operation "${op}" requires a member named "value".`)
    if (READ_ONLY.includes(name)) throw new HttpError(403, `Attribute '${name}' is read-only.`)
    if (RESERVED.includes(name) || name.startsWith('os_glance')) throw new HttpError(403, `Attribute '${name}' is reserved.`)
    const value = 'value' in raw ? raw.value : undefined
    if (op !== 'remove' && name !== 'locations') checkAgainstSchema({ [name]: value })
    return { op, name, value, draft }
  })
}

function operationOf(raw: Readonly<Record<string, unknown>>, draft: 4 | 10): { op: Change['op']; pointer: unknown } {
  if (draft === 4) {
    const named = OPERATIONS.filter((op) => Object.hasOwn(raw, op))
    const op = named[0]
    if (op === undefined || named.length > 1) {
      const count = op === undefined ? 'exactly' : 'only'
      throw new HttpError(400, `Operation objects must contain ${count} one member named "add", "remove", or "replace".`)
    }
    return { op, pointer: raw[op] }
  }
  const wanted = raw.op
  const available = 'It must be one of the following: add, remove, replace.'
  if (wanted === undefined || wanted === null) throw new HttpError(400, `Unable to find \`op\` in JSON Schema change. ${available}`)
  const op = OPERATIONS.find((known) => known === wanted)
  if (op === undefined) throw new HttpError(400, `Invalid operation: \`${String(wanted)}\`. ${available}`)
  if (!Object.hasOwn(raw, 'path')) throw new HttpError(400, "Unable to find 'path' in JSON Schema change")
  return { op, pointer: raw.path }
}

function decodePointer(pointer: unknown): string[] {
  if (typeof pointer !== 'string') throw new HttpError(400, 'The path of an operation must be a string.')
  if (!pointer.startsWith('/')) throw new HttpError(400, `Pointer \`${pointer}\` does not start with "/".`)
  if (/\/\s*?\//.test(pointer.slice(1))) throw new HttpError(400, `Pointer \`${pointer}\` contains adjacent "/".`)
  if (pointer.length > 1 && pointer.endsWith('/')) throw new HttpError(400, `Pointer \`${pointer}\` end with "/".`)
  if (/~[^01]/.test(pointer) || pointer.endsWith('~')) {
    throw new HttpError(400, `Pointer \`${pointer}\` contains "~" not part of a recognized escape sequence.`)
  }
  const parts = pointer.replace(/^\/+/, '').split('/')
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').trim())
}

/** The image after all changes; nothing is kept unless every one of them is right. */
export function applyPatch(who: Caller, image: ImageRecord, changes: readonly Change[]): ImageRecord {
  let result = image
  for (const change of changes) result = applyChange(who, result, change)
  checkLimits(result)
  checkCharacters(result)
  return result
}

function applyChange(who: Caller, image: ImageRecord, change: Change): ImageRecord {
  const { op, name, value } = change
  if (name === 'locations') throw new HttpError(403, "It's not allowed to change locations if locations are invisible.")
  const base = SETTERS[name]
  if (op === 'replace' && name === 'owner' && !who.isAdmin) throw new HttpError(403, "Owner can't be updated by non admin.")
  if (name === 'visibility' && op !== 'remove') checkVisibility(who, value)
  checkMayChange(who, image)
  const present = base !== undefined || Object.hasOwn(image.properties, name)
  if (op === 'remove') {
    if (base !== undefined) throw new HttpError(403, `Property ${name} may not be removed.`)
    if (!present) throw new HttpError(409, `Property ${name} does not exist.`)
    const { [name]: _gone, ...properties } = image.properties
    return { ...image, properties }
  }
  if (op === 'replace' && !present) throw new HttpError(409, `Property ${name} does not exist.`)
  if (op === 'add' && present && change.draft === 4) throw new HttpError(409, `Property ${name} already present.`)
  if (base !== undefined) return { ...image, ...base(value, image) }
  return typeof value === 'string' ? { ...image, properties: { ...image.properties, [name]: value } } : image
}

/** How each declared field is set; the schema has seen to its type. */
const SETTERS: Readonly<Record<string, (value: unknown, image: ImageRecord) => Partial<ImageRecord>>> = {
  name: (value) => ({ name: text(value) }),
  visibility: (value) => ({ visibility: VISIBILITIES.find((known) => known === value) ?? 'shared' }),
  protected: (value) => ({ protected: value === true }),
  os_hidden: (value) => ({ osHidden: value === true }),
  owner: (value) => ({ owner: text(value) }),
  min_disk: (value) => ({ minDisk: amount('min_disk', value) }),
  min_ram: (value) => ({ minRam: amount('min_ram', value) }),
  tags: (value) => ({ tags: uniqueTags(value) }),
  disk_format: (value, image) => {
    checkQueued('disk_format', image)
    return { diskFormat: text(value) }
  },
  container_format: (value, image) => {
    checkQueued('container_format', image)
    return { containerFormat: text(value) }
  },
}

function checkQueued(name: string, image: ImageRecord): void {
  if (image.status !== 'queued' && image.status !== 'importing') {
    throw new HttpError(403, `Attribute ${name} can be only replaced for a queued image.`)
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
