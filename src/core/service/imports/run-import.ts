import { STAGING } from '../data/data-store.ts'
import { type Received, Receiver } from '../data/receive.ts'
import { virtualSize } from '../data/virtual-size.ts'
import { type Strikes, waitFor } from '../faults.ts'
import type { ImageRecord, TaskRecord } from '../records/image-record.ts'
import { change, changeTask, digestNames, type ServiceState } from '../service-state.ts'
import type { ImportOrder } from './import-order.ts'
import { checkResolved, checkWebSource } from './web-source.ts'

const MAX_REDIRECTS = 5

/** What a conversion of a test puts before the data. */
const CONVERTED = Buffer.from('converted ')

/** Begins the import and returns; the state knows of it until it is over. */
export function startImport(state: ServiceState, image: ImageRecord, task: TaskRecord, order: ImportOrder, strikes: Strikes): void {
  const run = runImport(state, image, task, order, strikes).catch((error: unknown) => state.log(`import of ${image.id}: ${String(error)}`))
  state.background.add(run)
  void run.finally(() => state.background.delete(run))
}

async function runImport(state: ServiceState, image: ImageRecord, first: TaskRecord, order: ImportOrder, strikes: Strikes): Promise<void> {
  const copying = order.method === 'copy-image'
  const held = strikes.get('import-hold')
  if (held?.unbegun === true) await waitFor(held.hold, state.closing)
  const task = changeTask(state, first, { status: 'processing' })
  if (state.records.get(image.id) === undefined) return
  setProperties(state, image.id, { os_glance_importing_to_stores: order.stores.join(','), os_glance_failed_import: '' })
  if (!copying) change(state, image.id, { status: 'importing' })
  if (held !== undefined) await waitFor(held.hold, state.closing)
  const converts = strikes.get('import-converts')
  const fails = strikes.get('import-fails')
  const failed: string[] = []
  let received: (Received & { virtualSize: number | null }) | null = null
  for (const store of order.stores) {
    try {
      if (fails !== undefined && (fails.store ?? store) === store) throw new Error('a test wants it to fail')
      received = await fill(state, image, order, store, strikes)
      const record = state.records.get(image.id)
      if (record === undefined) {
        await state.data.remove(store, image.id)
        return
      }
      const waiting = remaining(record).filter((other) => other !== store)
      if (!copying) publish(state, image.id, received)
      if (converts !== undefined) change(state, image.id, { diskFormat: converts.diskFormat })
      change(state, image.id, { stores: [...record.stores, store] })
      setProperties(state, image.id, { os_glance_importing_to_stores: waiting.join(',') })
    } catch (error) {
      state.log(`import of ${image.id} to ${store}: ${String(error)}`)
      await state.data.remove(store, image.id)
      failed.push(store)
      if (state.records.get(image.id) === undefined) return
      setProperties(state, image.id, { os_glance_failed_import: failed.join(',') })
      if (order.mustAllSucceed) break
    }
  }
  await finish(state, image, task, order, failed, received?.bytes ?? image.size ?? 0)
}

/** Size and digests of the data, as it was written. */
function publish(state: ServiceState, id: string, received: Received & { virtualSize: number | null }): void {
  change(state, id, {
    size: received.bytes,
    virtualSize: received.virtualSize,
    checksum: received.digests.md5 ?? null,
    osHashAlgo: state.hashAlgorithm,
    osHashValue: received.digests[state.hashAlgorithm] ?? null,
  })
}

async function finish(
  state: ServiceState,
  image: ImageRecord,
  task: TaskRecord,
  order: ImportOrder,
  failed: readonly string[],
  bytes: number,
): Promise<void> {
  const record = state.records.get(image.id)
  if (record === undefined) return
  const copying = order.method === 'copy-image'
  const lost = failed.length > 0 && (order.mustAllSucceed || failed.length === order.stores.length)
  const { os_glance_import_task: _lock, ...properties } = record.properties
  const kept = { ...properties, os_glance_importing_to_stores: '', os_glance_failed_import: failed.join(',') }
  if (lost) {
    const added = copying ? record.stores.filter((store) => !image.stores.includes(store)) : record.stores
    for (const store of added) await state.data.remove(store, image.id)
    change(state, image.id, {
      properties: kept,
      stores: copying ? image.stores : [],
      ...(copying ? {} : lostData(order.method, record)),
    })
    changeTask(state, task, { status: 'failure', message: 'Task failed due to Internal Error' })
    return
  }
  change(state, image.id, { properties: kept, ...(copying ? {} : { status: 'active' }) })
  if (order.method === 'glance-direct') await state.data.remove(STAGING, image.id)
  changeTask(state, task, {
    status: 'success',
    message: `Copied ${Math.floor(bytes / (1024 * 1024))} MiB`,
    result: { image_id: image.id },
  })
}

