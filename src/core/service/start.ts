import { getHashes, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { BlockPool } from './data/block-pool.ts'
import { DataStore } from './data/data-store.ts'
import { FaultPlan } from './faults.ts'
import { sharedHashPool } from './hashing/hash-pool.ts'
import { tokenCheck } from './identity.ts'
import { DEFAULT_IMAGE_SIZE_CAP, DEFAULT_STORES, type ImageService, type ImageServiceOptions } from './options.ts'
import { RecordStore } from './records/record-store.ts'
import { recover } from './recover.ts'
import { createImageServer } from './server.ts'
import type { ServiceState } from './service-state.ts'

const CLIENT_SOCKET_TIMEOUT_MS = 900_000

/**
 * Starts the built-in Image service. Resolves once it listens.
 * @throws Error when the folder is in use by another process, the port is taken, or an option makes no sense.
 */
export async function startImageService(options: ImageServiceOptions): Promise<ImageService> {
  const stores = options.stores ?? DEFAULT_STORES
  const defaultStore = stores[0]?.id
  if (defaultStore === undefined) throw new Error('an image service needs at least one store')
  const hashAlgorithm = options.hashAlgorithm ?? 'sha512'
  if (!getHashes().includes(hashAlgorithm)) throw new Error(`this Node has no hash named ${hashAlgorithm}`)

  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  await chmod(options.dataDir, 0o700)
  const token = await staticToken(options)
  const records = new RecordStore(options.dataDir)
  const closing = new AbortController()
  try {
    const data = await DataStore.open(
      options.dataDir,
      stores.map((store) => store.id),
    )
    const state: ServiceState = {
      records,
      data,
      blocks: new BlockPool(),
      hashes: sharedHashPool(options.hashWorker ?? new URL('./hashing/hash-worker.ts', import.meta.url)),
      faults: options.faults ?? new FaultPlan(),
      stores,
      defaultStore,
      hashAlgorithm,
      imageSizeCap: options.imageSizeCap ?? DEFAULT_IMAGE_SIZE_CAP,
      userStorageQuota: options.userStorageQuota ?? null,
      imports: { allowedHosts: options.imports?.allowedHosts ?? null, allowedPorts: options.imports?.allowedPorts ?? [80, 443] },
      background: new Set(),
      log: options.log ?? (() => {}),
      closing: closing.signal,
    }
    await recover(state)
    const timeout = options.clientSocketTimeoutMs ?? CLIENT_SOCKET_TIMEOUT_MS
    const server = createImageServer(state, tokenCheck(options.identity ?? { kind: 'static' }, token), timeout)
    const host = options.host ?? '127.0.0.1'
    const port = await listen(server, host, options.port ?? 0)
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      port,
      token,
      faults: state.faults,
      close: async () => {
        closing.abort()
        await shut(server)
        await Promise.all(state.background)
        records.close()
      },
    }
  } catch (error) {
    records.close()
    throw error
  }
}

/** The given one, or one that is made once and kept in the folder, readable by its owner only. */
async function staticToken(options: ImageServiceOptions): Promise<string> {
  const { identity } = options
  if (identity?.kind === 'static' && identity.token !== undefined) return identity.token
  const path = join(options.dataDir, 'token')
  const known = await readFile(path, 'utf8').catch(() => '')
  if (/^[0-9a-f]{64}$/.test(known.trim())) return known.trim()
  const fresh = randomBytes(32).toString('hex')
  await writeFile(path, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}

async function shut(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
