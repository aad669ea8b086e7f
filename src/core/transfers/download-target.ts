import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { GlancerError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/units.ts'
import type { DownloadRecordJob, TransferRecord } from './record.ts'

/** Where a download goes on this machine: its part file, its folder, the room there. */

/** Left free on a disk: one that is full to the last block harms whatever else is on it, the journal not least. */
const RESERVE_BYTES = 32 * 1024 * 1024
const RESERVE_SHARE = 0.01
const LOOK_EVERY_MS = 2_000

/** `<name>.part`: where the bytes are until they are verified. */
export function partPath(folder: string, fileName: string): string {
  return join(folder, `${fileName}.part`)
}

/**
 * The device that the folder is on, as decimal text.
 * @throws GlancerError `folder-missing`, also when the drive is gone whose empty folder is still there.
 */
export async function checkFolder(job: DownloadRecordJob, fileName: string): Promise<string> {
  const found = await stat(job.folder, { bigint: true }).catch(() => null)
  if (found === null || !found.isDirectory()) {
    throw new GlancerError('folder-missing', `The folder ${job.folder} is not there.`, {
      remedy: 'Connect its drive: it goes on by itself then. Or cancel this and download to another folder.',
    })
  }
  const dev = String(found.dev)
  const another = job.part !== null && job.folderDev !== null && job.folderDev !== dev
  if (another && (await stat(partPath(job.folder, fileName)).catch(() => null)) === null) {
    throw new GlancerError('folder-missing', `${job.folder} is not on the drive that it was on, and the unfinished file is not there.`, {
      remedy: 'Connect the drive: it goes on by itself then. Or retry, to begin again where the folder is now.',
    })
  }
  return dev
}

interface Room {
  free: number
  reserve: number
}

async function roomIn(folder: string): Promise<Room> {
  const disk = await statfs(folder).catch((error: NodeJS.ErrnoException) => {
    throw new GlancerError('folder-missing', `The folder ${folder} is not there.`, {
      detail: error.message,
      remedy: 'Choose another folder, or connect its drive.',
    })
  })
  return { free: disk.bavail * disk.bsize, reserve: Math.min(RESERVE_BYTES, disk.blocks * disk.bsize * RESERVE_SHARE) }
}

/** @throws GlancerError `disk-full` when the folder's disk has no room for so many bytes more. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { free, reserve } = await roomIn(folder)
  if (bytes + reserve <= free) return
  throw new GlancerError('disk-full', `${folder} has ${formatBytes(free)} free, ${formatBytes(bytes)} are needed.`, {
    remedy: 'Make room, or choose another folder. It goes on by itself once there is room.',
  })
}

/**
 * Aborts, with a `disk-full` as the reason, as soon as the disk has next to no room left, whoever uses it up.
 * @returns the signal, and what ends the watch.
 */
export function watchRoom(folder: string): { signal: AbortSignal; end(): void } {
  const abort = new AbortController()
  const timer = setInterval(() => {
    roomIn(folder).then(
      ({ free, reserve }) => {
        if (free >= reserve / 2) return
        abort.abort(
          new GlancerError('disk-full', `The disk of ${folder} is nearly full: ${formatBytes(free)} are left.`, {
            remedy: 'Make room. It goes on by itself once there is room.',
          }),
        )
      },
      // A folder that is gone shows in the next write.
      () => {},
    )
  }, LOOK_EVERY_MS)
  timer.unref()
  return { signal: abort.signal, end: () => clearInterval(timer) }
}

/**
 * Whether what a transfer waits for on this machine still stands in its way. Looked at before an attempt is made of it, so that a night of
 * waiting for a drive is one line in its log and not a thousand.
 */
export async function stillInTheWay(record: TransferRecord): Promise<GlancerError | null> {
  if (record.job.kind !== 'download' || (record.error?.code !== 'disk-full' && record.error?.code !== 'folder-missing')) return null
  try {
    await checkFolder(record.job, record.fileName)
    const part = await stat(partPath(record.job.folder, record.fileName)).catch(() => null)
    await checkRoom(record.job.folder, Math.max(0, (record.bytesTotal ?? 0) - (part?.size ?? 0)))
    return null
  } catch (error) {
    if (error instanceof GlancerError) return error
    throw error
  }
}
