import { HttpError } from '../http/http-error.ts'
import { checkMayChange } from '../policy.ts'
import type { ImageRecord } from '../records/image-record.ts'
import { checkAgainstSchema } from '../records/image-schema.ts'
import { MAX_TAGS } from '../records/limits.ts'
import { findImage } from '../service-state.ts'
import { type Call, param } from './call.ts'

export function addTag(call: Call): void {
  const tag = param(call, 1)
  checkAgainstSchema({ tags: [tag] })
  const image = ownImage(call)
  if (!image.tags.includes(tag)) {
    if (image.tags.length >= MAX_TAGS) {
      const attempted = image.tags.length + 1
      throw new HttpError(
        413,
        `Image tag limit exceeded for image ${image.id}: The limit has been exceeded on the number of allowed image tags. Attempted: ${attempted}, Maximum: ${MAX_TAGS}:`,
      )
    }
    call.state.records.put({ ...image, tags: [...image.tags, tag], updatedAt: Date.now() })
  }
  call.exchange.sendEmpty(204)
}

export function removeTag(call: Call): void {
  const tag = param(call, 1)
  const image = ownImage(call)
  if (!image.tags.includes(tag)) throw new HttpError(404)
  call.state.records.put({ ...image, tags: image.tags.filter((other) => other !== tag), updatedAt: Date.now() })
  call.exchange.sendEmpty(204)
}

function ownImage(call: Call): ImageRecord {
  const id = param(call, 0)
  let image: ImageRecord
  try {
    image = findImage(call.state, call.exchange, id)
  } catch {
    throw new HttpError(404, `Image ${id} not found.`)
  }
  checkMayChange(
    call.exchange.who,
    image,
    `Not allowed to ${call.exchange.req.method === 'PUT' ? 'update' : 'delete'} tags for image ${id}.`,
  )
  return image
}
