import { z } from 'zod'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'

const text = z.string().nullish()
const number = z.number().nullish()
const flag = z.boolean().nullish()

/** An image as Glance writes it: its own fields, and every custom property beside them at the top. */
const fields = {
  id: z.string().min(1),
  name: text,
  status: z.string(),
  size: number,
  virtual_size: number,
  disk_format: text,
  container_format: text,
  visibility: text,
  owner: text,
  protected: flag,
  os_hidden: flag,
  min_disk: number,
  min_ram: number,
  tags: z.array(z.string()).nullish(),
  stores: text,
  checksum: text,
  os_hash_algo: text,
  os_hash_value: text,
  created_at: text,
  updated_at: text,
}
/** Made once: a list has ten thousand records, and making a schema costs more than reading with it. */
const readableFields = z.object(fields).partial()
const anyRecord = z.record(z.string(), z.unknown())
type Fields = { [K in keyof typeof fields]?: z.infer<(typeof fields)[K]> | undefined }

/** Where the data lies, which some clouds show. The values may hold a store's password and are kept nowhere. */
const dataAddresses = ['direct_url', 'locations'] as const
const own = new Set([...Object.keys(fields), 'self', 'file', 'schema', ...dataAddresses])

/** True for a name that the record itself uses, so that no property can have it. */
export function isOwnField(name: string): boolean {
  return own.has(name)
}

/**
 * What of a record can be read: a field of another form than the Image API's counts as not there, and is named in `unreadable`.
 * @throws GlancerError `odd-answer` for what has no id, and so is no image.
 */
export function toImage(value: unknown): Image {
  const record = anyRecord.safeParse(value)
  const id = fields.id.safeParse(record.data?.id)
  if (!record.success || !id.success) {
    throw new GlancerError('odd-answer', 'The cloud sent an image that is not one.', {
      detail: record.success ? `id: ${id.error?.issues[0]?.message ?? ''}` : 'A record was expected.',
    })
  }
  const { image, unreadable } = readable(record.data)
  const addresses = dataAddresses.filter((name) => record.data[name] !== undefined && record.data[name] !== null)
  return {
    id: id.data,
    name: image.name ?? null,
    status: image.status ?? 'unknown',
    size: whole(image.size),
    virtualSize: whole(image.virtual_size),
    diskFormat: image.disk_format ?? null,
    containerFormat: image.container_format ?? null,
    visibility: image.visibility ?? 'private',
    owner: image.owner ?? null,
    protected: image.protected ?? false,
    hidden: image.os_hidden ?? false,
    minDisk: image.min_disk ?? 0,
    minRam: image.min_ram ?? 0,
    tags: image.tags ?? [],
    stores: (image.stores ?? '').split(',').filter((store) => store !== ''),
    checksum: image.checksum ?? null,
    hashAlgorithm: image.os_hash_algo ?? null,
    hashValue: image.os_hash_value ?? null,
    createdAt: image.created_at ?? '',
    updatedAt: image.updated_at ?? '',
    properties: Object.fromEntries(
      Object.entries(record.data)
        .filter(([key]) => !own.has(key))
        .map(([key, property]) => [key, typeof property === 'string' ? property : (JSON.stringify(property) ?? '')]),
    ),
    ...(unreadable.length > 0 && { unreadable }),
    ...(addresses.length > 0 && { dataAddresses: addresses }),
  }
}

/** The records of one page of a list, and how many of them have not even an id. */
export function toImages(values: readonly unknown[]): { images: Image[]; lost: number } {
  const images: Image[] = []
  for (const value of values) {
    try {
      images.push(toImage(value))
    } catch (error) {
      if (!(error instanceof GlancerError)) throw error
    }
  }
  return { images, lost: values.length - images.length }
}

function readable(record: Readonly<Record<string, unknown>>): { image: Fields; unreadable: string[] } {
  const parsed = readableFields.safeParse(record)
  if (parsed.success) return { image: parsed.data, unreadable: record.status === undefined ? ['status'] : [] }
  const unreadable = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))]
  const rest = Object.fromEntries(Object.entries(record).filter(([key]) => !unreadable.includes(key)))
  return { image: readableFields.parse(rest), unreadable }
}

function whole(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
