import { type Look, safe, shown } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

// GUIDs as they stand in the file (MS-VHDX 2.2.3 and 2.2.4).
const METADATA_REGION = '06a27c8b90479a4bb8fe575f050f886e'
const BAT_REGION = '6677c22d23f600429d64115e9bfd4a08'
const FILE_PARAMETERS = '3767a1ca36fa434db3b633f0aa44e76b'
const VIRTUAL_DISK_SIZE = '2442a52f1bcd7648b2115dbed83bf4b8'
const PARENT_LOCATOR = '2d5fd3a80bb34d45abf7d3d84834ab0c'

const MIB = 1024 * 1024
const REGION_TABLE = 192 * 1024
const UNNAMED_PARENT = 'its parent VHDX'

/** VHDX, of Hyper-V: the size and whether it has a parent stand in the metadata region, which the region table names. */
export async function vhdx(look: Look, head: Buffer): Promise<Found | null> {
  if (head.toString('latin1', 0, 8) !== 'vhdxfile') return null
  const plain: Found = { format: 'vhdx', label: 'VHDX', glanceDiskFormat: 'vhdx', details: cutOff(MIB, look.size) }
  const table = await look.at(REGION_TABLE, 4096)
  if (table === null) return plain
  if (table.toString('latin1', 0, 4) !== 'regi') return { ...plain, details: { ...plain.details, damaged: 'It has no region table.' } }
  const regions = entries(table, 16, Math.min(table.readUInt32LE(8), 120))
  const region = (id: string): Region | null => {
    const entry = regions.find((one) => one.toString('hex', 0, 16) === id)
    const at = entry === undefined ? null : safe(entry.readBigUInt64LE(16))
    return entry === undefined || at === null ? null : { at, length: entry.readUInt32LE(24) }
  }
  const metadata = region(METADATA_REGION)
  const { virtualSize, blockSize, parent, absurd } = await readMetadata(look, metadata)
  const details: FormatDetails = {
    ...(absurd && { absurdSize: true }),
    ...(parent !== null && { backingFile: parent }),
    ...(metadata === null && { damaged: 'It has no metadata region.' }),
    ...(await extent(look, region(BAT_REGION), { metadata, blockSize: parent === null ? blockSize : MIB })),
  }
  return { ...plain, label: parent === null ? 'VHDX' : 'VHDX, differencing', virtualSize, details }
}

interface Region {
  at: number
  length: number
}

interface Metadata {
  virtualSize: number | null
  blockSize: number
  absurd: boolean
  /** Its path, or words where it does not tell; null = it has none. */
  parent: string | null
}

async function readMetadata(look: Look, region: Region | null): Promise<Metadata> {
  let virtualSize: number | null = null
  let absurd = false
  let blockSize = MIB
  let hasParent = false
  let locator: string | null = null
  const table = region === null ? null : await look.at(region.at, 4096)
  if (region === null || table === null || table.toString('latin1', 0, 8) !== 'metadata')
    return { virtualSize, blockSize, absurd, parent: null }
  for (const entry of entries(table, 32, Math.min(table.readUInt16LE(10), 126))) {
    const id = entry.toString('hex', 0, 16)
    const at = region.at + entry.readUInt32LE(16)
    if (id === VIRTUAL_DISK_SIZE) {
      const value = await look.at(at, 8)
      virtualSize = value === null ? null : safe(value.readBigUInt64LE(0))
      absurd = value !== null && virtualSize === null
    } else if (id === FILE_PARAMETERS) {
      const parameters = await look.at(at, 8)
      blockSize = parameters?.readUInt32LE(0) ?? MIB
      hasParent = ((parameters?.readUInt32LE(4) ?? 0) & 2) !== 0
    } else if (id === PARENT_LOCATOR) {
      locator = parentOf(await look.upTo(at, Math.min(entry.readUInt32LE(20), 64 * 1024)))
    }
  }
  return { virtualSize, blockSize, absurd, parent: hasParent ? (locator ?? UNNAMED_PARENT) : null }
}

/** The parent's path out of the parent locator's keys and values. */
function parentOf(locator: Buffer): string | null {
  const paths = new Map<string, string>()
  const count = locator.length < 20 ? 0 : Math.min(locator.readUInt16LE(18), 64)
  for (const entry of entries(locator, 20, count, 12)) {
    const text = (at: number, length: number): string =>
      locator.toString('utf16le', Math.min(at, locator.length), Math.min(at + length, locator.length))
    paths.set(text(entry.readUInt32LE(0), entry.readUInt16LE(8)), text(entry.readUInt32LE(4), entry.readUInt16LE(10)))
  }
  return shown(paths.get('absolute_win32_path') ?? paths.get('relative_path') ?? '') || null
}

/**
 * Whether the file reaches as far as its block allocation table says: the table holds places in units of 1 MiB, above the state's bits. With a
 * parent some of them are bitmaps, of 1 MiB each.
 */
async function extent(
  look: Look,
  bat: Region | null,
  { metadata, blockSize }: { metadata: Region | null; blockSize: number },
): Promise<FormatDetails> {
  let end = Math.max(bat === null ? 0 : bat.at + bat.length, metadata === null ? 0 : metadata.at + metadata.length)
  if (bat !== null) {
    const table = await look.upTo(bat.at, Math.min(bat.length, MIB))
    for (let at = 0; at + 8 <= table.length; at += 8) {
      const entry = table.readBigUInt64LE(at)
      const place = Number(entry >> 20n) * MIB
      // 6 and 7: the block is there, whole or in part.
      if ((entry & 7n) >= 6n && Number.isSafeInteger(place)) end = Math.max(end, place + blockSize)
    }
  }
  return cutOff(end, look.size)
}

function entries(table: Buffer, start: number, count: number, size = 32): Buffer[] {
  return Array.from({ length: count }, (_, n) => table.subarray(start + n * size, start + (n + 1) * size)).filter(
    (entry) => entry.length === size,
  )
}
