import { z } from 'zod'

export const STATUSES = ['queued', 'saving', 'active', 'killed', 'uploading', 'importing', 'deactivated'] as const
export const VISIBILITIES = ['community', 'public', 'private', 'shared'] as const
export const MEMBER_STATUSES = ['pending', 'accepted', 'rejected'] as const

const memberRecord = z.object({
  memberId: z.string(),
  status: z.enum(MEMBER_STATUSES),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type MemberRecord = z.infer<typeof memberRecord>

/** One image as it is kept. Sizes in bytes, times in milliseconds since the epoch. */
export const imageRecord = z.object({
  id: z.string(),
  /** Counts up: of two images of one millisecond the later one has the higher. */
  sequence: z.number(),
  name: z.string().nullable(),
  status: z.enum(STATUSES),
  visibility: z.enum(VISIBILITIES),
  protected: z.boolean(),
  osHidden: z.boolean(),
  diskFormat: z.string().nullable(),
  containerFormat: z.string().nullable(),
  minDisk: z.number(),
  minRam: z.number(),
  owner: z.string().nullable(),
  size: z.number().nullable(),
  virtualSize: z.number().nullable(),
  checksum: z.string().nullable(),
  osHashAlgo: z.string().nullable(),
  osHashValue: z.string().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
  tags: z.array(z.string()),
  properties: z.record(z.string(), z.string()),
  /** Ids of the stores that have the data. */
  stores: z.array(z.string()),
  members: z.array(memberRecord),
})
export type ImageRecord = z.infer<typeof imageRecord>

export const taskRecord = z.object({
  id: z.string(),
  imageId: z.string(),
  owner: z.string().nullable(),
  userId: z.string(),
  requestId: z.string(),
  status: z.enum(['pending', 'processing', 'success', 'failure']),
  message: z.string(),
  input: z.unknown(),
  result: z.unknown(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type TaskRecord = z.infer<typeof taskRecord>

/** `2026-11-23T16:06:52Z`: Glance cuts the fraction off. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** The image as the API shows it: custom properties first, at the top level, as Glance has them. */
export function imageView(image: ImageRecord): Record<string, unknown> {
  return {
    ...image.properties,
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.size,
    virtual_size: image.virtualSize,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.minRam,
    min_disk: image.minDisk,
    owner: image.owner,
    os_hidden: image.osHidden,
    os_hash_algo: image.osHashAlgo,
    os_hash_value: image.osHashValue,
    id: image.id,
    created_at: isoSeconds(image.createdAt),
    updated_at: isoSeconds(image.updatedAt),
    tags: image.tags,
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
    // A deactivated image is shown without stores (observed on Glance 25.1).
    ...(image.stores.length > 0 && image.status !== 'deactivated' ? { stores: image.stores.join(',') } : {}),
  }
}

export function memberView(imageId: string, member: MemberRecord): Record<string, unknown> {
  return {
    member_id: member.memberId,
    image_id: imageId,
    status: member.status,
    created_at: isoSeconds(member.createdAt),
    updated_at: isoSeconds(member.updatedAt),
    schema: '/v2/schemas/member',
  }
}

export function taskView(task: TaskRecord): Record<string, unknown> {
  return {
    id: task.id,
    type: 'api_image_import',
    status: task.status,
    owner: task.owner,
    user_id: task.userId,
    image_id: task.imageId,
    request_id: task.requestId,
    input: task.input,
    result: task.result,
    message: task.message,
    expires_at: task.status === 'success' || task.status === 'failure' ? isoSeconds(task.updatedAt + TASK_LIFE_MS) : null,
    created_at: isoSeconds(task.createdAt),
    updated_at: isoSeconds(task.updatedAt),
    deleted_at: null,
    deleted: false,
  }
}

/** Glance shows a finished task for 48 hours. */
const TASK_LIFE_MS = 48 * 3600 * 1000
