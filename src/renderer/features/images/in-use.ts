import type { Image, Transfer } from '../../../shared/domain.ts'
import { isRunning } from '../transfers/words.ts'
import { imageLabel } from './image-label.ts'

/** Properties by which one image needs another, and what the other one is for it. */
const needs: readonly (readonly [property: string, words: string])[] = [
  ['kernel_id', 'its kernel'],
  ['ramdisk_id', 'its ramdisk'],
  ['base_image_ref', 'the image it was made from'],
]

/**
 * What is known here of who needs an image, each in a sentence. Servers and volumes that were made from it only the cloud knows: it refuses then, and
 * says so. `known`: the images of the same cloud; `going`: those that are deleted with it, and so do not count.
 */
export function usesOf(
  image: Image,
  cloudId: string,
  known: Iterable<Image>,
  transfers: Iterable<Transfer>,
  going: ReadonlySet<string>,
): string[] {
  const uses: string[] = []
  for (const transfer of transfers) {
    const own = transfer.cloudId === cloudId && transfer.imageId === image.id
    const source = transfer.from?.cloudId === cloudId && transfer.from.imageId === image.id
    if (!isRunning(transfer) || !(own || source)) continue
    const article = /^[aiu]/.test(transfer.kind) ? 'An' : 'A'
    uses.push(`${article} ${transfer.kind} of it is under way here, and will fail.`)
  }
  for (const other of known) {
    if (other.id === image.id || going.has(other.id)) continue
    const need = needs.find(([property]) => other.properties[property] === image.id)
    if (need !== undefined) uses.push(`${imageLabel(other)} names it as ${need[1]}.`)
  }
  if (image.visibility === 'public' || image.visibility === 'community') uses.push(`It is ${image.visibility}: other projects may use it.`)
  return uses
}
