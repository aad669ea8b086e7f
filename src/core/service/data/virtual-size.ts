import type { FileHandle } from 'node:fs/promises'

/** Bytes that may be read of a header. */
const HEAD = 64 * 1024

/**
 * The size of the disk that an image file stands for, if its content is what its `disk_format` says; else null. Raw is its own size. Glance 25.1
 * fills `virtual_size` in the same way (observed for qcow2, vmdk, vhdx, vdi and raw).
 */
export async function virtualSize(file: FileHandle, head: Uint8Array, diskFormat: string | null, size: number): Promise<number | null> {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  switch (diskFormat) {
    case 'raw':
      return size
    case 'qcow2':
      return startsWith(head, 'QFI\xfb') && head.byteLength >= 32 ? safe(view.getBigUint64(24)) : null
    case 'vmdk':
      return startsWith(head, 'KDMV') && head.byteLength >= 20 ? safe(view.getBigUint64(12, true) * 512n) : null
    case 'vdi':
      return head.byteLength >= 0x178 && view.getUint32(0x40, true) === 0xbeda107f ? safe(view.getBigUint64(0x170, true)) : null
    case 'vhd':
      return startsWith(head, 'conectix') && head.byteLength >= 48 ? safe(view.getBigUint64(40)) : null
    case 'vhdx':
      return startsWith(head, 'vhdxfile') ? await vhdxSize(file) : null
    default:
      return null
  }
}

const METADATA_REGION = '06a27c8b90479a4bb8fe575f050f886e'
const VIRTUAL_DISK_SIZE = '2442a52f1bcd7648b2115dbed83bf4b8'

/** Region table at 192 KiB -> metadata region -> the item that holds the size. */
async function vhdxSize(file: FileHandle): Promise<number | null> {
  const regions = await readAt(file, 192 * 1024)
  if (regions === null || regions.toString('latin1', 0, 4) !== 'regi') return null
  const metadataAt = findEntry(regions, 16, regions.readUInt32LE(8), METADATA_REGION, (at) => Number(regions.readBigUInt64LE(at + 16)))
  const metadata = metadataAt === null ? null : await readAt(file, metadataAt)
  if (metadata === null || metadataAt === null || metadata.toString('latin1', 0, 8) !== 'metadata') return null
  const itemAt = findEntry(metadata, 32, metadata.readUInt16LE(10), VIRTUAL_DISK_SIZE, (at) => metadata.readUInt32LE(at + 16))
  const item = itemAt === null ? null : await readAt(file, metadataAt + itemAt)
  return item === null ? null : safe(item.readBigUInt64LE(0))
}

function findEntry(table: Buffer, first: number, count: number, id: string, value: (at: number) => number): number | null {
  for (let index = 0; index < Math.min(count, 2047); index++) {
    const at = first + index * 32
    if (at + 32 > table.byteLength) return null
    if (table.toString('hex', at, at + 16) === id) return value(at)
  }
  return null
}

/** 64 KiB from there, zeros past the end; null past what a number can say. */
async function readAt(file: FileHandle, position: number): Promise<Buffer | null> {
  if (!Number.isSafeInteger(position)) return null
  const buffer = Buffer.alloc(HEAD)
  await file.read(buffer, 0, HEAD, position)
  return buffer
}

function startsWith(head: Uint8Array, magic: string): boolean {
  return Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, magic.length)).toString('latin1') === magic
}

function safe(value: bigint): number | null {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null
}
