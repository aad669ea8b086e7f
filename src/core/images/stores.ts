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
