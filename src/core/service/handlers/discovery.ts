import { HttpError } from '../http/http-error.ts'
import { SCHEMAS } from '../records/image-schema.ts'
import { IMPORT_METHODS } from '../service-state.ts'
import { type Call, param } from './call.ts'

/** What Glance 25.1 lists when it has several stores and an image cache folder (observed). */
const VERSIONS = [
  '2.16',
  '2.15',
  '2.14',
  '2.13',
  '2.12',
  '2.11',
  '2.10',
  '2.9',
  '2.8',
  '2.7',
  '2.6',
  '2.5',
  '2.4',
  '2.3',
  '2.2',
  '2.1',
  '2.0',
]

/** 300 where a client just came by, 200 for `/versions`. */
export function showVersions(call: Call): void {
  const href = `${call.exchange.origin}/v2/`
  const versions = VERSIONS.map((id, index) => ({
    id: `v${id}`,
    status: index === 0 ? 'CURRENT' : 'SUPPORTED',
    links: [{ rel: 'self', href }],
  }))
  call.exchange.sendJson(call.exchange.path === '/versions' ? 200 : 300, { versions })
}

export function showHealth(call: Call): void {
  call.exchange.send(200, 'OK', { 'Content-Type': 'text/plain; charset=UTF-8' })
}

export function showSchema(call: Call): void {
  const schema = SCHEMAS[param(call, 0)]
  if (schema === undefined) throw new HttpError(404)
  call.exchange.sendJson(200, schema)
}

export function showImportInfo(call: Call): void {
  call.exchange.sendJson(200, {
    'import-methods': { description: 'Import methods available.', type: 'array', value: IMPORT_METHODS },
  })
}

export function showStores(call: Call): void {
  call.exchange.sendJson(200, { stores: storeViews(call) })
}

/** Admin only: also the kind of each store and where it is. */
export function showStoresDetail(call: Call): void {
  if (!call.exchange.who.isAdmin) throw new HttpError(403, 'You are not authorized to complete stores_info_detail action.')
  const stores = storeViews(call).map((store) => ({
    ...store,
    type: 'file',
    properties: { data_dir: call.state.data.folder(store.id), chunk_size: 65536, thin_provisioning: false },
  }))
  call.exchange.sendJson(200, { stores })
}

/** Limits by Keystone are not part of this service, so nothing is counted. */
export function showUsage(call: Call): void {
  call.exchange.sendJson(200, { usage: {} })
}

function storeViews(call: Call): { id: string; description?: string; default?: string }[] {
  return call.state.stores.map((store) => ({
    id: store.id,
    ...(store.description === undefined ? {} : { description: store.description }),
    ...(store.id === call.state.defaultStore ? { default: 'true' } : {}),
  }))
}
