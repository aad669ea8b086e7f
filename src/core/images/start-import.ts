import { GlancerError } from '../../shared/errors.ts'
import type { ImportOrder } from '../transfers/attempt.ts'
import type { ImageClient } from './client.ts'
import { inWords } from './members.ts'

/** POST /v2/images/{id}/import. The answer comes at once; the work is done by a task of the cloud. */
export async function startImport(client: ImageClient, imageId: string, order: ImportOrder, signal: AbortSignal): Promise<void> {
  const { method, stores, allStores, mustAllSucceed } = order
  // A Glance with one store only need not know these words.
  const where = allStores ? { all_stores: true } : stores.length > 0 ? { stores } : {}
  const body = { method, ...where, ...(allStores || stores.length > 0 ? { all_stores_must_succeed: mustAllSucceed } : {}) }
  try {
    await client.call('POST', `/v2/images/${encodeURIComponent(imageId)}/import`, {
      signal,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch (error) {
    throw explain(error, order)
  }
}

function explain(error: unknown, { method, stores }: ImportOrder): unknown {
  if (!(error instanceof GlancerError) || error.status === undefined) return error
  const said = error.detail ?? ''
  const copying = method.name === 'copy-image'
  if (error.status === 400 && /does not pass filtering/.test(said)) {
    return inWords(error, {
      400: [
        'forbidden',
        'This cloud does not fetch from that address.',
        'Who runs the cloud decides from which hosts and ports it fetches. Or download the file yourself, and upload it.',
      ],
    })
  }
  if (error.status === 409 && /active task/.test(said))
    return inWords(error, { 409: ['image-busy', 'Another import of this image is under way.'] })
  if (error.status === 409 && /store/i.test(said) && /not found/.test(said))
    return inWords(error, { 409: ['bad-request', `The cloud has no such store: ${stores.join(', ')}.`, 'Choose another store.'] })
  return inWords(error, {
    400: copying
      ? ['conflict', 'The data is already in one of these stores.']
      : ['bad-request', 'The cloud refuses this import.', 'It may not offer this way of importing any more.'],
    403: copying
      ? ['forbidden', 'You may not copy images between stores in this cloud.', 'Ask who runs the cloud; often only admins may.']
      : ['forbidden', 'The cloud does not let you import into this image.', 'Ask who runs the cloud.'],
    404: ['not-found', 'The image is not there any more.'],
    409: ['conflict', 'The cloud cannot import in the present state of the image.'],
  })
}
