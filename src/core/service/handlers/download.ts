import { type ByteRange, wantedRange } from '../data/range.ts'
import { type Meddle, sendFile } from '../data/send.ts'
import { Pace, type Strikes } from '../faults.ts'
import { HttpError } from '../http/http-error.ts'
import type { ImageRecord } from '../records/image-record.ts'
import { findImage } from '../service-state.ts'
import { type Call, param } from './call.ts'

/** `GET /v2/images/{id}/file`: 200, 206, or 204 for an image without data. `Content-Md5` is of the whole image, in hex. */
export async function downloadFile(call: Call): Promise<void> {
  const { state, exchange, strikes } = call
  const image = findImage(state, exchange, param(call, 0))
  if (image.status === 'deactivated' && !exchange.who.isAdmin) {
    throw new HttpError(403, 'The requested image has been deactivated. Image data download is forbidden.')
  }
  const range = rangeOf(call, image)
  const store = image.stores[0]
  const data = store === undefined || strikes.get('lose-data') !== undefined ? null : await state.data.openData(store, image.id)
  if (data === null) {
    exchange.sendEmpty(204)
    return
  }
  try {
    const size = image.size ?? data.size
    await send(call, image, data.file, size, range)
  } finally {
    await data.file.close()
  }
}

function rangeOf(call: Call, image: ImageRecord): ByteRange | null {
  const { exchange, strikes } = call
  const range = exchange.header('range')
  const contentRange = exchange.header('content-range')
  if (range === undefined && contentRange === undefined) return null
  const how = strikes.get('range')?.how
  if (how === 'refuse') throw new HttpError(400, 'Getting images randomly from this store is not supported. Offset: 0, length: 0.')
  if (how === 'ignore') return null
  // Glance dies of a Range on an image without data: an empty 500 that closes (observed).
  if (image.size === null) throw new HttpError(500, undefined, { headers: { Connection: 'close' } })
  return wantedRange(range, contentRange, image.size)
}

async function send(
  call: Call,
  image: ImageRecord,
  file: Parameters<typeof sendFile>[1],
  size: number,
  range: ByteRange | null,
): Promise<void> {
  const { exchange, strikes } = call
  const { res } = exchange
  const part = range ?? { start: 0, end: size - 1 }
  const length = part.end - part.start + 1
  const shift = strikes.get('range')?.how === 'wrong-content-range' ? 1 : 0
  res.writeHead(range === null ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    ...(image.checksum === null ? {} : { 'Content-Md5': image.checksum }),
    ...(range === null ? {} : { 'Content-Range': `bytes ${part.start + shift}-${part.end + shift}/${size}` }),
    ...(strikes.get('no-length') === undefined ? { 'Content-Length': String(length) } : {}),
    'X-Openstack-Request-Id': exchange.requestId,
  })
  // A first byte that waits for the second packet would cost small downloads 40 ms.
  exchange.req.socket.setNoDelay(true)
  const sent = await sendFile(res, file, part, strikes.none ? null : meddle(call, strikes))
  if (strikes.get('silence') !== undefined && sent < length) {
    await new Promise((resolve) => res.once('close', resolve))
    return
  }
  if (sent === length) {
    res.end()
    return
  }
  // The file is shorter than the record says, or a test cut here: a hang-up tells the client. (eventlet's Glance says nothing and waits.)
  if (!res.destroyed) exchange.req.socket.resetAndDestroy()
}

/** What the fault plan does to a download. */
function meddle(call: Call, strikes: Strikes): Meddle {
  const pace = Pace.of(strikes, call.state.closing)
  const stopAt = Math.min(
    strikes.get('cut')?.afterBytes ?? Number.POSITIVE_INFINITY,
    strikes.get('silence')?.afterBytes ?? Number.POSITIVE_INFINITY,
  )
  const corrupt = strikes.get('corrupt')?.byte ?? -1
  let sent = 0
  return async (piece, position) => {
    const at = corrupt - position
    if (at >= 0 && at < piece.byteLength) piece[at] = (piece[at] ?? 0) ^ 0xff
    for (let from = 0; pace !== null && from < piece.byteLength; from += 65536) await pace.pass(Math.min(65536, piece.byteLength - from))
    if (sent + piece.byteLength > stopAt) {
      await new Promise<void>((resolve) => call.exchange.res.write(piece.subarray(0, stopAt - sent), () => resolve()))
      return false
    }
    sent += piece.byteLength
    return true
  }
}
