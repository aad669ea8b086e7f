import { spawnSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import type { Finding } from '../../shared/domain.ts'
import { type FormatReport, fileHandleReader, findings, type ImageReader, inspectImageFile, partialReader } from './index.ts'

/** Bytes in memory, all of them in reach. */
export function ofBytes(bytes: Uint8Array): ImageReader {
  return partialReader({ size: bytes.length, head: bytes, tail: new Uint8Array() })
}

export async function reportOfFile(path: string): Promise<FormatReport> {
  const handle = await open(path)
  try {
    return await inspectImageFile(fileHandleReader(handle, (await handle.stat()).size))
  } finally {
    await handle.close()
  }
}

/** Whether a program of the system is there; tests of the files it makes are skipped where not. */
export function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined
}

/** What is said of a file with the formats that its bytes propose, unless others are chosen. */
export function said(
  report: FormatReport,
  fileName: string,
  { diskFormat = report.glanceDiskFormat ?? 'raw', containerFormat = report.glanceContainerFormat ?? 'bare', size = 1024 } = {},
): Finding[] {
  return findings(report, { fileName, size, diskFormat, containerFormat })
}

export function codes(found: readonly Finding[]): string[] {
  return found.map((finding) => finding.code)
}
