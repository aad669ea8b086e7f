import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { CopyRecordJob } from './record.ts'

type Data = Pick<NonNullable<CopyRecordJob['source']>, 'size' | 'checksum' | 'hashAlgorithm' | 'hashValue'>

/** What tells the data of an image from other data. */
export function sourceData(image: Image, size: number): Data {
  return { size, checksum: image.checksum, hashAlgorithm: image.hashAlgorithm, hashValue: image.hashValue }
}

/**
 * The size of the data that can be read.
 * @throws GlancerError when there is none to be read, in words about what the image is.
 */
export function mustHaveData(image: Image, cloudName: string): number {
  const name = image.name ?? image.id
  if (image.status === 'deactivated')
    throw new GlancerError('deactivated', `${name} is deactivated in ${cloudName}, so its data cannot be read.`, {
      remedy: 'Reactivate it, or ask its owner to.',
    })
  if (image.status !== 'active')
    throw new GlancerError('no-data', `${name} is ${image.status} in ${cloudName}: it has no data that could be copied.`)
  if (image.size === null || image.size === 0) throw new GlancerError('no-data', `${name} has no data in ${cloudName}: its size is 0.`)
  return image.size
}

/** @throws GlancerError `source-changed`. */
export function mustBeSameData(before: Data, image: Image, cloudName: string): void {
  const same =
    before.size === image.size &&
    before.checksum === image.checksum &&
    before.hashAlgorithm === image.hashAlgorithm &&
    before.hashValue === image.hashValue
  if (same) return
  throw new GlancerError('source-changed', `${image.name ?? image.id} has other data in ${cloudName} than when the copy began.`, {
    remedy: 'Retry to copy it as it is now.',
  })
}
