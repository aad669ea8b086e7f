import type { Check } from '../../shared/check-protocol.ts'
import { type Cloud, defaultSettings, type Image, type ImageListState, type Settings, type Transfer } from '../../shared/domain.ts'
import type { Notice } from '../../shared/notice.ts'
import type { Delta, Snapshot } from '../../shared/protocol.ts'

export interface CloudImages {
  images: ReadonlyMap<string, Image>
  state: ImageListState
}

/** All that the page knows from the core. Never changed in place: what did not change keeps its identity, so that only its readers redraw. */
export interface CoreData {
  seq: number
  version: string
  clouds: readonly Cloud[]
  cloudFiles: Snapshot['cloudFiles']
  settings: Settings
  freeBytes: number | null
  transfers: ReadonlyMap<string, Transfer>
  checks: ReadonlyMap<string, Check>
  notices: readonly Notice[]
  /** The transfer that moves an image now, by `imageKey`. */
  movingByImage: ReadonlyMap<string, string>
  images: Readonly<Record<string, CloudImages>>
}

export const emptyData: CoreData = {
  seq: -1,
  version: '',
  clouds: [],
  cloudFiles: [],
  settings: defaultSettings,
  freeBytes: null,
  transfers: new Map(),
  checks: new Map(),
  notices: [],
  movingByImage: new Map(),
  images: {},
}

const moving: ReadonlySet<string> = new Set(['preparing', 'transferring', 'finishing', 'verifying'])

export function imageKey(cloudId: string, imageId: string): string {
  return `${cloudId}/${imageId}`
}

/** The data after a snapshot. Images known from before stay until their cloud is watched anew. */
export function applySnapshot(data: CoreData, snapshot: Snapshot): CoreData {
  const transfers = new Map(snapshot.transfers.map((transfer) => [transfer.id, transfer]))
  return {
    ...data,
    seq: snapshot.seq,
    version: snapshot.version,
    clouds: snapshot.clouds,
    cloudFiles: snapshot.cloudFiles,
    settings: snapshot.settings,
    freeBytes: snapshot.freeBytes,
    transfers,
    checks: new Map(snapshot.checks.map((check) => [check.id, check])),
    notices: snapshot.notices,
    movingByImage: indexMoving(transfers),
  }
}

/** The data after a delta, but for its images, which have their own sequence by cloud; a delta that is already contained changes nothing. */
export function applyDelta(data: CoreData, delta: Delta): CoreData {
  if (delta.seq <= data.seq) return data
  const next: CoreData = { ...data, seq: delta.seq }
  if (delta.clouds !== undefined) next.clouds = delta.clouds
  if (delta.cloudFiles !== undefined) next.cloudFiles = delta.cloudFiles
  if (delta.settings !== undefined) next.settings = delta.settings
  if (delta.freeBytes !== undefined) next.freeBytes = delta.freeBytes
  if (delta.notices !== undefined) next.notices = delta.notices
  if (delta.checks !== undefined) {
    const checks = new Map(data.checks)
    for (const id of delta.checks.removed) checks.delete(id)
    for (const check of delta.checks.upserts) checks.set(check.id, check)
    next.checks = checks
  }
  if (delta.transfers !== undefined) {
    const transfers = new Map(data.transfers)
    for (const id of delta.transfers.removed) transfers.delete(id)
    for (const transfer of delta.transfers.upserts) transfers.set(transfer.id, transfer)
    next.transfers = transfers
    next.movingByImage = indexMoving(transfers)
  }
  return next
}

/** A cloud's images after the part of a delta that is about them. */
export function applyImages(before: CloudImages | undefined, change: NonNullable<Delta['images']>[number]): CloudImages {
  if (change.upserts.length === 0 && change.removed.length === 0) return { images: before?.images ?? new Map(), state: change.state }
  const images = new Map(before?.images)
  for (const id of change.removed) images.delete(id)
  for (const image of change.upserts) images.set(image.id, image)
  return { images, state: change.state }
}

function indexMoving(transfers: ReadonlyMap<string, Transfer>): ReadonlyMap<string, string> {
  const index = new Map<string, string>()
  for (const transfer of transfers.values()) {
    if (!moving.has(transfer.state)) continue
    const { kind, cloudId, imageId, from } = transfer
    const read = kind === 'download' ? { cloudId, imageId } : from
    // What fills an image says more about it than what reads it.
    if (kind !== 'download' && imageId !== null) index.set(imageKey(cloudId, imageId), transfer.id)
    if (read?.imageId != null && !index.has(imageKey(read.cloudId, read.imageId)))
      index.set(imageKey(read.cloudId, read.imageId), transfer.id)
  }
  return index
}
