import { type Look, safe, shown } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

const SECTOR = 512
/** A flag of the header. */
const COMPRESSED = 0x1_0000
/** Where the grain directory's place is only told in a footer, as streams do. */
const AT_END = 0xffff_ffff_ffff_ffffn
const FOOTER_MARKER = 3
const GRAIN_TABLE_ENTRIES = 512
/** The longest descriptor that is read; those of real files have a few hundred bytes. */
const DESCRIPTOR_LIMIT = 64 * 1024

/** VMDK: sparse extents (monolithicSparse, streamOptimized), ESX's COWD, and descriptors that only name other files. */
export async function vmdk(look: Look, head: Buffer): Promise<Found | null> {
  const magic = head.toString('latin1', 0, 4)
  if (magic === 'KDMV') return await sparse(look, head)
  if (magic === 'COWD') {
    return {
      format: 'vmdk',
      label: 'VMDK, ESX sparse',
      glanceDiskFormat: 'vmdk',
      virtualSize: head.readUInt32LE(12) * SECTOR,
      details: { subformat: 'vmfsSparse', ...cutOff(2048, look.size) },
    }
  }
  const text = head.toString('latin1', 0, Math.min(look.size, DESCRIPTOR_LIMIT))
  return /^\s*#\s*Disk DescriptorFile/i.test(text) ? descriptorAlone(text) : null
}

async function sparse(look: Look, head: Buffer): Promise<Found> {
  const flags = head.readUInt32LE(8)
  const virtualSize = safe(head.readBigUInt64LE(12) * 512n)
  const text = await embedded(look, head)
  const descriptor = parse(text)
  const compressed = (flags & COMPRESSED) !== 0
  const subformat = descriptor.createType ?? (compressed ? 'streamOptimized' : 'monolithicSparse')
  const elsewhere = descriptor.extents.length > 1 ? descriptor.extents[1] : undefined
  // The parts of a split disk leave the place for it empty.
  const alone = descriptor.createType === null
  const details: FormatDetails = {
    subformat,
    ...(virtualSize === null && { absurdSize: true }),
    ...(descriptor.parent !== null && { backingFile: descriptor.parent }),
    ...(elsewhere !== undefined && { dataFile: elsewhere.file }),
    ...(alone && { inspectionFails: 'It has no descriptor of its own: it is one of several parts of a disk.' }),
    ...(await extent(look, head)),
  }
  const label = alone ? 'VMDK, a part without a descriptor' : `VMDK, ${subformat}${descriptor.parent === null ? '' : ' with a parent'}`
  return { format: 'vmdk', label, virtualSize, glanceDiskFormat: 'vmdk', details }
}

function descriptorAlone(text: string): Found {
  const { createType, parent, extents } = parse(text)
  const sectors = extents.reduce((sum, extent) => sum + extent.sectors, 0)
  return {
    format: 'vmdk',
    label: 'VMDK descriptor, the data is in other files',
    virtualSize: extents.length > 0 ? safe(BigInt(sectors) * 512n) : null,
    glanceDiskFormat: 'vmdk',
    details: {
      subformat: createType ?? 'of an unknown kind',
      dataFile: extents[0]?.file ?? 'another file',
      ...(parent !== null && { backingFile: parent }),
    },
  }
}

async function embedded(look: Look, head: Buffer): Promise<string> {
  const at = safe(head.readBigUInt64LE(28) * 512n)
  const length = safe(head.readBigUInt64LE(36) * 512n)
  if (at === null || at === 0 || length === null) return ''
  return (await look.upTo(at, Math.min(DESCRIPTOR_LIMIT, length))).toString('latin1').replace(/\0.*$/s, '')
}

interface Descriptor {
  createType: string | null
  parent: string | null
  extents: { sectors: number; file: string }[]
}

/** The descriptor's few lines that matter. Keys are case-insensitive, as VMware's and QEMU's readers take them. */
function parse(text: string): Descriptor {
  const parentId = field(text, 'parentCID')?.toLowerCase() ?? 'ffffffff'
  const extents = [...text.matchAll(/^[ \t]*(?:RW|RDONLY|NOACCESS)[ \t]+(\d{1,15})[ \t]+\S+[ \t]+"([^"\n]*)"/gim)]
  return {
    createType: field(text, 'createType'),
    parent: parentId === 'ffffffff' ? null : (field(text, 'parentFileNameHint') ?? 'a parent that it does not name'),
    extents: extents.map(([, sectors, file]) => ({ sectors: Number(sectors), file: shown(file ?? '') || 'another file' })),
  }
}

function field(text: string, key: string): string | null {
  return shown(new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*"?([^"\\r\\n]*)"?`, 'mi').exec(text)?.[1] ?? '') || null
}

/** Whether the file reaches as far as its grain tables say; a stream ends with a footer. */
async function extent(look: Look, head: Buffer): Promise<FormatDetails> {
  if (look.size < SECTOR) return cutOff(SECTOR, look.size)
  if (head.readBigUInt64LE(56) === AT_END) {
    const end = look.size < 3 * SECTOR ? null : await look.at(look.size - 3 * SECTOR, 3 * SECTOR)
    const whole = end !== null && end.readUInt32LE(12) === FOOTER_MARKER && end.toString('latin1', SECTOR, SECTOR + 4) === 'KDMV'
    return whole || (end === null && look.size >= 3 * SECTOR) ? {} : { truncated: true }
  }
  const directory = safe(head.readBigUInt64LE(56) * 512n)
  const capacity = safe(head.readBigUInt64LE(12))
  const grain = safe(head.readBigUInt64LE(20))
  if (directory === null || capacity === null || grain === null || grain === 0 || grain > 2 ** 20) {
    return { damaged: 'Its header names sizes that VMDK does not have.' }
  }
  const count = Math.ceil(capacity / (grain * GRAIN_TABLE_ENTRIES))
  if (directory + count * 4 > look.size) return cutOff(directory + count * 4, look.size)
  const tables = await look.upTo(directory, Math.min(count * 4, 256 * 1024))
  let end = 0
  let last = 0
  let read = 0
  for (let n = 0; n + 4 <= tables.length; n += 4) {
    const table = tables.readUInt32LE(n) * SECTOR
    if (table === 0) continue
    end = Math.max(end, table + GRAIN_TABLE_ENTRIES * 4)
    if (end > look.size || read++ >= 256) continue
    const grains = await look.upTo(table, GRAIN_TABLE_ENTRIES * 4)
    // 0: not there; 1: only zeros.
    for (let at = 0; at + 4 <= grains.length; at += 4) {
      const sector = grains.readUInt32LE(at)
      if (sector > 1) last = Math.max(last, sector * SECTOR)
    }
  }
  return cutOff(
    Math.max(end, await grainEnd(look, last, { compressed: (head.readUInt32LE(8) & COMPRESSED) !== 0, bytes: grain * SECTOR })),
    look.size,
  )
}

/** Where the grain that stands last ends: a compressed one begins with its place and its length. */
async function grainEnd(look: Look, at: number, { compressed, bytes }: { compressed: boolean; bytes: number }): Promise<number> {
  if (at === 0) return 0
  if (!compressed) return at + bytes
  const marker = await look.at(at, 12)
  return marker === null ? at + 12 : at + 12 + marker.readUInt32LE(8)
}
