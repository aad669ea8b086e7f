import type { Finding } from '../../shared/domain.ts'
import type { Chosen } from './chosen.ts'
import { convertCommand } from './commands.ts'
import { type FormatReport, isDocument } from './report.ts'

/** VMDK kinds that Glance takes by default (vmdk_allowed_types); others are refused with 415, after the upload. */
const VMDK_TAKEN: ReadonlySet<string> = new Set(['streamoptimized', 'monolithicsparse'])
const ARCHIVES: ReadonlySet<string> = new Set(['tar', 'zip', '7z', 'rar', 'wim'])
const PROGRAMS: ReadonlySet<string> = new Set(['elf', 'pe'])

/** What is to be said of the bytes themselves. */
export function* contentFindings(report: FormatReport, chosen: Chosen): Generator<Finding> {
  yield* health(report)
  yield* notTaken(report, chosen)
  yield* notes(report, chosen)
}

function* health({ format, details }: FormatReport): Generator<Finding> {
  if (details.corrupt) {
    yield {
      severity: 'warn',
      code: 'corrupt',
      title: 'Its header marks it as damaged.',
      detail: 'Try qemu-img check -r all on a copy of it first.',
    }
  }
  if (details.truncated) {
    yield {
      severity: 'warn',
      code: 'truncated',
      title: 'The file ends before its content does.',
      detail: 'It was probably not copied or downloaded whole. Compare its size with the original.',
    }
  }
  if (details.damaged !== undefined) {
    yield { severity: 'warn', code: 'damaged', title: details.damaged, detail: 'The file may be damaged. Compare it with the original.' }
  }
  if (details.absurdSize) {
    yield {
      severity: 'warn',
      code: 'absurd-size',
      title: 'Its header names a size that no disk has.',
      detail: 'The file is damaged, or was made to do harm.',
    }
  }
  if (format === 'unread') {
    yield { severity: 'warn', code: 'unread', title: 'Its first bytes could not be read.', detail: 'So nothing is known of its format.' }
  }
}

/** What clouds do not take, as the inspector of Glance 2025.1 and later judges it; older releases store all of it. */
function* notTaken(report: FormatReport, { fileName, diskFormat, containerFormat }: Chosen): Generator<Finding> {
  const { details, format } = report
  if (format === 'qcow' || format === 'qed') {
    yield {
      severity: 'warn',
      code: 'old-format',
      title: `Clouds do not take ${report.label}.`,
      detail: 'Convert it first, then add the new file:',
      fix: { label: 'Copy command', command: convertCommand(fileName, 'qcow2') },
    }
  }
  if (ARCHIVES.has(format)) {
    yield {
      severity: 'warn',
      code: 'archive',
      title: `This is a ${report.label}, not a disk.`,
      detail: 'Unpack it and upload the disk that is in it.',
    }
  }
  if (PROGRAMS.has(format)) {
    yield {
      severity: 'warn',
      code: 'program',
      title: `Not a disk: its first bytes say ${report.label}.`,
      detail: 'A machine would not boot from it.',
    }
  }
  // Only bare images are inspected.
  if (containerFormat !== 'bare') return
  if (format === 'vmdk' && details.subformat !== undefined && !VMDK_TAKEN.has(details.subformat.toLowerCase())) {
    yield {
      severity: 'warn',
      code: 'vmdk-kind',
      title: `A VMDK of the kind ${details.subformat}.`,
      detail:
        'Newer clouds take streamOptimized and monolithicSparse, and refuse others after the upload. Convert it first, then add the new file:',
      fix: { label: 'Copy command', command: convertCommand(fileName, 'vmdk') },
    }
  }
  // These two are not recognised, so that nothing is wrong with them as raw.
  const takenForRaw = format === 'vhd' || format === 'iso'
  if (details.inspectionFails !== undefined && !(takenForRaw && diskFormat === 'raw')) {
    yield {
      severity: 'warn',
      code: 'inspection',
      title: 'Newer clouds refuse it, and only after the upload.',
      detail: details.inspectionFails,
      ...(format === 'vhd' && { fix: { label: 'Copy command', command: convertCommand(fileName, 'vhd') } }),
    }
  }
}

function* notes(report: FormatReport, { size, diskFormat }: Chosen): Generator<Finding> {
  const { details, format } = report
  if (details.encrypted && format !== 'luks') {
    yield {
      severity: 'warn',
      code: 'encrypted',
      title: 'It is encrypted.',
      detail: 'A cloud can store it, but boots it only if it has the key.',
    }
  }
  if (format === 'luks') {
    yield { severity: 'note', code: 'luks', title: 'It is encrypted with LUKS.', detail: 'A machine boots from it only with the key.' }
  }
  if (format === 'zeros') {
    yield {
      severity: 'note',
      code: 'zeros',
      title: 'It begins with nothing but zeros.',
      detail: 'An empty disk is fine; an image to boot from has more.',
    }
  }
  const rawDisk = diskFormat === 'raw' && (report.glanceDiskFormat === 'raw' || format === 'iso') && report.compressed === null
  if (rawDisk && !isDocument(report) && size % 512 !== 0) {
    yield {
      severity: 'note',
      code: 'odd-size',
      title: 'Its size is not a multiple of 512 bytes.',
      detail: 'A raw disk has whole sectors; it may have been cut off.',
    }
  }
}
