import type { Finding } from '../../shared/domain.ts'
import { claimedFormat, innerHint, proposeImageName } from './names.ts'
import type { FormatReport } from './report.ts'

export interface Chosen {
  fileName: string
  /** Whole bytes. */
  size: number
  diskFormat: string
  containerFormat: string
  /** What this cloud takes, if it said so. */
  cloudDiskFormats?: readonly string[]
}

/** VMDK kinds that newer releases of Glance take; others they refuse with 415, after the upload. */
const vmdkTaken: ReadonlySet<string> = new Set(['streamOptimized', 'monolithicSparse'])
const documentsSaved: ReadonlySet<string> = new Set(['html', 'xml', 'json', 'text', 'pdf'])

/** What is to be said about a file with the formats chosen for it. Pure; the gravest first. */
export function findings(report: FormatReport, chosen: Chosen): Finding[] {
  const found = [...refusals(report, chosen), ...warnings(report, chosen), ...notes(report, chosen)]
  return found.some((finding) => finding.severity === 'refuse') ? found.filter((finding) => finding.severity === 'refuse') : found
}

function* refusals(report: FormatReport, { fileName }: Chosen): Generator<Finding> {
  const { details } = report
  if (report.format === 'empty') {
    yield {
      severity: 'refuse',
      code: 'empty',
      title: 'The file is empty.',
      detail: 'Glance would make an active image of 0 bytes of it, which takes no data afterwards.',
    }
  }
  if (details.backingFile !== undefined) {
    const format = report.glanceDiskFormat ?? 'qcow2'
    yield {
      severity: 'refuse',
      code: 'backing-file',
      title: `It holds only the differences to ${details.backingFile}.`,
      detail: 'A cloud cannot reach that file, so the image would be incomplete. Make it whole first, then add the new file:',
      fix: {
        label: 'Copy command',
        command: `qemu-img convert -O ${qemuName(format)} ${word(fileName)} ${word(`${proposeImageName(fileName)}-whole.${format}`)}`,
      },
    }
  } else if (details.dataFile !== undefined) {
    yield {
      severity: 'refuse',
      code: 'data-file',
      title: `Its data is in another file, ${details.dataFile}.`,
      detail: 'A cloud gets only this one, so the image would be incomplete. Make one file of both first, then add that:',
      fix: {
        label: 'Copy command',
        command: `qemu-img convert -O qcow2 ${word(fileName)} ${word(`${proposeImageName(fileName)}-whole.qcow2`)}`,
      },
    }
  }
}

