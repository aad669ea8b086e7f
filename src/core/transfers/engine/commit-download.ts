import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GlancerError } from '../../../shared/errors.ts'
import { numberedFileName } from '../../files/safe-file-name.ts'
import { writeFailure } from '../worker/part-file.ts'

const NUMBERS_TRIED = 1000

/**
 * Gives a verified part file its name, and waits until the folder on disk has it. A file that came into being under that name meanwhile is never
 * overwritten, unless that is wished: a hard link fails where a rename would replace. File systems without links get a rename after a look.
 * @returns the path that the file has now.
 */
export async function commitDownload(partPath: string, targetPath: string, options: { replace: boolean }): Promise<string> {
  try {
    const path = options.replace ? await renameOver(partPath, targetPath) : await nameWithoutClobber(partPath, targetPath)
    await flushFolder(dirname(path))
    return path
  } catch (error) {
    throw writeFailure(error)
  }
}

async function renameOver(partPath: string, targetPath: string): Promise<string> {
  await rename(partPath, targetPath)
  return targetPath
}

async function nameWithoutClobber(partPath: string, targetPath: string): Promise<string> {
  const folder = dirname(targetPath)
  const fileName = targetPath.slice(folder.length + 1)
  for (let n = 1; n < NUMBERS_TRIED; n++) {
    const path = n === 1 ? targetPath : `${folder}/${numberedFileName(fileName, n)}`
    try {
      await link(partPath, path)
      await unlink(partPath)
      return path
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EEXIST') continue
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
      if (await isThere(path)) continue
      return await renameOver(partPath, path)
    }
  }
  throw new GlancerError('target-exists', `${fileName} and its numbered names are all taken.`, { remedy: 'Choose another folder.' })
}

async function isThere(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close()
    return true
  } catch {
    return false
  }
}

/** Not every system lets a folder be opened; where it does, the new name outlives a power cut. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
