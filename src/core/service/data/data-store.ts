import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The only names that become part of a path: nothing else can leave the folder. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const STORE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** The folder of staged data, beside those of the stores. Reserved, as Glance reserves it. */
export const STAGING = 'os_glance_staging_store'

const PART = '.part'

/**
 * Where the bytes of images are: `data/<store>/<image id>`, one file each. Bytes that are still coming are in `<image id>.part`; the name without
 * it exists only for data that is whole and flushed.
 */
export class DataStore {
  readonly #root: string
  readonly #stores: ReadonlySet<string>

  private constructor(root: string, stores: readonly string[]) {
    this.#root = root
    this.#stores = new Set([...stores, STAGING])
  }

  static async open(dataDir: string, stores: readonly string[]): Promise<DataStore> {
    const root = join(dataDir, 'data')
    for (const store of stores) {
      if (!STORE_ID.test(store) || store.startsWith('os_glance_')) throw new Error(`"${store}" cannot be the id of a store`)
    }
    for (const store of [...stores, STAGING]) await mkdir(join(root, store), { recursive: true, mode: 0o700 })
    return new DataStore(root, stores)
  }

  path(store: string, imageId: string): string {
    if (!this.#stores.has(store) || !UUID.test(imageId)) throw new Error('not the place of an image')
    return join(this.#root, store, imageId)
  }

  /** Where a store keeps its data. */
  folder(store: string): string {
    return join(this.#root, store)
  }

  /** A new part file, empty. An old one of a crashed process is emptied. */
  async createPart(store: string, imageId: string): Promise<FileHandle> {
    return await open(this.path(store, imageId) + PART, 'w+', 0o600)
  }

  /** Gives the flushed part file its name, and flushes the name too: only then may a record speak of it. */
  async keepPart(store: string, imageId: string): Promise<void> {
    const path = this.path(store, imageId)
    await rename(path + PART, path)
    await syncFolder(join(this.#root, store))
  }

  async dropPart(store: string, imageId: string): Promise<void> {
    await rm(this.path(store, imageId) + PART, { force: true })
  }

  /** The data and its size; null where there is none. */
  async openData(store: string, imageId: string): Promise<{ file: FileHandle; size: number } | null> {
    try {
      const file = await open(this.path(store, imageId), 'r')
      return { file, size: (await file.stat()).size }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async has(store: string, imageId: string): Promise<boolean> {
    return await stat(this.path(store, imageId)).then(
      () => true,
      () => false,
    )
  }

  /** Moves staged data into a store: within one folder tree, so no byte is copied. */
  async moveStaged(store: string, imageId: string): Promise<void> {
    await rename(this.path(STAGING, imageId), this.path(store, imageId))
    await syncFolder(join(this.#root, store))
  }

  async remove(store: string, imageId: string): Promise<void> {
    await rm(this.path(store, imageId), { force: true })
    await rm(this.path(store, imageId) + PART, { force: true })
  }

  /** What of a crashed process no record speaks of: part files always, whole files unless `keep` wants them. */
  async sweep(keep: (store: string, imageId: string) => boolean): Promise<string[]> {
    const gone: string[] = []
    for (const store of this.#stores) {
      const folder = join(this.#root, store)
      for (const name of await readdir(folder)) {
        if (UUID.test(name) && keep(store, name)) continue
        await rm(join(folder, name), { force: true, recursive: true })
        gone.push(join(store, name))
      }
    }
    return gone
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no way to flush a folder and needs none: its rename is journalled.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
