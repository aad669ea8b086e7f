import { randomUUID } from 'node:crypto'
import { STAGING } from '../data/data-store.ts'
import { HttpError } from '../http/http-error.ts'
import { checkMayChange } from '../policy.ts'
import { listImages } from '../records/image-list.ts'
import { applyPatch, PATCH_TYPES, parsePatch } from '../records/image-patch.ts'
import { type ImageRecord, imageView, taskView } from '../records/image-record.ts'
import { newImage } from '../records/new-image.ts'
import { findImage, IMPORT_METHODS, type ServiceState } from '../service-state.ts'
import { type Call, param } from './call.ts'

export async function createImage(call: Call): Promise<void> {
  const { state, exchange } = call
  const body = await exchange.json()
  if (body === undefined) throw new HttpError(400, 'Body expected in request.')
  // Glance dies of a body that is not an object (500, observed); saying so is kinder.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new HttpError(400, 'The request body must be a JSON object.')
  const image = newImage(exchange.who, { ...body }, randomUUID)
  if (state.records.isTaken(image.id)) throw new HttpError(409, `Image ID ${image.id} already exists!`)
  const kept = state.records.put({ ...image, sequence: state.records.nextSequence() })
  exchange.sendJson(201, imageView(kept), {
    Location: `${exchange.origin}/v2/images/${kept.id}`,
    'Openstack-Image-Import-Methods': IMPORT_METHODS.join(','),
    'Openstack-Image-Store-Ids': state.stores.map((store) => store.id).join(','),
  })
}

export function listAll(call: Call): void {
  const { state, exchange } = call
  const images = [...state.records.all()].map((image) => aged(call, image))
  exchange.sendJson(200, listImages(exchange.who, images, exchange.query, state.records))
}

export function showImage(call: Call): void {
  call.exchange.sendJson(200, imageView(aged(call, findImage(call.state, call.exchange, param(call, 0)))))
}

/** The record as it is, or older where a test wants that. */
function aged({ strikes }: Call, image: ImageRecord): ImageRecord {
  const age = strikes.none ? undefined : strikes.get('age')
  return age === undefined ? image : { ...image, updatedAt: image.updatedAt - age.ms }
}

export async function patchImage(call: Call): Promise<void> {
  const { state, exchange } = call
  const type = (exchange.header('content-type') ?? '').split(';')[0]?.trim() ?? ''
  const draft = PATCH_TYPES[type]
  if (draft === undefined) {
    throw new HttpError(415, `The request media type ${type || 'text/plain'} is not supported by this server.`, {
      headers: { 'Accept-Patch': Object.keys(PATCH_TYPES).join(', ') },
    })
  }
  const body = await exchange.json()
  if (body === undefined) throw new HttpError(400, 'Body expected in request.')
  const changes = parsePatch(body, draft)
  const image = findImage(state, exchange, param(call, 0))
  const changed = applyPatch(exchange.who, image, changes)
  const kept = changes.length === 0 ? image : state.records.put({ ...changed, updatedAt: Date.now() })
  exchange.sendJson(200, imageView(kept))
}

export async function deleteImage(call: Call): Promise<void> {
  const { state, exchange } = call
  const id = param(call, 0)
  let image: ImageRecord
  try {
    image = findImage(state, exchange, id)
  } catch {
    throw new HttpError(404, `Failed to find image ${id} to delete`)
  }
  checkMayChange(exchange.who, image)
  if (image.protected) throw new HttpError(403, `Image ${id} is protected and cannot be deleted.`)
  // The record goes first: a crash in between leaves a file that no record speaks of, which the next start sweeps away.
  state.records.bury(id)
  await removeData(state, image)
  exchange.sendEmpty(204)
}

async function removeData(state: ServiceState, image: ImageRecord): Promise<void> {
  for (const store of [...image.stores, STAGING]) await state.data.remove(store, image.id)
}

/** Takes the data out of one store while another one has it too. */
export async function deleteFromStore(call: Call): Promise<void> {
  const { state, exchange } = call
  const store = param(call, 0)
  const id = param(call, 1)
  if (!state.stores.some((known) => known.id === store)) {
    throw new HttpError(409, `The selected store ${store} is not available on this node.`)
  }
  let image: ImageRecord
  try {
    image = findImage(state, exchange, id)
  } catch {
    throw new HttpError(404, `Failed to find image ${id}`)
  }
  if (!exchange.who.isAdmin) throw new HttpError(403, 'You are not authorized to complete delete_image_location action.')
  if (image.status !== 'active')
    throw new HttpError(409, "It's not allowed to remove image data from store if image status is not 'active'")
  if (image.stores.length === 1) {
    throw new HttpError(403, 'Cannot delete image data from the only store containing it. Consider deleting the image instead.')
  }
  if (!image.stores.includes(store)) throw new HttpError(404, `Image ${id} is not stored in store ${store}.`)
  state.records.put({ ...image, stores: image.stores.filter((other) => other !== store), updatedAt: Date.now() })
  await state.data.remove(store, id)
  exchange.sendEmpty(204)
}

export function changeActive(call: Call): void {
  const { state, exchange } = call
  const image = findImage(state, exchange, param(call, 0))
  checkMayChange(exchange.who, image)
  const off = param(call, 1) === 'deactivate'
  const [from, to] = off ? (['active', 'deactivated'] as const) : (['deactivated', 'active'] as const)
  if (image.status === from) state.records.put({ ...image, status: to, updatedAt: Date.now() })
  else if (image.status !== to) {
    throw new HttpError(403, `Not allowed to ${off ? 'deactivate' : 'reactivate'} image in status '${image.status}'`)
  }
  exchange.sendEmpty(204)
}

export function listTasks(call: Call): void {
  const image = findImage(call.state, call.exchange, param(call, 0))
  call.exchange.sendJson(200, { tasks: call.state.records.tasks(image.id).map(taskView) })
}

/** Tasks of all images: for admins only. Newest first, at most 25 or `limit`; without markers. */
export function listAllTasks(call: Call): void {
  const { state, exchange } = call
  if (!exchange.who.isAdmin) throw new HttpError(403, 'You are not authorized to complete tasks_api_access action.')
  const limit = Math.min(Number(exchange.query.get('limit') ?? '25') || 25, 1000)
  const tasks = [...state.records.all()].flatMap((image) => state.records.tasks(image.id))
  const newest = tasks.sort((left, right) => right.createdAt - left.createdAt).slice(0, limit)
  exchange.sendJson(200, { tasks: newest.map(taskView), first: '/v2/tasks', schema: '/v2/schemas/tasks' })
}
