import { STAGING } from '../data/data-store.ts'
import { type Received, Receiver } from '../data/receive.ts'
import { virtualSize } from '../data/virtual-size.ts'
import { waitFor } from '../faults.ts'
import { HttpError } from '../http/http-error.ts'
import { checkMayChange } from '../policy.ts'
import type { ImageRecord } from '../records/image-record.ts'
import { change, digestNames, findImage, type ServiceState } from '../service-state.ts'
import { type Call, param } from './call.ts'
import { AnswerNow, overQuota, takeBody, Vanished } from './intake.ts'
import { answerAsPlanned } from './planned-answer.ts'

/**
 * `PUT /v2/images/{id}/file`. All that can be refused is refused before the first byte is read. The order at the end is what makes a 204 safe:
 * the data is flushed, then it gets its name, then the record says active (flushed too), then the answer goes out.
 */
export async function uploadFile(call: Call): Promise<void> {
  const { state, exchange } = call
  checkOctetStream(call)
  const store = exchange.header('x-image-meta-store') ?? state.defaultStore
  if (!state.stores.some((known) => known.id === store)) {
    throw new HttpError(400, `Store for identifier ${store} not found`, { bare: true })
  }
  const image = findImage(state, exchange, param(call, 0))
  checkMayChange(exchange.who, image, `Not allowed to upload image data for image ${image.id}`)
  checkTransition(image, 'saving')
  checkFormats(image)
  change(state, image.id, { status: 'saving' })
  const received = await takeInto(call, image, store, 'saving')
  if (received === null) return

  const forget = call.strikes.get('forget-hash')
  const wrong = call.strikes.get('wrong-hash')
  const osHash = received.digests[state.hashAlgorithm] ?? null
  change(state, image.id, {
    status: 'active',
    size: received.bytes,
    virtualSize: received.virtualSize,
    checksum: forget?.checksum ? null : (wrong?.checksum ?? received.digests.md5 ?? null),
    osHashAlgo: forget?.osHash ? null : state.hashAlgorithm,
    osHashValue: forget?.osHash ? null : (wrong?.osHashValue ?? osHash),
    stores: [store],
  })
  exchange.sendEmpty(204)
}

/** `PUT /v2/images/{id}/stage`: the same into the staging folder; formats are not needed yet, and no hash is published. */
export async function stageFile(call: Call): Promise<void> {
  const { state, exchange } = call
  checkOctetStream(call)
  const image = findImage(state, exchange, param(call, 0))
  checkMayChange(exchange.who, image)
  checkTransition(image, 'uploading')
  change(state, image.id, { status: 'uploading' })
  const received = await takeInto(call, image, STAGING, 'uploading')
  if (received === null) return
  change(state, image.id, { size: received.bytes })
  exchange.sendEmpty(204)
}

/** The body into the part file, hashed on the way, flushed and named. Null = already answered, or nobody there to answer. */
async function takeInto(
  call: Call,
  image: ImageRecord,
  store: string,
  during: 'saving' | 'uploading',
): Promise<(Received & { virtualSize: number | null }) | null> {
  const { state, exchange, strikes } = call
  const file = await state.data.createPart(store, image.id)
  const receiver = new Receiver(file, state.blocks, state.hashes, store === STAGING ? ['md5'] : digestNames(state))
  try {
    const remaining = remainingQuota(state, image)
    const declared = Number(exchange.header('content-length') ?? '0')
    if (store !== STAGING && remaining !== null && declared > remaining) throw overQuota(declared, remaining)
    await takeBody(exchange.wantBody(), receiver, { cap: state.imageSizeCap, remaining }, strikes)
    const received = await receiver.finish()
    const size = await virtualSize(file, received.head, image.diskFormat, received.bytes)
    const slow = strikes.get('slow-finish')
    if (slow !== undefined) await waitFor(slow.hold)
    await file.close()
    const stay = strikes.get('stay-saving')
    if (stay !== undefined) return leaveStuck(call, stay.status)
    if (state.records.get(image.id)?.status !== during) throw goneMeanwhile(image.id)
    await state.data.keepPart(store, image.id)
    // The name is there now: a delete that came between would have missed it.
    if (state.records.get(image.id)?.status !== during) throw goneMeanwhile(image.id)
    return { ...received, virtualSize: size }
  } catch (error) {
    await receiver.abandon()
    await file.close().catch(() => {})
    return await giveUp(call, image, store, during, error)
  }
}

/** After a failure: no partial file, and the image takes another PUT. Glance 25.1 does the same for every cut that it notices. */
async function giveUp(call: Call, image: ImageRecord, store: string, during: 'saving' | 'uploading', error: unknown): Promise<null> {
  const { state, exchange, strikes } = call
  const leave = strikes.get('cut')?.leave ?? strikes.get('answer')?.leave ?? 'queued'
  const record = state.records.get(image.id)
  if (record === undefined || leave === 'queued') await state.data.remove(store, image.id)
  if (record?.status === during && leave === 'queued') change(state, image.id, { status: 'queued', size: null, virtualSize: null })
  if (error instanceof AnswerNow) {
    answerAsPlanned(call)
    return null
  }
  if (error instanceof Vanished) {
    exchange.req.socket.resetAndDestroy()
    return null
  }
  // Deleted between the last look at the record and the new name of the file.
  if (record === undefined && !(error instanceof HttpError)) throw goneMeanwhile(image.id)
  if (isFull(error)) {
    throw new HttpError(413, 'Image storage media is full: There is not enough disk space on the image storage media.')
  }
  throw error
}

function leaveStuck(call: Call, status: number | undefined): null {
  if (status === undefined) call.exchange.req.socket.resetAndDestroy()
  else call.exchange.sendError(new HttpError(status))
  return null
}

function checkOctetStream(call: Call): void {
  const type = (call.exchange.header('content-type') ?? 'text/plain').split(';')[0]?.trim() ?? ''
  if (type !== 'application/octet-stream') throw new HttpError(415, `The request media type ${type} is not supported by this server.`)
}

function checkTransition(image: ImageRecord, to: 'saving' | 'uploading'): void {
  if (image.status === 'queued') return
  throw new HttpError(409, `Image status transition from ${image.status} to ${to} is not allowed`)
}

/** 400 unless both formats are set. */
function checkFormats(image: ImageRecord): void {
  const missing = [image.diskFormat === null ? 'disk_format' : '', image.containerFormat === null ? 'container_format' : ''].filter(Boolean)
  if (missing.length === 0) return
  throw new HttpError(400, `${missing.length === 1 ? 'Property' : 'Properties'} ${missing.join(', ')} must be set prior to saving data.`)
}

/** Bytes that the image's project may still store; null = no quota. */
export function remainingQuota(state: ServiceState, image: ImageRecord): number | null {
  if (state.userStorageQuota === null) return null
  let used = 0
  for (const other of state.records.all()) if (other.owner === image.owner) used += (other.size ?? 0) * other.stores.length
  return Math.max(0, state.userStorageQuota - used)
}

function goneMeanwhile(id: string): HttpError {
  return new HttpError(
    410,
    `Image ${id} could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded.`,
    { bare: true },
  )
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
