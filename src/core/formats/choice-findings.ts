import type { Finding } from '../../shared/domain.ts'
import type { Chosen } from './chosen.ts'
import { claimedFormat, innerHint } from './names.ts'
import { type FormatReport, isDocument } from './report.ts'

/** Pairs that the Image API takes only together. */
const AMAZON: ReadonlySet<string> = new Set(['ami', 'ari', 'aki'])

/** Where the formats chosen, or the file's name, contradict its bytes, the API or the cloud. */
export function* choiceFindings(report: FormatReport, chosen: Chosen): Generator<Finding> {
  if (isDocument(report)) {
    yield {
      severity: 'warn',
      code: 'document',
      title: `Not a disk: its first bytes say ${report.label}.`,
      detail: 'Often that is the error page of a download that failed. Look into it before you upload it.',
    }
  } else if (report.compressed !== null) {
    yield compressed(report, chosen)
  } else {
    yield* diskFormat(report, chosen)
  }
  yield* container(report, chosen)
  const offered = chosen.cloudDiskFormats ?? []
  if (offered.length > 0 && !offered.includes(chosen.diskFormat)) {
    yield {
      severity: 'warn',
      code: 'not-offered',
      title: `This cloud does not list ${chosen.diskFormat}.`,
      detail: `It takes ${offered.join(', ')}.`,
    }
  }
}

function* diskFormat(report: FormatReport, chosen: Chosen): Generator<Finding> {
  const detected = report.glanceDiskFormat
  if (detected === null) return
  const claimed = claimedFormat(chosen.fileName)
  if (agrees(report, chosen.diskFormat)) {
    if (claimed === null || agrees(report, claimed)) return
    yield report.format === 'unknown' || report.format === 'zeros'
      ? {
          severity: 'warn',
          code: 'name-differs',
          title: `Named .${claimed}, but its first bytes do not say so.`,
          detail: 'It may be damaged, or not what it is called.',
        }
      : {
          severity: 'note',
          code: 'name-differs',
          title: `Named .${claimed}, but its first bytes say ${detected}.`,
          detail: `It goes up as ${chosen.diskFormat}.`,
        }
    return
  }
  const shapeless = report.format === 'unknown' || report.format === 'zeros'
  yield {
    severity: 'warn',
    code: 'format-differs',
    title: title(chosen.diskFormat, claimed, shapeless ? null : detected),
    detail:
      chosen.diskFormat === 'raw'
        ? 'Registered as raw it would be stored without complaint and would not boot.'
        : `A cloud would fail to read it as ${chosen.diskFormat}; newer ones refuse it, and only after the upload.`,
    fix: { label: `Use ${detected}`, diskFormat: detected },
  }
}

function title(choice: string, claimed: string | null, detected: string | null): string {
  const start = claimed === choice ? `Named .${claimed}` : `Chosen as ${choice}`
  return detected === null ? `${start}, but its first bytes do not say so.` : `${start}, but its first bytes say ${detected}.`
}

/** Whether a cloud that reads the file as this disk format would find it to be that. */
function agrees({ format, glanceDiskFormat, details }: FormatReport, choice: string): boolean {
  if (glanceDiskFormat === choice) return true
  // What is in an archive is not looked at, and its container tells what to do with it.
  if (format === 'ova') return true
  // A hybrid boots from a disk as it does from a CD.
  if (format === 'iso') return choice === 'raw' && details.hybrid === true
  // An ami is a raw disk that a kernel beside it boots.
  if (glanceDiskFormat === 'raw') return choice === 'ami' || choice === format
  return false
}

function compressed(report: FormatReport, { fileName, containerFormat }: Chosen): Finding {
  const inside = report.compressed?.innerHint ?? innerHint(fileName)
  if (containerFormat === 'compressed') {
    return {
      severity: 'note',
      code: 'compressed-container',
      title: 'Compressed. Glance keeps what it gets, so it is stored as it is.',
      detail: `It boots only in a cloud that unpacks such images itself. Both digests are made of the compressed bytes.`,
    }
  }
  return {
    severity: 'warn',
    code: 'compressed',
    title: `Compressed (${report.label}). Glance keeps what it gets, so it is stored as it is.`,
    detail: `Registered as ${containerFormat} it would not boot${inside === null ? '' : `: the ${inside} is inside`}. Unpack it first, or mark it as compressed if your cloud unpacks images itself.`,
    fix: { label: 'Use compressed', containerFormat: 'compressed' },
  }
}

function* container(report: FormatReport, { diskFormat, containerFormat }: Chosen): Generator<Finding> {
  if (report.format === 'ova' && containerFormat !== 'ova') {
    yield {
      severity: 'warn',
      code: 'container-differs',
      title: 'This is an OVA, an archive with a disk in it.',
      detail: `As container ${containerFormat} a cloud would take the archive itself for the disk.`,
      fix: { label: 'Use ova', containerFormat: 'ova' },
    }
  }
  if (containerFormat === 'ova' && report.format !== 'ova') {
    yield {
      severity: 'warn',
      code: 'container-differs',
      title: 'Chosen as container ova, but its first bytes do not say so.',
      detail: 'An OVA is a tar archive that begins with the description of a machine.',
      fix: { label: 'Use bare', containerFormat: 'bare' },
    }
  }
  if (containerFormat === 'compressed' && report.compressed === null) {
    yield {
      severity: 'warn',
      code: 'container-differs',
      title: 'Chosen as container compressed, but its first bytes do not say so.',
      detail: 'A cloud that unpacks compressed images would fail on it.',
      fix: { label: 'Use bare', containerFormat: 'bare' },
    }
  }
  if ((AMAZON.has(diskFormat) || AMAZON.has(containerFormat)) && diskFormat !== containerFormat) {
    yield {
      severity: 'warn',
      code: 'formats-mixed',
      title: `Disk format ${diskFormat} and container ${containerFormat} do not go together.`,
      detail: 'The Image API takes ami, ari and aki only as both, and refuses this pair with 400.',
      fix: AMAZON.has(diskFormat)
        ? { label: `Use ${diskFormat}`, containerFormat: diskFormat }
        : { label: 'Use bare', containerFormat: 'bare' },
    }
  }
}
