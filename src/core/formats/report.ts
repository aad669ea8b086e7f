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
  compressed: { method: string; decompressedSize: number | null } | null
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
  /** The header speaks of more bytes than the file has. */
  truncatedAt?: number
  /** Of a size that no disk has; the number is not shown as one. */
  absurdSize?: boolean
  volumeId?: string
}

/** What detectors give: everything but what most do not have. */
export type Found = Pick<FormatReport, 'format' | 'label'> & Partial<Omit<FormatReport, 'format' | 'label'>>

export function reportOf(found: Found): FormatReport {
  return { virtualSize: null, glanceDiskFormat: null, glanceContainerFormat: 'bare', compressed: null, details: {}, ...found }
}
