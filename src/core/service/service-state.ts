import type { BlockPool } from './data/block-pool.ts'
import type { DataStore } from './data/data-store.ts'
import type { FaultPlan } from './faults.ts'
import type { HashPool } from './hashing/hash-pool.ts'
import type { Exchange } from './http/exchange.ts'
import { HttpError } from './http/http-error.ts'
import type { ImportSettings } from './options.ts'
import { mayShow } from './policy.ts'
import type { ImageRecord, TaskRecord } from './records/image-record.ts'
import type { RecordStore } from './records/record-store.ts'

/** What all handlers work on. */
export interface ServiceState {
  readonly records: RecordStore
  readonly data: DataStore
  readonly blocks: BlockPool
  readonly hashes: HashPool
  readonly faults: FaultPlan
  readonly stores: readonly { id: string; description?: string }[]
  readonly defaultStore: string
  readonly hashAlgorithm: string
  readonly imageSizeCap: number
  readonly userStorageQuota: number | null
  readonly imports: ImportSettings
  /** Requests and imports under way. Waited for when the service closes. */
  readonly background: Set<Promise<void>>
  readonly log: (text: string) => void
  /** Aborts when the service closes. */
  readonly closing: AbortSignal
}

export const IMPORT_METHODS = ['glance-direct', 'web-download', 'copy-image'] as const

/** The image, if this caller may see it; else 404, with Glance's words. */
export function findImage(state: ServiceState, exchange: Exchange, id: string): ImageRecord {
  const image = state.records.get(id.toLowerCase())
  if (image === undefined || !mayShow(exchange.who, image)) throw new HttpError(404, `No image found with ID ${id}`)
  return image
}

/** Writes a changed image; `updated_at` is now. Takes the record as it is at this moment, so that changes made meanwhile stay. */
export function change(state: ServiceState, id: string, fields: Partial<Omit<ImageRecord, 'id' | 'sequence' | 'createdAt'>>): ImageRecord {
  const image = state.records.get(id)
  if (image === undefined) throw new HttpError(404, `No image found with ID ${id}`)
  return state.records.put({ ...image, ...fields, updatedAt: Date.now() })
}

export function changeTask(state: ServiceState, task: TaskRecord, fields: Partial<TaskRecord>): TaskRecord {
  return state.records.putTask({ ...task, ...fields, updatedAt: Date.now() })
}

/** MD5 for `checksum`, and the multihash. */
export function digestNames(state: ServiceState): string[] {
  return [...new Set(['md5', state.hashAlgorithm])]
}
