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
  const taken = new Set(
    others.flatMap((record) =>
      record.job.kind === 'download' && record.job.folder === folder && !isEnded(record.state) ? [record.fileName.toLowerCase()] : [],
    ),
  )
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
