import { STAGING } from './data/data-store.ts'
import type { ServiceState } from './service-state.ts'

/**
 * What a crash left, put right before the first request. No upload can be running now, so an image that is `saving` has lost its data and takes a
 * new PUT: it goes back to `queued` (Glance 25.1 leaves it `saving` for ever). A staged image whose data is whole stays staged; an import that
 * was under way is over. Files that no record speaks of are removed. A record whose data is gone is left as it is: a download says 204.
 */
export async function recover(state: ServiceState): Promise<void> {
  const { records, data } = state
  for (const image of [...records.all()]) {
    const { os_glance_import_task: task, ...properties } = image.properties
    if (task !== undefined) {
      records.put({ ...image, properties: { ...properties, os_glance_importing_to_stores: '' } })
      for (const known of records.tasks(image.id)) {
        if (known.id === task)
          records.putTask({ ...known, status: 'failure', message: 'The service stopped during the import.', updatedAt: Date.now() })
      }
    }
    const current = records.get(image.id) ?? image
    if (current.status === 'uploading' || current.status === 'importing') {
      const staged = current.size !== null && (await data.has(STAGING, image.id))
      if (staged) records.put({ ...current, status: 'uploading', stores: [], checksum: null, osHashAlgo: null, osHashValue: null })
      else backToQueued(state, image.id)
    } else if (current.status === 'saving') backToQueued(state, image.id)
  }
  const gone = await data.sweep((store, id) => {
    const image = records.get(id)
    if (image === undefined) return false
    return store === STAGING ? image.status === 'uploading' : image.stores.includes(store)
  })
  for (const path of gone) state.log(`removed what a broken upload left: ${path}`)
}

function backToQueued(state: ServiceState, id: string): void {
  const image = state.records.get(id)
  if (image === undefined) return
  state.log(`image ${id} was ${image.status} when the service stopped: queued again`)
  state.records.put({
    ...image,
    status: 'queued',
    size: null,
    virtualSize: null,
    checksum: null,
    osHashAlgo: null,
    osHashValue: null,
    stores: [],
    updatedAt: Date.now(),
  })
}
