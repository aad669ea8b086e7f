import type { Image } from '../../../shared/domain.ts'
import { inSentence } from '../../lib/one-line.ts'

/** What an image is called in words and sentences, in one line; one without a name by its id. */
export function imageLabel(image: Pick<Image, 'id' | 'name'>): string {
  return image.name === null || image.name === '' ? `Unnamed, ${image.id}` : inSentence(image.name)
}
