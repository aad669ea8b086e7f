import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { STAGING } from '../data/data-store.ts'
import { HttpError } from '../http/http-error.ts'
import type { ImportOrder } from '../imports/import-order.ts'
import { startImport } from '../imports/run-import.ts'
import { checkWebSource } from '../imports/web-source.ts'
import { checkMayChange } from '../policy.ts'
import type { ImageRecord } from '../records/image-record.ts'
import { change, findImage, IMPORT_METHODS } from '../service-state.ts'
import { type Call, param } from './call.ts'

const importBody = z.object({
  method: z.object({ name: z.string(), uri: z.string().optional() }).loose(),
  stores: z.array(z.string()).optional(),
})

/** `POST /v2/images/{id}/import`: checked at once in Glance's order, done after the 202. */
export async function importImage(call: Call): Promise<void> {
  const { state, exchange } = call
  const body = await exchange.json()
  if (body === undefined) throw new HttpError(400, 'Body expected in request.')
  if (typeof body !== 'object' || body === null) throw new HttpError(400, "Import request requires a 'method' field.")
  const order = readOrder(body)
  const image = findImage(state, exchange, param(call, 0))
  checkStatus(image, order.method)
  if (image.containerFormat === null) throw new HttpError(409, "'container_format' needs to be set before import")
  if (image.diskFormat === null) throw new HttpError(409, "'disk_format' needs to be set before import")
  if (order.method === 'copy-image') {
    if (!exchange.who.isAdmin) throw new HttpError(403, 'You are not authorized to complete copy_image action.')
  } else checkMayChange(exchange.who, image)
  if (Object.hasOwn(image.properties, 'os_glance_import_task')) throw new HttpError(409, 'Image has active task')
  const stores = wantedStores(call, body, order, image)
  if (stores === null) {
    exchange.sendEmpty(202)
    return
  }
  if (order.method === 'web-download') checkWebSource(order.uri, state.imports)

  const now = Date.now()
  const task = state.records.putTask({
    id: randomUUID(),
    imageId: image.id,
    owner: exchange.who.projectId,
    userId: exchange.who.userId,
    requestId: exchange.requestId,
    status: 'pending',
    message: '',
    input: { image_id: image.id, import_req: body, backend: stores },
    result: null,
    createdAt: now,
    updatedAt: now,
  })
  const locked = change(state, image.id, { properties: { ...image.properties, os_glance_import_task: task.id } })
  startImport(state, locked, task, { ...order, stores }, call.strikes)
  exchange.sendEmpty(202)
}

function readOrder(body: object): ImportOrder {
  if (!('method' in body)) throw new HttpError(400, "Import request requires a 'method' field.")
  if (typeof body.method !== 'object' || body.method === null || !('name' in body.method)) {
    throw new HttpError(400, "Import request requires a 'name' field.")
  }
  const wanted = body.method.name
  const method = IMPORT_METHODS.find((known) => known === wanted)
  if (method === undefined) throw new HttpError(400, `Unknown import method name '${String(wanted)}'.`)
  const mustAllSucceed = 'all_stores_must_succeed' in body ? body.all_stores_must_succeed : true
  if (typeof mustAllSucceed !== 'boolean') throw new HttpError(400, "'all_stores_must_succeed' must be boolean value only")
  if ('all_stores' in body && typeof body.all_stores !== 'boolean') throw new HttpError(400, "'all_stores' must be boolean value only")
  const parsed = importBody.safeParse(body)
  if (!parsed.success) throw new HttpError(400, "Import request has a wrong 'stores' or 'uri' field.")
  return { method, uri: parsed.data.method.uri ?? null, stores: parsed.data.stores ?? [], mustAllSucceed }
}

function checkStatus(image: ImageRecord, method: ImportOrder['method']): void {
  if (image.status === 'active' && method !== 'copy-image') throw new HttpError(409, 'Image with status active cannot be target for import')
  if (image.status !== 'active' && method === 'copy-image')
    throw new HttpError(409, 'Only images with status active can be targeted for copying')
  if (image.status !== 'queued' && method === 'web-download') {
    throw new HttpError(409, "Image needs to be in 'queued' state to use 'web-download' method")
  }
  if (image.status !== 'uploading' && method === 'glance-direct') {
    throw new HttpError(409, "Image needs to be staged before 'glance-direct' method can be used")
  }
}

/** The stores to import to; null = a copy to all stores with nothing left to do. */
function wantedStores(call: Call, body: object, order: ImportOrder, image: ImageRecord): string[] | null {
  const header = call.exchange.header('x-image-meta-store')
  const all = 'all_stores' in body && body.all_stores === true
  const known = call.state.stores.map((store) => store.id)
  if (all && ('stores' in body || header !== undefined)) {
    throw new HttpError(400, "All_stores parameter can't be used with x-image-meta-store header or stores parameter")
  }
  if ('stores' in body && header !== undefined) {
    throw new HttpError(400, "Stores parameter and x-image-meta-store header can't be both specified")
  }
  const wanted = all ? known : 'stores' in body ? [...order.stores] : [header ?? call.state.defaultStore]
  for (const store of wanted) {
    if (store === STAGING || !known.includes(store)) throw new HttpError(409, `Store for identifier ${store} not found`)
  }
  if (order.method !== 'copy-image') return wanted
  if (all) {
    const missing = wanted.filter((store) => !image.stores.includes(store))
    return missing.length === 0 ? null : missing
  }
  const present = wanted.find((store) => image.stores.includes(store))
  if (present !== undefined) throw new HttpError(400, `Image is already present at store '${present}'`)
  return wanted
}
