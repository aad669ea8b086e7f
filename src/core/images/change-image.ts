import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { conflicts, mergeTags } from '../../shared/image-conflicts.ts'
import type { ImageBase, ImageChanges } from '../../shared/image-protocol.ts'
import type { ImageClient } from './client.ts'
import { jsonPatch } from './json-patch.ts'
import { isOwnField } from './record.ts'
import { type RefusedChange, refusedChange } from './refused-change.ts'

export interface ChangeOutcome {
  /** As the cloud has it now. */
  image: Image
  changedByOthers: string[]
  refused: RefusedChange | null
}

/**
 * PATCH /v2/images/{id} with exactly what differs from the image as it is now; nothing to change is no request. With `base`, nothing is sent when it
 * would overwrite what somebody else changed since. Glance has no conditional request, so a change within the few milliseconds between our GET and
 * our PATCH is still overwritten.
 * @throws GlancerError when the image cannot be read (`not-found` = deleted), and for failures that are no refusal
 */
export async function changeImage(
  client: Pick<ImageClient, 'get' | 'patch'>,
  imageId: string,
  changes: ImageChanges,
  base?: ImageBase,
): Promise<ChangeOutcome> {
  checkProperties(changes.properties ?? {})
  const now = await client.get(imageId)
  const changedByOthers = base === undefined ? [] : conflicts(now, base, changes)
  if (changedByOthers.length > 0) return { image: now, changedByOthers, refused: null }
  const tags = changes.tags === undefined ? undefined : mergeTags(now.tags, base?.tags ?? now.tags, changes.tags)
  const operations = jsonPatch(now, { ...changes, tags })
  if (operations.length === 0) return { image: now, changedByOthers: [], refused: null }
  try {
    return { image: await client.patch(imageId, operations), changedByOthers: [], refused: null }
  } catch (error) {
    if (!(error instanceof GlancerError) || !isRefusal(error)) throw error
    return { image: now, changedByOthers: [], refused: refusedChange(error, operations) }
  }
}

/** A property cannot have the name of a field: in a patch it would change that field instead. @throws GlancerError `bad-argument` */
export function checkProperties(properties: Readonly<Record<string, unknown>>): void {
  const wrong = Object.keys(properties).find((key) => isOwnField(key) || key.trim() === '')
  if (wrong !== undefined)
    throw new GlancerError('bad-argument', `No property can be called "${wrong}".`, { remedy: 'Choose another name.' })
}

/** The cloud understood the change and does not want it. */
function isRefusal({ status }: GlancerError): boolean {
  return status === 400 || status === 403 || status === 409 || status === 413
}
