import { tableFault } from './partitions.ts'
import { type Look, safe } from './reader.ts'
import { cutOff, type Found } from './report.ts'

interface FileSystem {
  name: string
  /** Bytes that the file system says to have; null = not told. */
  bytes: number | null
}

/** A disk without partitions: a file system, a swap area or an LVM volume right at its beginning. */
export function filesystem(look: Look, head: Buffer): Found | null {
  const found = ext(head) ?? xfs(head) ?? btrfs(head) ?? squashfs(head) ?? ntfs(head) ?? fat(head) ?? others(head)
  if (found === null) return null
  const fault = tableFault(head)
  return {
    format: 'filesystem',
    label: `raw, a bare ${found.name}`,
    glanceDiskFormat: 'raw',
    virtualSize: look.size,
    details: { ...cutOff(found.bytes, look.size), ...(fault !== null && { inspectionFails: fault }) },
  }
}

const times = (count: bigint, size: number): number | null => safe(count * BigInt(size))

/** The magic of ext2 to ext4 is two bytes only, so the fields around it must make sense too. */
function ext(head: Buffer): FileSystem | null {
  const superblock = head.subarray(1024, 2048)
  const order = superblock.readUInt32LE(24)
  const inodes = superblock.readUInt32LE(0)
  if (superblock.readUInt16LE(56) !== 0xef53 || order > 6 || inodes === 0 || superblock.readUInt32LE(76) > 1) return null
  const incompatible = superblock.readUInt32LE(96)
  const journal = (superblock.readUInt32LE(92) & 4) !== 0
  const blocks = BigInt(superblock.readUInt32LE(4)) + ((incompatible & 0x80) !== 0 ? BigInt(superblock.readUInt32LE(336)) << 32n : 0n)
  return {
    name: `${(incompatible & 0x40) !== 0 ? 'ext4' : journal ? 'ext3' : 'ext2'} file system`,
    bytes: times(blocks, 1024 * 2 ** order),
  }
}

function xfs(head: Buffer): FileSystem | null {
  if (head.toString('latin1', 0, 4) !== 'XFSB') return null
  return { name: 'XFS file system', bytes: times(head.readBigUInt64BE(8), head.readUInt32BE(4)) }
}

function btrfs(head: Buffer): FileSystem | null {
  if (head.toString('latin1', 65_600, 65_608) !== '_BHRfS_M') return null
  // One of several devices says only how much all of them hold.
  return { name: 'Btrfs file system', bytes: head.readBigUInt64LE(65_536 + 136) === 1n ? safe(head.readBigUInt64LE(65_536 + 112)) : null }
}

function squashfs(head: Buffer): FileSystem | null {
  return head.toString('latin1', 0, 4) === 'hsqs' ? { name: 'SquashFS file system', bytes: safe(head.readBigUInt64LE(40)) } : null
}

function ntfs(head: Buffer): FileSystem | null {
  if (head.toString('latin1', 3, 11) !== 'NTFS    ') return null
  return { name: 'NTFS file system', bytes: times(head.readBigUInt64LE(40), head.readUInt16LE(11)) }
}

function fat(head: Buffer): FileSystem | null {
  if (head.readUInt16LE(510) !== 0xaa55) return null
  if (head.toString('latin1', 54, 57) !== 'FAT' && head.toString('latin1', 82, 87) !== 'FAT32') return null
  const sectors = head.readUInt16LE(19) || head.readUInt32LE(32)
  return { name: 'FAT file system', bytes: sectors * head.readUInt16LE(11) }
}

function others(head: Buffer): FileSystem | null {
  if (head.toString('latin1', 3, 11) === 'EXFAT   ') return { name: 'exFAT file system', bytes: null }
  if (head.toString('latin1', 4086, 4096) === 'SWAPSPACE2') return { name: 'swap area', bytes: null }
  if (head.toString('latin1', 512, 520) === 'LABELONE' && head.toString('latin1', 536, 540) === 'LVM2')
    return { name: 'LVM volume', bytes: null }
  return head.readUInt32LE(1024) === 0xf2f52010 ? { name: 'F2FS file system', bytes: null } : null
}
