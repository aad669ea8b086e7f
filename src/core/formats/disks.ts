import { type Look, safe } from './reader.ts'
import type { FormatDetails, Found } from './report.ts'

/** Disk formats of emulators. Each looks at its magic first; offsets are those of the formats' published specifications. */

const sized = (value: bigint): { virtualSize: number | null; absurd: Pick<FormatDetails, 'absurdSize'> } => {
  const size = safe(value)
  return { virtualSize: size, absurd: size === null ? { absurdSize: true } : {} }
}

/** qcow2 (docs/interop/qcow2.txt of QEMU), and its ancestor. */
export async function qcow(look: Look, head: Buffer): Promise<Found | null> {
  if (head.length < 48 || head.readUInt32BE(0) !== 0x514649fb) return null
  const version = head.readUInt32BE(4)
  const { virtualSize, absurd } = sized(head.readBigUInt64BE(24))
  const backingFile = await nameAt(look, head.readBigUInt64BE(8), head.readUInt32BE(16))
  if (version === 1)
    return {
      format: 'qcow',
      label: 'qcow v1',
      virtualSize: sized(head.readBigUInt64BE(24)).virtualSize,
      details: { ...(backingFile !== null && { backingFile }) },
    }
  if (version !== 2 && version !== 3)
    return { format: 'qcow2', label: `qcow2 of an unknown version (${version})`, glanceDiskFormat: 'qcow2' }
  const incompatible = version === 3 && head.length >= 80 ? head.readBigUInt64BE(72) : 0n
  const hasDataFile = (incompatible & 4n) !== 0n
  const dataFile = hasDataFile ? ((await dataFileName(head)) ?? 'a file that its header does not name') : null
  const encrypted = head.readUInt32BE(32) !== 0
  const words = [
    `qcow2 v${version}`,
    ...(backingFile !== null
      ? ['with a backing file']
      : dataFile !== null
        ? ['with its data in another file']
        : encrypted
          ? ['encrypted']
          : []),
  ]
  const l1End = safe(head.readBigUInt64BE(40))
  return {
    format: 'qcow2',
    label: words.length === 2 && encrypted && backingFile === null ? words.join(', ') : words.join(' '),
    virtualSize,
    glanceDiskFormat: 'qcow2',
    details: {
      ...absurd,
      ...(backingFile !== null && { backingFile }),
      ...(dataFile !== null && { dataFile }),
      ...(encrypted && { encrypted }),
      ...((incompatible & 2n) !== 0n && { corrupt: true }),
      ...((l1End === null || l1End + head.readUInt32BE(36) * 8 > look.size) && { truncatedAt: look.size }),
    },
  }
}

async function nameAt(look: Look, offset: bigint, length: number): Promise<string | null> {
  if (offset === 0n || length === 0) return null
  const at = safe(offset)
  const bytes = at === null || length > 1023 ? null : await look.at(at, length)
  // There is one, whatever it is called: that is what counts.
  return bytes?.toString('utf8') ?? 'a file that its header does not name'
}

/** The header extension that names the external data file. */
async function dataFileName(head: Buffer): Promise<string | null> {
  let at = head.length >= 104 ? head.readUInt32BE(100) : 104
  for (let n = 0; n < 32 && at + 8 <= head.length; n++) {
    const type = head.readUInt32BE(at)
    const length = head.readUInt32BE(at + 4)
    if (type === 0) return null
    if (type === 0x44415441) return head.subarray(at + 8, Math.min(head.length, at + 8 + length)).toString('utf8')
    at += 8 + Math.ceil(length / 8) * 8
  }
  return null
}

