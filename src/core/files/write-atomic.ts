import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Puts a small file in the place of another, for this person alone (mode 0600): after a crash at any moment there is the old one or the new one, whole.
 * One write at a time to a path; whoever shares one queues.
 * @param content in portions where it is long
 */
export async function writeAtomic(path: string, content: string | Iterable<string>): Promise<void> {
  const fresh = `${path}.new`
  // What a crashed process left may have another mode.
  await rm(fresh, { force: true })
  try {
    const file = await open(fresh, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(dirname(path))
}

/** Makes the new name last through a power cut. Windows has no such thing, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
