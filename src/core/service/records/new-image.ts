import { HttpError } from '../http/http-error.ts'
import type { Caller } from '../identity.ts'
import { checkVisibility } from '../policy.ts'
import type { ImageRecord } from './image-record.ts'
import { VISIBILITIES } from './image-record.ts'
import { checkAgainstSchema } from './image-schema.ts'
import { checkCharacters, checkLimits } from './limits.ts'

const NOT_SETTABLE = ['direct_url', 'self', 'file', 'schema', 'stores']
const READ_ONLY = ['created_at', 'updated_at', 'status', 'checksum', 'size', 'virtual_size']
const RESERVED = ['location', 'deleted', 'deleted_at']
const BASE = [
  'container_format',
  'disk_format',
  'id',
  'min_disk',
  'min_ram',
  'name',
  'tags',
  'owner',
  'visibility',
  'protected',
  'os_hidden',
]

/** The record of `POST /v2/images`, checked in Glance's order: 403 for what is not settable, 400 for the schema, 403 for names, then policies. */
export function newImage(who: Caller, body: Record<string, unknown>, newId: () => string): Omit<ImageRecord, 'sequence'> {
  for (const name of NOT_SETTABLE) if (Object.hasOwn(body, name)) throw new HttpError(403, `Attribute '${name}' is read-only.`)
  checkAgainstSchema(body)
  const properties = customProperties(body)
  const owner = typeof body.owner === 'string' || body.owner === null ? body.owner : who.projectId
  if (!who.isAdmin && owner !== who.projectId) throw new HttpError(403, `You are not permitted to create images owned by '${owner}'.`)
  checkVisibility(who, body.visibility)
  for (const name of READ_ONLY) if (Object.hasOwn(body, name)) throw new HttpError(403, `Attribute '${name}' is read-only.`)
  const now = Date.now()
  const image = {
    id: typeof body.id === 'string' ? body.id.toLowerCase() : newId(),
    name: textOrNull(body.name),
    status: 'queued' as const,
    visibility: VISIBILITIES.find((known) => known === body.visibility) ?? 'shared',
    protected: body.protected === true,
    osHidden: body.os_hidden === true,
    diskFormat: textOrNull(body.disk_format),
    containerFormat: textOrNull(body.container_format),
    minDisk: amount('min_disk', body.min_disk),
    minRam: amount('min_ram', body.min_ram),
    owner,
    size: null,
    virtualSize: null,
    checksum: null,
    osHashAlgo: null,
    osHashValue: null,
    createdAt: now,
    updatedAt: now,
    tags: uniqueTags(body.tags),
    properties,
    stores: [],
    members: [],
  }
  checkLimits(image)
  checkCharacters(image)
  return image
}

function customProperties(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const [name, value] of Object.entries(body)) {
    if (BASE.includes(name) || READ_ONLY.includes(name)) continue
    if (name.length > 255) throw new HttpError(400, 'Custom property should not be greater than 255 characters.')
    if (RESERVED.includes(name) || name.startsWith('os_glance'))
      throw new HttpError(403, undefined, { detail: `Attribute '${name}' is reserved.` })
    if (name === 'locations') throw new HttpError(403, "Attribute 'locations' is reserved.")
    // Taken and forgotten by Glance: the hash comes with the data.
    if (name === 'os_hash_algo' || name === 'os_hash_value') continue
    if (typeof value === 'string') properties[name] = value
  }
  return properties
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function amount(name: string, value: unknown): number {
  if (typeof value !== 'number') return 0
  if (value < 0) throw new HttpError(400, `Invalid value '${value}' for parameter '${name}': Cannot be a negative value`)
  return value
}

/** A set in Glance: no tag twice. */
export function uniqueTags(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.filter((tag) => typeof tag === 'string'))] : []
}
