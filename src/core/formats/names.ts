import { NAME_LIMIT } from '../../shared/domain.ts'

const packed = /\.(gz|xz|zst|zstd|bz2|lz4|lzma|zip|7z)$/i
const image = /\.(qcow2|qcow|qed|raw|img|iso|vmdk|vhdx?|vdi|ova|ovf|ploop|hds|dd|bin|disk|luks)$/i

/** A name for the image from that of its file: without the endings that say what kind of file it is. Never empty, at most 255 characters. */
export function proposeImageName(fileName: string): string {
  let name = fileName.normalize('NFC').trim()
  for (const ending of [packed, image, image]) if (name.replace(ending, '') !== '') name = name.replace(ending, '')
  name = name.trim() || fileName.trim() || 'image'
  return [...name].slice(0, NAME_LIMIT).join('')
}

/** Disk formats of the Image API by the endings that claim them. */
const formats: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  raw: 'raw',
  dd: 'raw',
  iso: 'iso',
  vmdk: 'vmdk',
  vhd: 'vhd',
  vhdx: 'vhdx',
  vdi: 'vdi',
  ploop: 'ploop',
}

/** The disk format that a file name claims; null if it claims none. `.img`, `.bin` and `.disk` name all kinds of disks. */
export function claimedFormat(fileName: string): string | null {
  return formats[image.exec(fileName)?.[1]?.toLowerCase() ?? ''] ?? null
}

/** The disk format that the endings of a compressed file claim for its inside: `disk.qcow2.xz` -> `qcow2`. Only a hint; `.img` is most often raw. */
export function innerHint(fileName: string): string | null {
  const inside = fileName.replace(packed, '')
  if (inside === fileName) return null
  return claimedFormat(inside) ?? (/\.(img|bin|disk)$/i.test(inside) ? 'raw' : null)
}
