import { crc32 } from 'node:zlib'
import { type Look, safe } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

const PROTECTIVE = 0xee

interface Entry {
  active: number
  type: number
  startHead: number
  startSector: number
  startTrack: number
  start: number
  sectors: number
}

/**
 * A raw disk with a partition table: GPT (UEFI 5.3, with sectors of 512 or 4096 bytes) or MBR. `head` is padded with zeros behind the end of
 * the file. Null for the boot sector of a bare file system, which ends with the same two bytes.
 */
export async function partitioned(look: Look, head: Buffer): Promise<Found | null> {
  const raw = (format: string, label: string, details: FormatDetails): Found => ({
    format,
    label,
    glanceDiskFormat: 'raw',
    virtualSize: look.size,
    details,
  })
  const fault = tableFault(head)
  const inspection = fault === null ? {} : { inspectionFails: fault }
  for (const sector of [512, 4096]) {
    if (head.toString('latin1', sector, sector + 8) !== 'EFI PART') continue
    return raw('gpt', 'raw, GPT', { ...inspection, ...(await gpt(look, head, sector)) })
  }
  if (head.readUInt16LE(510) !== 0xaa55) return null
  const entries = entriesOf(head)
  const used = entries.filter((entry) => entry.type !== 0)
  const sane =
    entries.every((entry) => entry.active === 0 || entry.active === 0x80) && used.length > 0 && used.every((entry) => entry.sectors > 0)
  if (!sane) return null
  if (used.some((entry) => entry.type === PROTECTIVE)) {
    return raw('gpt', 'raw, GPT', { ...inspection, damaged: 'Its first sector speaks of a GPT that is not there.' })
  }
  const end = Math.max(...used.map((entry) => (entry.start + entry.sectors) * 512))
  return raw('mbr', 'raw, MBR', { ...inspection, ...cutOff(end, look.size) })
}

async function gpt(look: Look, head: Buffer, sector: number): Promise<FormatDetails> {
  const header = head.subarray(sector, sector + 512)
  const headerSize = header.readUInt32LE(12)
  const length = headerSize >= 92 && headerSize <= 512 ? headerSize : null
  if (length === null || crcWithoutItself(header.subarray(0, length)) !== header.readUInt32LE(16)) {
    return { damaged: 'The checksum of its partition table (GPT) is wrong.' }
  }
  // Its copy stands in the last sector of the disk.
  const backup = safe((header.readBigUInt64LE(32) + 1n) * BigInt(sector))
  if (backup === null) return { absurdSize: true }
  const short = cutOff(backup, look.size)
  if (short.truncated) return short
  const at = safe(header.readBigUInt64LE(72) * BigInt(sector))
  const bytes = header.readUInt32LE(80) * header.readUInt32LE(84)
  const table = at === null || bytes > 256 * 1024 ? null : await look.at(at, bytes)
  return table !== null && crc32(table) !== header.readUInt32LE(88) ? { damaged: 'The checksum of its partitions (GPT) is wrong.' } : {}
}

function crcWithoutItself(header: Buffer): number {
  const copy = Buffer.from(header)
  copy.writeUInt32LE(0, 16)
  return crc32(copy)
}

function entriesOf(head: Buffer): Entry[] {
  return [0, 1, 2, 3].map((n) => {
    const entry = head.subarray(446 + n * 16, 462 + n * 16)
    return {
      active: entry.readUInt8(0),
      startHead: entry.readUInt8(1),
      startSector: entry.readUInt8(2),
      startTrack: entry.readUInt8(3),
      type: entry.readUInt8(4),
      start: entry.readUInt32LE(8),
      sectors: entry.readUInt32LE(12),
    }
  })
}

/**
 * What Glance's inspector (oslo.utils, GPTInspector) finds wrong with a first sector that ends like a boot sector, as a sentence; null = nothing,
 * or no such sector. It takes every such sector for a partition table, but for those of FAT.
 */
export function tableFault(head: Buffer): string | null {
  if (head.readUInt16LE(510) !== 0xaa55 || (head[0x10] === 2 && head[0x15] === 0xf8)) return null
  const entries = entriesOf(head)
  if (entries.some((entry) => entry.active !== 0 && entry.active !== 0x80))
    return 'Its first sector looks like a partition table, but is none.'
  const used = entries.filter((entry) => entry.type !== 0)
  if (used.length === 0) return 'Its first sector looks like a partition table, but holds no partition.'
  const protective = used.find((entry) => entry.type === PROTECTIVE)
  if (protective === undefined) return null
  if (used.length > 1 || entries[0] !== protective) return 'It has a GPT and other partitions beside it in its first sector.'
  const { startHead, startSector, startTrack, start } = protective
  return startHead === 0 && startSector === 2 && startTrack === 0 && start === 1
    ? null
    : 'The first sector of its GPT is not as the standard says.'
}
