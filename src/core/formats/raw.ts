import type { Look } from './reader.ts'
import type { Found } from './report.ts'

/** ISO 9660, also as a hybrid that boots from a stick; and UDF. */
export async function iso(look: Look): Promise<Found | null> {
  let volumeId: string | undefined
  let isIso = false
  let bootable = false
  let udf = false
  for (let sector = 16; sector < 32; sector++) {
    const descriptor = await look.at(sector * 2048, 2048)
    if (descriptor === null) break
    const id = descriptor.toString('latin1', 1, 6)
    if (id === 'NSR02' || id === 'NSR03') udf = true
    if (id === 'CD001') {
      isIso = true
      const type = descriptor[0]
      if (type === 1) volumeId = descriptor.toString('latin1', 40, 72).replace(/[\0\s]+$/, '')
      if (type === 0 && descriptor.toString('latin1', 7, 39).startsWith('EL TORITO SPECIFICATION')) bootable = true
    } else if (!['BEA01', 'NSR02', 'NSR03', 'TEA01', 'BOOT2'].includes(id)) break
  }
  if (!isIso && !udf) return null
  const label = `${isIso ? 'ISO 9660' : 'UDF'}${bootable ? ', bootable' : ''}`
  return { format: 'iso', label, glanceDiskFormat: 'iso', details: volumeId ? { volumeId } : {} }
}

const filesystems: { name: string; at: number; magic: Buffer }[] = [
  { name: 'ext4', at: 1080, magic: Buffer.from([0x53, 0xef]) },
  { name: 'XFS', at: 0, magic: Buffer.from('XFSB') },
  { name: 'Btrfs', at: 65_600, magic: Buffer.from('_BHRfS_M') },
  { name: 'squashfs', at: 0, magic: Buffer.from('hsqs') },
  { name: 'NTFS', at: 3, magic: Buffer.from('NTFS    ') },
  { name: 'FAT', at: 54, magic: Buffer.from('FAT1') },
  { name: 'FAT', at: 82, magic: Buffer.from('FAT32') },
]

/** A disk as it is: with a partition table, or with a file system right at its beginning. */
export async function raw(look: Look, head: Buffer): Promise<Found | null> {
  const found = (label: string, format: string): Found => ({ format, label, glanceDiskFormat: 'raw', virtualSize: look.size })
  for (const { name, at, magic } of filesystems) {
    const bytes = at + magic.length <= head.length ? head.subarray(at, at + magic.length) : await look.at(at, magic.length)
    if (bytes?.equals(magic)) return found(`raw, a bare ${name} file system`, 'filesystem')
  }
  if (head.length < 512 || head.readUInt16LE(510) !== 0xaa55) return null
  if (head.toString('latin1', 512, 520) === 'EFI PART') return found('raw, GPT', 'gpt')
  const partitions = [0, 1, 2, 3].map((n) => head.subarray(446 + n * 16, 462 + n * 16))
  const used = partitions.filter((entry) => entry[4] !== 0)
  const sane =
    partitions.every((entry) => (entry[0] ?? 1) === 0 || entry[0] === 0x80) &&
    used.length > 0 &&
    used.every((entry) => entry.readUInt32LE(12) > 0)
  return sane ? found('raw, MBR', 'mbr') : null
}

/** Kernels and their first file systems, for clouds that boot them apart. */
export function kernels(head: Buffer): Found | null {
  if (head.toString('latin1', 514, 518) === 'HdrS')
    return { format: 'kernel', label: 'Linux kernel', glanceDiskFormat: 'aki', glanceContainerFormat: 'aki' }
  if (head.toString('latin1', 0, 6) === '070701')
    return { format: 'cpio', label: 'cpio, perhaps an initramfs', glanceDiskFormat: 'ari', glanceContainerFormat: 'ari' }
  if (head.toString('latin1', 0, 4) === '\x7fELF') return { format: 'elf', label: 'ELF program' }
  return null
}
