import { link, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { GlancerError } from '../../../shared/errors.ts'
import { numberedFileName } from '../../files/safe-file-name.ts'
import type { FileIdentity } from '../worker/contract.ts'
import { identityOf, isSameFile } from '../worker/identity.ts'
import { writeFailure } from '../worker/part-file.ts'

const NUMBERS_TRIED = 1000

/**
 * Gives a verified part file its name, and waits until the folder on disk has it. A file that came into being under that name meanwhile is never
 * overwritten, unless that is wished: a hard link fails where a rename would replace. File systems without links get a rename after a look.
 * @param options.identity the part file as it was verified; another one under its name is not taken.
 * @returns the path that the file has now.
 * @throws GlancerError `part-changed`, `folder-missing`, `folder-read-only`, `disk-full`, `target-exists`.
 */
export async function commitDownload(
  partPath: string,
  targetPath: string,
  options: { replace: boolean; identity: FileIdentity },
): Promise<string> {
  try {
    await mustBe(options.identity, partPath)
    const path = options.replace ? await renameOver(partPath, targetPath) : await nameWithoutClobber(partPath, targetPath)
    await flushFolder(dirname(path))
    return path
  } catch (error) {
    throw writeFailure(error)
  }
}

/**
 * The path at which a file stands that was committed for this target: the target itself, or one of its numbered names. Null = nowhere.
 * A crash can fall between giving the name and telling anybody.
 */
export async function findCommitted(targetPath: string, identity: FileIdentity): Promise<string | null> {
  for (const path of candidates(targetPath)) {
    const found = await identityAt(path)
    if (found === null) return null
    if (isSameFile(found, identity)) return path
  }
  return null
}

/** Takes the part file's name away where it is only a second name of the finished file. */
export async function dropSecondName(partPath: string, path: string): Promise<void> {
  if (await isOneFile(partPath, path)) await unlink(partPath)
}

async function mustBe(identity: FileIdentity, path: string): Promise<void> {
  const found = await identityAt(path)
  if (found !== null && isSameFile(found, identity)) return
  const folderIsThere = found !== null || (await identityAt(dirname(path))) !== null
  if (!folderIsThere) throw new GlancerError('folder-missing', 'The folder is no longer there.', { remedy: 'Connect its drive.' })
  throw new GlancerError(
    'part-changed',
    found === null ? 'Somebody took the unfinished file away.' : 'Somebody changed the unfinished file after it was received.',
  )
}

async function identityAt(path: string): Promise<FileIdentity | null> {
  return await stat(path, { bigint: true }).then(identityOf, () => null)
}

function* candidates(targetPath: string): Generator<string> {
  const folder = dirname(targetPath)
  const fileName = targetPath.slice(folder.length + 1)
  yield targetPath
  for (let n = 2; n < NUMBERS_TRIED; n++) yield `${folder}/${numberedFileName(fileName, n)}`
}

async function renameOver(partPath: string, targetPath: string): Promise<string> {
  await rename(partPath, targetPath)
  return targetPath
}

async function nameWithoutClobber(partPath: string, targetPath: string): Promise<string> {
  for (const path of candidates(targetPath)) {
    try {
      await link(partPath, path)
      await unlink(partPath)
      return path
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EEXIST') {
        if (!(await isOneFile(partPath, path))) continue
        // Linked already, by a run that ended before it could take the other name away.
        await unlink(partPath)
        return path
      }
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
      if (await isThere(path)) continue
      return await renameOver(partPath, path)
    }
  }
  throw new GlancerError('target-exists', `${basename(targetPath)} and its numbered names are all taken.`, {
    remedy: 'Choose another folder.',
  })
}

async function isOneFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([identityAt(one), identityAt(other)])
  return a !== null && b !== null && isSameFile(a, b)
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
