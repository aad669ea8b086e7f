/** What a file is, as far as its bytes tell. Plain data. */
export interface FormatReport {
  /** A short name of ours: `qcow2`, `iso`, `gpt`, `xz`, `unknown`… */
  format: string
  /** The same for people: `qcow2 v3`, `ISO 9660, bootable`. Without sizes. */
  label: string
  /** Bytes of the disk that a machine would see; null where the format holds none. */
  virtualSize: number | null
  /** The Image API's word for it, where it has one. */
  glanceDiskFormat: string | null
  glanceContainerFormat: string | null
  /** `innerHint`: the disk format of what is inside, as its first bytes say where they could be decompressed; null = not known. */
  compressed: { method: string; decompressedSize: number | null; innerHint: string | null } | null
  details: FormatDetails
}

export interface FormatDetails {
  /** Another file without which this one is incomplete, by its name in the header. */
  backingFile?: string
  dataFile?: string
  /** vmdk's createType, vhd's and vdi's kind. */
  subformat?: string
  encrypted?: boolean
  /** The format itself marks it as damaged. */
  corrupt?: boolean
  /** What in its structure is not as it must be, as a sentence. */
  damaged?: string
  /** Its structure speaks of bytes beyond the end of the file. */
  truncated?: boolean
  /** The least that the file would have to hold, in bytes, where the structure tells. */
  expectedSize?: number
  /** Of a size that no disk has; the number is not shown as one. */
  absurdSize?: boolean
  /** Why a Glance that inspects what it gets (2025.1 and later) refuses it, with 415 and only after the upload; a sentence. */
  inspectionFails?: string
  volumeId?: string
  /** An ISO that also has a partition table, to boot from a stick. */
  hybrid?: boolean
}

/** What detectors give: everything but what most do not have. */
export type Found = Pick<FormatReport, 'format' | 'label'> & Partial<Omit<FormatReport, 'format' | 'label'>>

export function reportOf(found: Found): FormatReport {
  return { virtualSize: null, glanceDiskFormat: null, glanceContainerFormat: 'bare', compressed: null, details: {}, ...found }
}

/** The details for a structure that needs so many bytes: none where the file has them, or where the number is not known. */
export function cutOff(needed: number | null, size: number): Pick<FormatDetails, 'truncated' | 'expectedSize'> {
  return needed !== null && needed > size ? { truncated: true, expectedSize: needed } : {}
}

const DOCUMENTS: ReadonlySet<string> = new Set(['html', 'xml', 'json', 'text', 'pdf'])

/** A text or document, so no disk of any kind. */
export function isDocument(report: FormatReport): boolean {
  return DOCUMENTS.has(report.format)
}