/** VMDK: sparse extents (monolithicSparse, streamOptimized), ESX's COWD, and descriptors that only name other files. */
export async function vmdk(look: Look, head: Buffer): Promise<Found | null> {
  const magic = head.toString('latin1', 0, 4)
  if (magic === 'KDMV' && head.length >= 512) {
    const descriptorAt = safe(head.readBigUInt64LE(28))
    const descriptorLength = safe(head.readBigUInt64LE(36))
    const text =
      descriptorAt === null || descriptorAt === 0 || descriptorLength === null
        ? ''
        : (await look.upTo(descriptorAt * 512, Math.min(65_536, descriptorLength * 512))).toString('latin1')
    const subformat = field(text, 'createType') ?? (head.readUInt16LE(77) !== 0 ? 'streamOptimized' : 'monolithicSparse')
    const size = safe(head.readBigUInt64LE(12) * 512n)
    const parent = field(text, 'parentFileNameHint')
    return {
      format: 'vmdk',
      label: `VMDK, ${subformat}`,
      virtualSize: size,
      glanceDiskFormat: 'vmdk',
      details: {
        subformat,
        ...(size === null && { absurdSize: true }),
        ...(parent !== null && field(text, 'parentCID') !== 'ffffffff' && { backingFile: parent }),
      },
    }
  }
  if (magic === 'COWD')
    return {
      format: 'vmdk',
      label: 'VMDK, ESX sparse',
      glanceDiskFormat: 'vmdk',
      virtualSize: head.length >= 16 ? head.readUInt32LE(12) * 512 : null,
      details: { subformat: 'vmfsSparse' },
    }
  const text = head.toString('latin1', 0, Math.min(head.length, 65_536))
  if (!/^\s*#\s*Disk DescriptorFile/i.test(text)) return null
  const extents = [...text.matchAll(/^\s*(?:RW|RDONLY|NOACCESS)\s+(\d{1,18})\s+\S+\s+"([^"]*)"/gm)]
  const sectors = extents.reduce((sum, extent) => sum + Number(extent[1]), 0)
  return {
    format: 'vmdk',
    label: 'VMDK descriptor, the data is in other files',
    virtualSize: Number.isSafeInteger(sectors * 512) ? sectors * 512 : null,
    glanceDiskFormat: 'vmdk',
    details: { subformat: field(text, 'createType') ?? 'descriptor', dataFile: extents[0]?.[2] ?? 'another file' },
  }
}

function field(text: string, key: string): string | null {
  return new RegExp(`^\\s*${key}\\s*=\\s*"?([^"\\r\\n]*)"?`, 'mi').exec(text)?.[1]?.trim() || null
}

/** VHD: the footer stands at the end; dynamic ones repeat it at the beginning. */
export async function vhd(look: Look, head: Buffer): Promise<Found | null> {
  const atStart = head.toString('latin1', 0, 8) === 'conectix'
  const footer = (look.size >= 512 ? await look.at(look.size - 512, 512) : null) ?? (atStart ? head.subarray(0, 512) : null)
  const real =
    footer !== null && footer.length === 512 && footer.toString('latin1', 0, 8) === 'conectix'
      ? footer
      : atStart && head.length >= 512
        ? head.subarray(0, 512)
        : null
  if (real === null) return null
  const kind = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' }[real.readUInt32BE(60)] ?? 'of an unknown kind'
  return {
    format: 'vhd',
    label: `VHD, ${kind}`,
    virtualSize: safe(real.readBigUInt64BE(48)),
    glanceDiskFormat: 'vhd',
    details: { subformat: kind, ...(kind === 'differencing' && { backingFile: 'its parent VHD' }) },
  }
}

const METADATA_REGION = '06a27c8b90479a4bb8fe575f050f886e'
const FILE_PARAMETERS = '3767a1ca36fa434db3b633f0aa44e76b'
const VIRTUAL_DISK_SIZE = '2442a52f1bcd7648b2115dbed83bf4b8'

/** VHDX: the size and whether it has a parent stand in the metadata region, which the region table names. */
export async function vhdx(look: Look, head: Buffer): Promise<Found | null> {
  if (head.toString('latin1', 0, 8) !== 'vhdxfile') return null
  const found: Found = { format: 'vhdx', label: 'VHDX', glanceDiskFormat: 'vhdx' }
  const regions = await look.at(192 * 1024, 4096)
  if (regions === null || regions.toString('latin1', 0, 4) !== 'regi')
    return { ...found, details: look.size < 1024 * 1024 ? { truncatedAt: look.size } : {} }
  const metadataAt = entries(regions, 16, Math.min(regions.readUInt32LE(8), 120), 32).find(
    (entry) => entry.toString('hex', 0, 16) === METADATA_REGION,
  )
  const base = metadataAt === undefined ? null : safe(metadataAt.readBigUInt64LE(16))
  const table = base === null ? null : await look.at(base, 4096)
  if (base === null || table === null || table.toString('latin1', 0, 8) !== 'metadata') return found
  let virtualSize: number | null = null
  let parent = false
  for (const entry of entries(table, 32, Math.min(table.readUInt16LE(10), 126), 32)) {
    const id = entry.toString('hex', 0, 16)
    const value = id === VIRTUAL_DISK_SIZE || id === FILE_PARAMETERS ? await look.at(base + entry.readUInt32LE(16), 8) : null
    if (value === null) continue
    if (id === VIRTUAL_DISK_SIZE) virtualSize = safe(value.readBigUInt64LE(0))
    else parent = (value.readUInt32LE(4) & 2) !== 0
  }
  return { ...found, label: parent ? 'VHDX, differencing' : 'VHDX', virtualSize, details: parent ? { backingFile: 'its parent VHDX' } : {} }
}

function entries(table: Buffer, start: number, count: number, size: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => table.subarray(start + n * size, start + (n + 1) * size)).filter(
    (entry) => entry.length === size,
  )
}

/** VirtualBox's VDI. */
export function vdi(head: Buffer): Found | null {
  if (head.length < 392 || head.readUInt32LE(64) !== 0xbeda107f) return null
  const kind = { 1: 'dynamic', 2: 'static', 4: 'differencing' }[head.readUInt32LE(76)] ?? 'of an unknown kind'
  return {
    format: 'vdi',
    label: `VDI, ${kind}`,
    virtualSize: safe(head.readBigUInt64LE(368)),
    glanceDiskFormat: 'vdi',
    details: { subformat: kind, ...(kind === 'differencing' && { backingFile: 'its parent VDI' }) },
  }
}

/** Formats that a cloud takes only after a conversion, or that Glance has a word for. */
export function otherDisks(head: Buffer): Found | null {
  if (head.toString('latin1', 0, 4) === 'QED\0')
    return { format: 'qed', label: 'QED', virtualSize: head.length >= 56 ? safe(head.readBigUInt64LE(48)) : null }
  if (head.toString('latin1', 0, 16) === 'WithoutFreeSpace' || head.toString('latin1', 0, 16) === 'WithouFreSpacExt') {
    return {
      format: 'ploop',
      label: 'ploop',
      glanceDiskFormat: 'ploop',
      virtualSize: head.length >= 44 ? safe(head.readBigUInt64LE(36) * 512n) : null,
    }
  }
  if (head.toString('latin1', 0, 6) === 'LUKS\xba\xbe' && head.length >= 8) {
    return { format: 'luks', label: `LUKS${head.readUInt16BE(6)}, encrypted`, glanceDiskFormat: 'raw', details: { encrypted: true } }
  }
  return null
}
