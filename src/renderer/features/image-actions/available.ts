import type { Cloud, Image } from '../../../shared/domain.ts'

/** What may be done with images that are there. */
export const actionIds = [
  'edit',
  'download',
  'compare',
  'protect',
  'unprotect',
  'hide',
  'unhide',
  'deactivate',
  'reactivate',
  'share',
  'leave',
  'copy-to-cloud',
  'copy-to-stores',
  'remove-from-store',
  'duplicate',
  'export',
  'commands',
  'copy-id',
  'copy-csv',
  'delete',
] as const
export type ActionId = (typeof actionIds)[number]

type CloudFacts = Pick<Cloud, 'kind' | 'projectId' | 'capabilities'>

/**
 * The images of these for which an action makes sense, as far as their records tell. Whether the cloud allows it only the cloud knows: it is asked,
 * and what it says is shown.
 */
export function imagesFor(action: ActionId, images: readonly Image[], cloud: CloudFacts): readonly Image[] {
  switch (action) {
    case 'edit':
    case 'duplicate':
      return images.length === 1 ? images : []
    case 'compare':
      return images.length === 1 ? images.filter((image) => image.checksum !== null || image.hashValue !== null) : []
    case 'protect':
      return images.filter((image) => !image.protected)
    case 'unprotect':
      return images.filter((image) => image.protected)
    case 'hide':
      return images.filter((image) => !image.hidden)
    case 'unhide':
      return images.filter((image) => image.hidden)
    case 'deactivate':
      return images.filter((image) => image.status === 'active')
    case 'reactivate':
      return images.filter((image) => image.status === 'deactivated')
    case 'share':
      return images.filter((image) => !isForeign(image, cloud) && image.visibility !== 'public' && image.visibility !== 'community')
    case 'leave':
      return images.filter((image) => isForeign(image, cloud) && image.visibility === 'shared')
    case 'copy-to-cloud':
      return images.filter((image) => image.status === 'active')
    case 'copy-to-stores':
      return images.filter((image) => image.status === 'active' && storesLeft(image, cloud).length > 0)
    case 'remove-from-store':
      return images.filter((image) => image.stores.length > 1)
    default:
      return images
  }
}

/** Another project's. A person without a project, and the one of the built-in service, own all that they see. */
function isForeign(image: Image, { kind, projectId }: CloudFacts): boolean {
  return kind !== 'built-in' && projectId !== null && image.owner !== null && image.owner !== projectId
}

/** Stores of the cloud to which the image could be copied. */
function storesLeft(image: Image, { capabilities }: CloudFacts): string[] {
  if (capabilities === null || !capabilities.importMethods.includes('copy-image')) return []
  return capabilities.stores.filter((store) => !store.readOnly && !image.stores.includes(store.id)).map((store) => store.id)
}
