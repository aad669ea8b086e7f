import { access, constants, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { numberedFileName, safeFileName } from '../files/safe-file-name.ts'
import { isEnded } from './machine.ts'
import type { TransferRecord } from './record.ts'

export interface DownloadPlan {
  image: Image
  folder: string
  fileName: string
}

/**
 * Chooses a file name for each image: safe for every disk, not that of a file which is there (unless it shall be replaced), and not that of
 * another transfer which is still under way.
 * @throws GlancerError `folder-missing`, `folder-read-only`.
 */
export async function planDownloads(
  images: readonly Image[],
  folder: string,
  ifExists: 'rename' | 'replace',
  others: readonly TransferRecord[],
): Promise<DownloadPlan[]> {
  await checkFolder(folder)
  const taken = namesTaken(folder, others)
  const plans: DownloadPlan[] = []
  for (const image of images) {
    const wanted = safeFileName(image.name, image.id, image.diskFormat)
    let fileName = wanted
    for (let n = 2; taken.has(fileName.toLowerCase()) || (ifExists === 'rename' && (await exists(join(folder, fileName)))); n++)
      fileName = numberedFileName(wanted, n)
    taken.add(fileName.toLowerCase())
    plans.push({ image, folder, fileName })
  }
  return plans
}

/** The file names in a folder that belong to transfers: of those under way, and of failed ones whose unfinished file may be used again. */
function namesTaken(folder: string, others: readonly TransferRecord[]): Set<string> {
  return new Set(
    others.flatMap((record) => {
      if (record.job.kind !== 'download' || record.job.folder !== folder) return []
      const held = !isEnded(record.state) || (record.state === 'failed' && record.leftBehind !== null)
      return held ? [record.fileName.toLowerCase()] : []
    }),
  )
}

/**
 * The file name with which an ended download may begin again: its own, or the next number where another transfer has taken that over. Two
 * must never write to one part file.
 */
export function nameForRetry(record: TransferRecord, others: readonly TransferRecord[]): string {
  if (record.job.kind !== 'download') return record.fileName
  const taken = namesTaken(
    record.job.folder,
    others.filter((other) => other.id !== record.id),
  )
  let fileName = record.fileName
  for (let n = 2; taken.has(fileName.toLowerCase()); n++) fileName = numberedFileName(record.fileName, n)
  return fileName
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null)
  if (found === null || !found.isDirectory())
    throw new GlancerError('folder-missing', `The folder ${folder} is not there.`, {
      remedy: 'Choose another folder, or connect its drive.',
    })
  await access(folder, constants.W_OK).catch(() => {
    throw new GlancerError('folder-read-only', `Nothing can be written into ${folder}.`, {
      remedy: 'Choose another folder, or change its permissions.',
    })
  })
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
