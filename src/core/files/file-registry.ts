import { randomUUID } from 'node:crypto'
import { opendir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { GlancerError } from '../../shared/errors.ts'
import type { Taken } from '../ports.ts'

/** A file that the person gave, known to the page by its id alone. */
export type KnownFile =
  | { kind: 'path'; fileId: string; fileName: string; path: string }
  | { kind: 'incoming'; fileId: string; fileName: string; size: number; head: Uint8Array | null; tail: Uint8Array | null }

const FOLDER_DEPTH = 8
const FOLDER_FILES = 1000
const IDS_KEPT = 20_000

/** Ids for files and folders, minted on the trusted side. An id says nothing and cannot be guessed. */
export class FileRegistry {
  readonly #files = new Map<string, KnownFile>()
  readonly #folders = new Map<string, string>()

  /** Paths that the person dropped or chose. Folders are walked for their regular files; what cannot be taken is named with its reason. */
  async addPaths(paths: readonly string[]): Promise<Taken[]> {
    const taken: Taken[] = []
    for (const path of paths) {
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
      if (found instanceof Error)
        taken.push({ name: basename(path), problem: found.code === 'ENOENT' ? 'It is no longer there.' : 'It cannot be read.' })
      else if (found.isDirectory()) taken.push(...(await this.#walk(path)))
      // What is not a regular file gets an id as well: the look at it says what is wrong, beside the others.
      else taken.push({ fileId: this.#mint({ kind: 'path', fileId: randomUUID(), fileName: basename(path), path }) })
    }
    return taken
  }

  async #walk(root: string): Promise<Taken[]> {
    const taken: Taken[] = []
    const folders: { path: string; depth: number }[] = [{ path: root, depth: 0 }]
    for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
      const { path, depth } = next
      try {
        for await (const entry of await opendir(path)) {
          if (taken.length >= FOLDER_FILES) {
            return [
              ...taken,
              { name: basename(root), problem: `It holds more than ${FOLDER_FILES.toLocaleString('en-US')} files; the rest was left out.` },
            ]
          }
          if (entry.name.startsWith('.')) continue
          const full = join(path, entry.name)
          if (entry.isDirectory() && depth < FOLDER_DEPTH) folders.push({ path: full, depth: depth + 1 })
          else if (entry.isFile())
            taken.push({ fileId: this.#mint({ kind: 'path', fileId: randomUUID(), fileName: entry.name, path: full }) })
        }
      } catch (error) {
        taken.push({
          name: basename(path),
          problem: `The folder cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        })
      }
    }
    return taken.length > 0 ? taken : [{ name: basename(root), problem: 'The folder holds no files.' }]
  }

  announce(fileName: string, size: number): string {
    return this.#mint({
      kind: 'incoming',
      fileId: randomUUID(),
      fileName: basename(fileName.replaceAll('\\', '/')) || 'file',
      size,
      head: null,
      tail: null,
    })
  }

  keepPart(fileId: string, part: 'head' | 'tail', bytes: Uint8Array): void {
    const file = this.get(fileId)
    if (file.kind !== 'incoming') throw new GlancerError('bad-argument', 'The bytes of this file are not awaited.')
    this.#files.set(fileId, { ...file, [part]: bytes })
  }

  get(fileId: string): KnownFile {
    const file = this.#files.get(fileId)
    if (file === undefined) throw new GlancerError('not-found', 'This file is no longer known.', { remedy: 'Choose it again.' })
    return file
  }

  release(fileIds: readonly string[]): void {
    for (const fileId of fileIds) this.#files.delete(fileId)
  }

  addFolder(path: string): string {
    const folderId = randomUUID()
    this.#folders.set(folderId, path)
    return folderId
  }

  folder(folderId: string): string {
    const path = this.#folders.get(folderId)
    if (path === undefined) throw new GlancerError('not-found', 'This folder is no longer known.', { remedy: 'Choose it again.' })
    return path
  }

  #mint(file: KnownFile): string {
    // A page that adds without end loses its oldest ids rather than the host its memory.
    if (this.#files.size >= IDS_KEPT) {
      const oldest = this.#files.keys().next()
      if (!oldest.done) this.#files.delete(oldest.value)
    }
    this.#files.set(file.fileId, file)
    return file.fileId
  }
}
