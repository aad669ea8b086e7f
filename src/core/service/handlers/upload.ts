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
  await takeInto(call, image, store, 'saving', (received) => {
    const forget = call.strikes.get('forget-hash')
    const wrong = call.strikes.get('wrong-hash')
    return {
      status: 'active',
      size: received.bytes,
      virtualSize: received.virtualSize,
      checksum: forget?.checksum ? null : (wrong?.checksum ?? received.digests.md5 ?? null),
      osHashAlgo: forget?.osHash ? null : state.hashAlgorithm,
      osHashValue: forget?.osHash ? null : (wrong?.osHashValue ?? received.digests[state.hashAlgorithm] ?? null),
      stores: [store],
    }
  })
}

/** `PUT /v2/images/{id}/stage`: the same into the staging folder; formats are not needed yet, and no hash is published. */
export async function stageFile(call: Call): Promise<void> {
  const { state, exchange } = call
  checkOctetStream(call)
  const image = findImage(state, exchange, param(call, 0))
  checkMayChange(exchange.who, image)
  checkTransition(image, 'uploading')
  change(state, image.id, { status: 'uploading' })
  await takeInto(call, image, STAGING, 'uploading', (received) => ({ size: received.bytes }))
}

type Taken = Received & { virtualSize: number | null }

/** The body into the part file, hashed on the way, flushed and named; then the record changes, then 204. Whatever fails on the way is undone. */
async function takeInto(
  call: Call,
  image: ImageRecord,
  store: string,
  during: 'saving' | 'uploading',
  outcome: (received: Taken) => Partial<ImageRecord>,
): Promise<void> {
  const { state, exchange, strikes } = call
  try {
    const received = await receiveInto(call, image, store)
    const slow = strikes.get('slow-finish')
    if (slow !== undefined) await waitFor(slow.hold, state.closing)
    const stay = strikes.get('stay-saving')
    if (stay !== undefined) return leaveStuck(call, stay.status)
    checkStill(state, image.id, during)
    await state.data.keepPart(store, image.id)
    // The file has its name now: a delete that came in between would have missed it.
    checkStill(state, image.id, during)
    change(state, image.id, outcome(received))
  } catch (error) {
    return await giveUp(call, image, store, during, error)
  }
  exchange.sendEmpty(204)
}

/** Part file and receiver live only in here: closed on every way out. */
async function receiveInto(call: Call, image: ImageRecord, store: string): Promise<Taken> {
  const { state, exchange } = call
  const file = await state.data.createPart(store, image.id)
  const receiver = new Receiver(file, state.blocks, state.hashes, store === STAGING ? ['md5'] : digestNames(state))
  try {
    const remaining = remainingQuota(state, image)
    const declared = Number(exchange.header('content-length') ?? '0')
    if (store !== STAGING && remaining !== null && declared > remaining) throw overQuota(declared, remaining)
    await takeBody(exchange.wantBody(), receiver, { cap: state.imageSizeCap, remaining }, call.strikes, state.closing)
    const received = await receiver.finish()
    return { ...received, virtualSize: await virtualSize(file, received.head, image.diskFormat, received.bytes) }
  } finally {
    await receiver.abandon()
    await file.close()
  }
}

/** 410 for an image that was deleted meanwhile. */
function checkStill(state: ServiceState, id: string, status: ImageRecord['status']): void {
  if (state.records.get(id)?.status !== status) throw goneMeanwhile(id)
}

/** After a failure: no partial file, and the image takes another PUT. Glance 25.1 does the same for every cut that it notices. */
async function giveUp(call: Call, image: ImageRecord, store: string, during: 'saving' | 'uploading', error: unknown): Promise<void> {
  const { state, exchange, strikes } = call
  const leave = strikes.get('cut')?.leave ?? strikes.get('answer')?.leave ?? 'queued'
  const record = state.records.get(image.id)
  if (record === undefined || leave !== 'saving') await state.data.remove(store, image.id)
  if (record?.status === during && leave !== 'saving') change(state, image.id, { status: leave, size: null, virtualSize: null })
  if (error instanceof AnswerNow) {
    answerAsPlanned(call)
    return
  }
  if (error instanceof Vanished) {
    exchange.req.socket.resetAndDestroy()
    return
  }
  // Deleted between the last look at the record and the new name of the file.
  if (record === undefined && !(error instanceof HttpError)) throw goneMeanwhile(image.id)
  if (isFull(error)) {
    throw new HttpError(413, 'Image storage media is full: There is not enough disk space on the image storage media.')
  }
  throw error
}

function leaveStuck(call: Call, status: number | undefined): void {
  if (status === undefined) call.exchange.req.socket.resetAndDestroy()
  else call.exchange.sendError(new HttpError(status))
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
