import type { IMPORT_METHODS } from '../service-state.ts'

/** What an import is to do, checked. */
export interface ImportOrder {
  method: (typeof IMPORT_METHODS)[number]
  /** Of web-download. */
  uri: string | null
  stores: readonly string[]
  /** One store that fails fails them all. */
  mustAllSucceed: boolean
}
