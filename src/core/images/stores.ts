import type { ImageClient } from './client.ts'
import { inWords } from './members.ts'

/** DELETE /v2/stores/{store}/{id}: takes the data out of one store while another keeps it. */
export async function removeFromStore(client: ImageClient, imageId: string, store: string): Promise<void> {
  try {
    await client.call('DELETE', `/v2/stores/${encodeURIComponent(store)}/${encodeURIComponent(imageId)}`)
  } catch (error) {
    const only = error instanceof Error && 'detail' in error && /only store/.test(String(error.detail))
    throw inWords(error, {
      403: only
        ? ['conflict', 'This is the only store that has the data.', 'Copy the image to another store first, or delete the image.']
        : ['forbidden', 'You may not remove data from a store in this cloud.', 'Ask who runs the cloud.'],
      404: ['not-found', 'The image, or its data in this store, is not there.'],
      409: ['conflict', 'The cloud refuses this in the present state of the image.'],
    })
  }
}

/**
 * POST /v2/images/{id}/import with `copy-image`: the cloud copies the data by itself, after its 202; the image's tasks tell how it went. A store
 * that fails does not undo the others.
 */
export async function copyToStores(client: ImageClient, imageId: string, stores: readonly string[]): Promise<void> {
  try {
    await client.call('POST', `/v2/images/${encodeURIComponent(imageId)}/import`, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ method: { name: 'copy-image' }, stores, all_stores_must_succeed: false }),
    })
  } catch (error) {
    throw inWords(error, {
      400: ['conflict', 'The data is already in one of these stores.'],
      403: ['forbidden', 'You may not copy images between stores in this cloud.', 'Ask who runs the cloud; often only admins may.'],
      409: [
        'image-busy',
        'The cloud cannot copy the image now: it is not active, or an import of it runs.',
        'Try it again when that is over.',
      ],
    })
  }
}
