import { z } from 'zod'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'

const text = z.string().nullable().optional()
const number = z.number().nullable().optional()

/** An image as Glance writes it: its own fields, and every custom property beside them at the top. */
const glanceImageSchema = z
  .object({
    id: z.string().min(1),
    name: text,
    status: z.string(),
    size: number,
    virtual_size: number,
    disk_format: text,
    container_format: text,
    visibility: z.string().optional(),
    owner: text,
    protected: z.boolean().optional(),
    os_hidden: z.boolean().optional(),
    min_disk: number,
    min_ram: number,
    tags: z.array(z.string()).optional(),
    stores: z.string().optional(),
    checksum: text,
    os_hash_algo: text,
    os_hash_value: text,
    created_at: z.string().optional(),
    updated_at: z.string().optional(),
  })
  .catchall(z.unknown())

const own = new Set([...Object.keys(glanceImageSchema.shape), 'self', 'file', 'schema', 'locations', 'direct_url'])

/** True for a name that the record itself uses, so that no property can have it. */
export function isOwnField(name: string): boolean {
  return own.has(name)
}

/** @throws GlancerError `odd-answer`, naming the field that is not what the Image API says. */
export function toImage(value: unknown): Image {
  const parsed = glanceImageSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new GlancerError('odd-answer', 'The cloud sent an image that is not one.', {
      detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    })
  }
  const image = parsed.data
  return {
    id: image.id,
    name: image.name ?? null,
    status: image.status,
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
      Object.entries(image)
        .filter(([key]) => !own.has(key))
        .map(([key, property]) => [key, typeof property === 'string' ? property : (JSON.stringify(property) ?? '')]),
    ),
  }
}

function whole(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
