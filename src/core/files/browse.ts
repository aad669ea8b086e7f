import { readdir, stat, statfs } from 'node:fs/promises'
import { dirname, isAbsolute, join, parse, resolve } from 'node:path'
import { GlancerError } from '../../shared/errors.ts'
import type { FolderListing } from '../../shared/protocol.ts'

const ENTRIES_SHOWN = 5000

/**
 * One folder of the machine that the host runs on, for the web host's chooser: folders first, then files, by name as people count
 * (`image-9` before `image-10`). Hidden entries are left out.
 * @param folder absolute path, or null for the home folder.
 */
export async function listFolder(folder: string | null, homeDir: string): Promise<FolderListing> {
  if (folder !== null && !isAbsolute(folder)) throw new GlancerError('bad-argument', 'Give the whole path of the folder, from the root.')
  const path = resolve(folder ?? homeDir)
  const names = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new GlancerError('folder-missing', `${path} is not a folder on the host.`)
    throw new GlancerError('file-unreadable', `${path} cannot be read.`, { detail: error.message })
  })
  const visible = names.filter((entry) => !entry.name.startsWith('.'))
  const entries = (
    await Promise.all(
      visible.slice(0, ENTRIES_SHOWN).map(async (entry): Promise<FolderListing['entries'][number] | null> => {
        // Follows links: what counts is what they lead to. A link to nowhere is left out.
        const found = await stat(join(path, entry.name)).catch(() => null)
        if (found === null || !(found.isDirectory() || found.isFile())) return null
        const isFolder = found.isDirectory()
        return { name: entry.name, kind: isFolder ? 'folder' : 'file', size: isFolder ? null : found.size, modifiedAt: found.mtimeMs }
      }),
    )
  ).filter((entry) => entry !== null)
  const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  entries.sort((a, b) => (a.kind === b.kind ? byName.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1))
  const root = parse(path).root
  return {
    folder: path,
    parent: path === root ? null : dirname(path),
    places: [
      { label: 'Home', folder: homeDir },
      { label: root, folder: root },
    ],
    entries,
    truncated: visible.length > ENTRIES_SHOWN,
    freeBytes: await freeBytes(path),
  }
}

/** Free bytes for an ordinary user where this folder lies; null if the system does not say. */
export async function freeBytes(folder: string): Promise<number | null> {
  return await statfs(folder).then(
    (disk) => disk.bavail * disk.bsize,
    () => null,
  )
}
