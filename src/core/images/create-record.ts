import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { NewRecord } from '../../shared/image-protocol.ts'
import { checkProperties } from './change-image.ts'
import type { ImageClient } from './client.ts'
import { toImage } from './record.ts'
import { refusedChange } from './refused-change.ts'

/** POST /v2/images: a record without data. The cloud chooses its id. A refusal comes in the words of the field that it is about. */
export async function createRecord(client: ImageClient, record: NewRecord): Promise<Image> {
  checkProperties(record.properties)
  const body = {
    ...record.properties,
    name: record.name,
    disk_format: record.diskFormat,
    container_format: record.containerFormat,
    visibility: record.visibility,
    protected: record.protected,
    os_hidden: record.hidden,
    min_disk: record.minDisk,
    min_ram: record.minRam,
    tags: record.tags,
  }
  try {
    return toImage(await client.json('POST', '/v2/images', { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }))
  } catch (error) {
    if (error instanceof GlancerError && [400, 403, 413].includes(error.status ?? 0)) throw refusedChange(error, []).error
    throw error
  }
}