function* warnings(report: FormatReport, { fileName, size, diskFormat, containerFormat, cloudDiskFormats }: Chosen): Generator<Finding> {
  const { details } = report
  const detected = report.glanceDiskFormat
  if (documentsSaved.has(report.format)) {
    yield {
      severity: 'warn',
      code: 'document',
      title: `This is a ${report.label}, not a disk.`,
      detail: 'Often it is the error page of a download that failed. Look into it before you upload it.',
    }
  } else if (report.compressed !== null) {
    yield* compressedWarning(report, fileName, containerFormat)
  } else if (
    detected !== null &&
    detected !== diskFormat &&
    !(report.format === 'iso' && diskFormat === 'raw') &&
    !(report.format === 'ova')
  ) {
    const claimed = claimedFormat(fileName)
    const title =
      claimed !== null && claimed === diskFormat && claimed !== detected
        ? `Named .${claimed}, but its first bytes say ${detected}.`
        : `Chosen as ${diskFormat}, but its first bytes say ${detected}.`
    const detail =
      diskFormat === 'raw'
        ? 'Registered as raw it would be stored without complaint and would not boot.'
        : detected === 'raw' && report.format === 'unknown'
          ? `It has no structure of ${diskFormat}, so a cloud could not read it as that.`
          : `A cloud would try to read it as ${diskFormat} and fail; newer ones refuse it after the upload.`
    yield { severity: 'warn', code: 'format-differs', title, detail, fix: { label: `Use ${detected}`, diskFormat: detected } }
  }
  if (report.format === 'ova' && containerFormat !== 'ova') {
    yield {
      severity: 'warn',
      code: 'container-differs',
      title: 'This is an OVA, an archive with a disk in it.',
      detail: `As container ${containerFormat} a cloud would take the archive itself for the disk.`,
      fix: { label: 'Use ova', containerFormat: 'ova' },
    }
  }
  if (report.format === 'tar') {
    yield {
      severity: 'warn',
      code: 'archive',
      title: 'This is a tar archive, not a disk.',
      detail: 'Unpack it and upload the disk that is in it.',
    }
  }
  if (details.corrupt)
    yield {
      severity: 'warn',
      code: 'corrupt',
      title: 'Its header marks it as damaged.',
      detail: 'Try qemu-img check -r all on a copy of it first.',
    }
  if (details.truncatedAt !== undefined)
    yield {
      severity: 'warn',
      code: 'truncated',
      title: 'It ends before its header says that it does.',
      detail: 'It was probably not copied whole. Compare its size with the original.',
    }
  if (details.absurdSize)
    yield {
      severity: 'warn',
      code: 'absurd-size',
      title: 'Its header names a size that no disk has.',
      detail: 'The file is damaged, or was made to do harm.',
    }
  if (report.format === 'vmdk' && details.subformat !== undefined && !vmdkTaken.has(details.subformat)) {
    yield {
      severity: 'warn',
      code: 'vmdk-kind',
      title: `A VMDK of the kind ${details.subformat}.`,
      detail: 'Newer clouds refuse it after the upload: they take streamOptimized and monolithicSparse.',
    }
  }
  if (details.encrypted && report.format !== 'luks')
    yield {
      severity: 'warn',
      code: 'encrypted',
      title: 'It is encrypted.',
      detail: 'A cloud can store it, but boots it only if it has the key.',
    }
  if (report.format === 'qcow' || report.format === 'qed') {
    yield {
      severity: 'warn',
      code: 'old-format',
      title: `Clouds do not take ${report.label}.`,
      detail: 'Convert it first, then add the new file:',
      fix: { label: 'Copy command', command: `qemu-img convert -O qcow2 ${word(fileName)} ${word(`${proposeImageName(fileName)}.qcow2`)}` },
    }
  }
  if (cloudDiskFormats !== undefined && cloudDiskFormats.length > 0 && !cloudDiskFormats.includes(diskFormat)) {
    yield {
      severity: 'warn',
      code: 'not-offered',
      title: `This cloud does not list ${diskFormat}.`,
      detail: `It takes: ${cloudDiskFormats.join(', ')}.`,
    }
  }
  if (
    diskFormat === 'raw' &&
    size % 512 !== 0 &&
    report.compressed === null &&
    !documentsSaved.has(report.format) &&
    report.format !== 'ova'
  ) {
    yield {
      severity: 'note',
      code: 'odd-size',
      title: 'Its size is not a multiple of 512 bytes.',
      detail: 'A raw disk has whole sectors; it may have been cut off.',
    }
  }
}

function* compressedWarning(report: FormatReport, fileName: string, containerFormat: string): Generator<Finding> {
  if (containerFormat === 'compressed') return
  const inside = innerHint(fileName)
  yield {
    severity: 'warn',
    code: 'compressed',
    title: `Compressed (${report.label}). Glance keeps what it gets.`,
    detail: `As container ${containerFormat} it would not boot${inside === null ? '' : `: the ${inside} is inside`}. Unpack it first, or mark it as compressed if your cloud unpacks images itself.`,
    fix: { label: 'Use compressed', containerFormat: 'compressed' },
  }
}

function* notes(report: FormatReport, { containerFormat }: Chosen): Generator<Finding> {
  if (report.compressed !== null && containerFormat === 'compressed') {
    yield {
      severity: 'note',
      code: 'compressed-container',
      title: 'It goes up compressed, as it is.',
      detail: 'It boots only in a cloud that unpacks such images itself. Both digests are made of the compressed bytes.',
    }
  }
  if (report.format === 'luks')
    yield { severity: 'note', code: 'luks', title: 'It is encrypted with LUKS.', detail: 'A machine boots from it only with the key.' }
  if (report.format === 'zeros')
    yield {
      severity: 'note',
      code: 'zeros',
      title: 'It begins with nothing but zeros.',
      detail: 'An empty disk is fine; an image to boot from has more.',
    }
}

function qemuName(diskFormat: string): string {
  return diskFormat === 'vhd' ? 'vpc' : diskFormat
}

/** A file name for the shell, quoted where it has to be, and never taken for an option. */
function word(name: string): string {
  const plain = name.startsWith('-') ? `./${name}` : name
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`
}
