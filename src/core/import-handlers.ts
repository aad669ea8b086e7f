import { type ImageFields, type ImportProgress, type ImportTarget, importMethods } from '../shared/domain.ts'
import { GlancerError } from '../shared/errors.ts'
import type { importCommands } from '../shared/import-protocol.ts'
import { fileNameIn, shownAddress } from '../shared/web-address.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Handlers } from './dispatch.ts'
import type { TransferRequest } from './transfers/new-transfer.ts'
import type { TransferQueue } from './transfers/queue.ts'
import type { ImportRecordJob, TransferRecord, UploadRecordJob } from './transfers/record.ts'

interface ImportParts {
  clouds: CloudRegistry
  queue: TransferQueue
  begin(cloudId: string, rest: Omit<TransferRequest, 'cloudId' | 'cloudName'>): TransferRecord
}

/** The handlers of all that a cloud imports by itself: each becomes an entry of the queue. */
export function createImportHandlers({ clouds, queue, begin }: ImportParts): Pick<Handlers, keyof typeof importCommands> {
  return {
    'imports.start': async ({ cloudId, items, target }) => {
      for (const { method } of items) offers(clouds, cloudId, method)
      const records = items.map((item) => {
        const source: ImportRecordJob['source'] =
          item.method === 'web-download'
            ? { method: item.method, uri: item.uri }
            : { method: item.method, region: item.region, imageId: item.imageId }
        return begin(cloudId, {
          job: { kind: 'import', source, target, fields: item.fields, created: false, progress: notBegun(item.method, target) },
          imageId: null,
          imageName: item.fields.name,
          fileName: item.method === 'web-download' ? fileNameIn(item.uri) : `${item.imageId} in ${item.region}`,
          bytesTotal: null,
          log: [line(item.method === 'web-download' ? `From ${shownAddress(item.uri)}.` : `From image ${item.imageId} in ${item.region}.`)],
        })
      })
      queue.add(records)
      return { transferIds: records.map((record) => record.id) }
    },
    'imports.copyToStores': async ({ cloudId, imageIds, stores }) => {
      offers(clouds, cloudId, 'copy-image')
      const client = await clouds.client(cloudId)
      const records: TransferRecord[] = []
      for (const imageId of imageIds) {
        const image = clouds.knownImage(cloudId, imageId) ?? (await client.get(imageId))
        const missing = stores.filter((store) => !image.stores.includes(store))
        if (missing.length === 0) continue
        // A store that fails shall not undo the others; that one failed is said all the same.
        const target = { stores: missing, allStores: false, mustAllSucceed: false }
        const progress = notBegun('copy-image', target)
        records.push(
          begin(cloudId, {
            job: { kind: 'import', source: { method: 'copy-image' }, target, fields: null, created: false, progress },
            imageId,
            imageName: image.name ?? imageId,
            fileName: '',
            bytesTotal: null,
          }),
        )
      }
      if (records.length > 0) queue.add(records)
      return { transferIds: records.map((record) => record.id) }
    },
  }
}

const line = (text: string): TransferRecord['log'][number] => ({ at: Date.now(), level: 'info', text })

/** @throws GlancerError `not-allowed` where the cloud says which methods it offers, and this is not among them. */
export function offers(clouds: CloudRegistry, cloudId: string, method: ImportProgress['method']): void {
  const offered = clouds.get(cloudId)?.capabilities?.importMethods ?? null
  if (offered === null || offered.includes(method)) return
  throw new GlancerError('not-allowed', `This cloud does not offer ${method}.`, {
    detail: `It offers ${offered.filter((name) => importMethods.some((known) => known === name)).join(', ') || 'no import'}.`,
  })
}

/** How an import stands before anything was asked for. */
function notBegun(method: ImportProgress['method'], target: ImportTarget): ImportProgress {
  return { method, stores: target.stores.map((id) => ({ id, state: 'waiting' })), task: null }
}

/** Without stores of its own an import goes to the one that was chosen for the file. */
export function stagingOf(wanted: ImportTarget, { store }: ImageFields): UploadRecordJob['staging'] {
  const target = wanted.allStores || wanted.stores.length > 0 || store === null ? wanted : { ...wanted, stores: [store] }
  return { target, progress: notBegun('glance-direct', target) }
}
