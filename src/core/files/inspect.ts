import { open } from 'node:fs/promises'
import type { Finding, LocalFile } from '../../shared/domain.ts'
import { NAME_LIMIT } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import {
  type FormatReport,
  fileHandleReader,
  findings,
  innerHint,
  inspectImageFile,
  partialReader,
  proposeImageName,
} from '../formats/index.ts'
import { fileIdentity } from '../transfers/file-identity.ts'
import type { FileIdentity } from '../transfers/worker/contract.ts'
import type { KnownFile } from './file-registry.ts'

/** What a look at a file found; kept on the trusted side for the checks and the upload that follow. */
export interface Inspected {
  local: LocalFile
  report: FormatReport | null
  /** What the file was at the look; null for one that a browser has. */
  identity: FileIdentity | null
}

const LOOK_TIMEOUT_MS = 10_000

/** Looks at the first bytes of a file. Never throws for what the file is: what is wrong with it comes back as a finding that refuses it. */
export async function inspectFile(file: KnownFile): Promise<Inspected> {
  try {
    if (file.kind === 'incoming') {
      if (file.head === null && file.size > 0)
        throw new GlancerError('file-unreadable', 'The browser could not read the file.', { remedy: 'Choose it again.' })
      const report = await inspectImageFile(
        partialReader({ size: file.size, head: file.head ?? new Uint8Array(), tail: file.tail ?? new Uint8Array() }),
      )
      return { local: toLocalFile(file, file.size, report), report, identity: null }
    }
    const identity = await fileIdentity(file.path)
    const report = await withTimeout(lookAt(file.path, identity.size))
    return { local: toLocalFile(file, identity.size, report), report, identity }
  } catch (thrown) {
    return { local: refused(file, thrown), report: null, identity: null }
  }
}

async function lookAt(path: string, size: number): Promise<FormatReport> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new GlancerError(
      'file-unreadable',
      error.code === 'EACCES' || error.code === 'EPERM' ? 'You may not read this file.' : 'The file cannot be read.',
      {
        detail: error.message,
        remedy: 'Look at its permissions, then choose it again.',
      },
    )
  })
  try {
    return await inspectImageFile(fileHandleReader(handle, size))
  } finally {
    await handle.close()
  }
}

/** A network drive that hangs must not hang the sheet. */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GlancerError('file-unreadable', 'The disk did not answer in time.')), LOOK_TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function toLocalFile(file: KnownFile, size: number, report: FormatReport): LocalFile {
  const diskFormat = report.glanceDiskFormat ?? innerHint(file.fileName) ?? 'raw'
  const containerFormat = report.glanceContainerFormat ?? 'bare'
  const name = proposeImageName(file.fileName)
  return {
    fileId: file.fileId,
    fileName: file.fileName,
    size,
    formatLabel: report.label,
    virtualSize: report.virtualSize,
    decompressedSize: report.compressed?.decompressedSize ?? null,
    proposed: { name, diskFormat, containerFormat },
    findings: [...tooLong(file.fileName, name), ...findings(report, { fileName: file.fileName, size, diskFormat, containerFormat })],
  }
}

function tooLong(fileName: string, name: string): Finding[] {
  if ([...fileName].length <= NAME_LIMIT || name.length === 0) return []
  return [
    {
      severity: 'note',
      code: 'name-cut',
      title: `The proposed name is cut to ${NAME_LIMIT} characters.`,
      detail: 'Glance takes no longer names. The file keeps its own.',
    },
  ]
}

function refused(file: KnownFile, thrown: unknown): LocalFile {
  const error =
    thrown instanceof GlancerError
      ? thrown
      : new GlancerError('file-unreadable', 'The file cannot be read.', {
          detail: thrown instanceof Error ? thrown.message : String(thrown),
        })
  return {
    fileId: file.fileId,
    fileName: file.fileName,
    size: file.kind === 'incoming' ? file.size : 0,
    formatLabel: 'not read',
    virtualSize: null,
    decompressedSize: null,
    proposed: { name: proposeImageName(file.fileName), diskFormat: 'raw', containerFormat: 'bare' },
    findings: [{ severity: 'refuse', code: error.code, title: error.message, detail: error.remedy ?? error.detail ?? '' }],
  }
}