/** As Glance 25.1 leaves it (observed): after a failed glance-direct the image stays importing, and takes no data any more. */
function lostData(method: ImportOrder['method'], record: ImageRecord): Partial<ImageRecord> {
  if (method !== 'glance-direct') return { status: 'queued', ...NO_DATA }
  return record.stores.length === 0 ? {} : NO_DATA
}

const NO_DATA = { size: null, virtualSize: null, checksum: null, osHashAlgo: null, osHashValue: null }

/** The data into one store: received, hashed, flushed and named like an upload. */
async function fill(
  state: ServiceState,
  image: ImageRecord,
  order: ImportOrder,
  store: string,
  strikes: Strikes,
): Promise<Received & { virtualSize: number | null }> {
  const received = await receiveFrom(state, image, order, store, strikes)
  if (order.method === 'copy-image' && received.digests.md5 !== image.checksum) throw new Error('the data is not what the record says')
  await state.data.keepPart(store, image.id)
  return received
}

async function receiveFrom(
  state: ServiceState,
  image: ImageRecord,
  order: ImportOrder,
  store: string,
  strikes: Strikes,
): Promise<Received & { virtualSize: number | null }> {
  const file = await state.data.createPart(store, image.id)
  const receiver = new Receiver(file, state.blocks, state.hashes, digestNames(state))
  try {
    if (strikes.get('import-converts') !== undefined) await receiver.write(CONVERTED)
    const wrong = strikes.get('corrupt')?.byte ?? -1
    for await (const chunk of source(state, image, order)) {
      const at = wrong - receiver.bytes
      if (at >= 0 && at < chunk.byteLength) chunk[at] = (chunk[at] ?? 0) ^ 0xff
      await receiver.write(chunk)
      if (receiver.bytes > state.imageSizeCap) throw new Error('larger than the largest image')
    }
    const received = await receiver.finish()
    return { ...received, virtualSize: await virtualSize(file, received.head, image.diskFormat, received.bytes) }
  } finally {
    await receiver.abandon()
    await file.close()
  }
}

async function* source(state: ServiceState, image: ImageRecord, order: ImportOrder): AsyncGenerator<Uint8Array> {
  if (order.method === 'web-download') {
    yield* webBody(state, order.uri)
    return
  }
  const from = order.method === 'glance-direct' ? STAGING : image.stores[0]
  const data = from === undefined ? null : await state.data.openData(from, image.id)
  if (data === null) throw new Error('the data is gone')
  try {
    for await (const chunk of data.file.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false })) {
      const bytes: Uint8Array = chunk
      yield bytes
      if (state.closing.aborted) throw new Error('the service closes')
    }
  } finally {
    await data.file.close()
  }
}

/** Each redirect is checked as the first address was. */
async function* webBody(state: ServiceState, uri: string | null): AsyncGenerator<Uint8Array> {
  let url = checkWebSource(uri, state.imports)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    await checkResolved(url, state.imports)
    const answer = await fetch(url, { redirect: 'manual', signal: state.closing })
    const location = answer.headers.get('location')
    if (answer.status >= 300 && answer.status < 400 && location !== null) {
      await answer.body?.cancel()
      url = checkWebSource(new URL(location, url).href, state.imports)
      continue
    }
    if (!answer.ok || answer.body === null) throw new Error(`the server answered ${answer.status}`)
    yield* answer.body
    return
  }
  throw new Error('too many redirects')
}

function setProperties(state: ServiceState, id: string, properties: Record<string, string>): void {
  const record = state.records.get(id)
  if (record !== undefined) change(state, id, { properties: { ...record.properties, ...properties } })
}

function remaining(record: ImageRecord): string[] {
  return (record.properties.os_glance_importing_to_stores ?? '').split(',').filter(Boolean)
}
