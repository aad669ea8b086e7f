import type { FaultPlan } from './faults.ts'
import type { IdentityOptions } from './identity.ts'

export interface ImageServiceOptions {
  /** Where records and data are kept; made with mode 0700 when missing. One process at a time may use it. */
  dataDir: string
  /** Address to listen on. Default 127.0.0.1: nobody else can reach it. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** The first is the default. Default: one, `disk`. */
  stores?: readonly { id: string; description?: string }[]
  /** `os_hash_algo`, a name that Node's crypto knows. Default sha512, as Glance's. */
  hashAlgorithm?: string
  /** Bytes of the largest image. Default 1 TiB, as Glance's. */
  imageSizeCap?: number
  /** Bytes that one project may store. Default: no limit. */
  userStorageQuota?: number
  /** Default: one static token, kept in the data folder. */
  identity?: IdentityOptions
  /** `http(s)://host:port` of another server that web-download may fetch from. Default: none. */
  imports?: Partial<ImportSettings>
  /** A socket silent for so long in the middle of a request is given up. Default 900 s, as Glance's. */
  clientSocketTimeoutMs?: number
  /** Only for tests. */
  faults?: FaultPlan
  /** The hash thread's file; the default is right when running from source. */
  hashWorker?: URL
  /** One line a call; never gets a token. */
  log?: (text: string) => void
}

export interface ImportSettings {
  /** Hosts that web-download may fetch from, as in the URL; null = every host that is not loopback, link-local or private. */
  allowedHosts: readonly string[] | null
  allowedPorts: readonly number[]
}

/** The service, listening. */
export interface ImageService {
  /** `http://127.0.0.1:port`, without `/v2`. */
  url: string
  port: number
  /** The static token; with another identity, one that it does not know. */
  token: string
  /** The plan given in the options, or an empty one; tests may change it at any time. */
  faults: FaultPlan
  /** Cuts what runs, waits for what must be written, lets go of the folder. */
  close(): Promise<void>
}

export const DEFAULT_IMAGE_SIZE_CAP = 2 ** 40
export const DEFAULT_STORES = [{ id: 'disk', description: 'This computer' }] as const
