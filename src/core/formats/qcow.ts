import { type Look, safe, shown } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

const UNNAMED = 'a file that its header does not name'

/** Incompatible features of qcow2 v3, by bit (docs/interop/qcow2.txt of QEMU). */
const CORRUPT = 1n << 1n
const EXTERNAL_DATA = 1n << 2n
/** Those that Glance's inspector knows: dirty, corrupt, external data, compression type. */
const KNOWN_TO_GLANCE = 0b1111n
const DATA_FILE_NAME = 0x44415441

/** QEMU's own formats: qcow2 v2 and v3, its ancestor qcow v1, and QED. `head` is padded with zeros behind the end of the file. */
export async function qemu(look: Look, head: Buffer): Promise<Found | null> {
  if (head.toString('latin1', 0, 4) === 'QED\0') return await qed(look, head)
  if (head.readUInt32BE(0) !== 0x514649fb) return null
  const version = head.readUInt32BE(4)
  if (version === 1) return await qcow1(look, head)
  if (version !== 2 && version !== 3) {
    return {
      format: 'qcow2',
      label: 'qcow2 of an unknown version',
      glanceDiskFormat: 'qcow2',
      details: look.size < 8 ? { truncated: true } : { inspectionFails: `Its header says version ${version}; there are 2 and 3.` },
    }
  }
  return await qcow2(look, head, version)
}

async function qcow2(look: Look, head: Buffer, version: 2 | 3): Promise<Found> {
  const backingFile = await nameAt(look, safe(head.readBigUInt64BE(8)), head.readUInt32BE(16))
  const virtualSize = safe(head.readBigUInt64BE(24))
  const incompatible = version === 3 ? head.readBigUInt64BE(72) : 0n
  const dataFile = (incompatible & EXTERNAL_DATA) === 0n ? null : (dataFileName(head) ?? UNNAMED)
  const encrypted = head.readUInt32BE(32) !== 0
  const details: FormatDetails = {
    ...(virtualSize === null && { absurdSize: true }),
    ...(backingFile !== null && { backingFile }),
    ...(dataFile !== null && { dataFile }),
    ...(encrypted && { encrypted }),
    ...((incompatible & CORRUPT) !== 0n && { corrupt: true }),
    ...((incompatible & ~KNOWN_TO_GLANCE) !== 0n && {
      inspectionFails: 'It uses features of qcow2 that Glance does not know, such as extended L2 entries.',
    }),
    ...(await extent(look, head, version)),
  }
  return { format: 'qcow2', label: qcow2Label(version, details), virtualSize, glanceDiskFormat: 'qcow2', details }
}

function qcow2Label(version: number, { backingFile, dataFile, encrypted }: FormatDetails): string {
  if (backingFile !== undefined) return `qcow2 v${version} with a backing file`
  if (dataFile !== undefined) return `qcow2 v${version} with its data in another file`
  return encrypted ? `qcow2 v${version}, encrypted` : `qcow2 v${version}`
}

/**
 * Whether the file reaches as far as its tables say. The last cluster that has a reference count must at least begin inside the file (QEMU
 * writes a last cluster only as far as it is used).
 */
async function extent(look: Look, head: Buffer, version: 2 | 3): Promise<FormatDetails> {
  const headerLength = version === 2 ? 72 : 104
  if (look.size < headerLength) return cutOff(headerLength, look.size)
  const clusterBits = head.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) return { damaged: 'Its header names a cluster size that qcow2 does not have.' }
  const l1 = safe(head.readBigUInt64BE(40))
  const table = safe(head.readBigUInt64BE(48))
  if (l1 === null || table === null) return { damaged: 'Its header points to tables that no file can hold.' }
  // Of the L1 table only the length in use is written where it stands last.
  const tables = cutOff(Math.max(l1 + head.readUInt32BE(36) * 8, table + 8), look.size)
  if (tables.truncated) return tables
  const cluster = 2 ** clusterBits
  const order = version === 2 ? 4 : head.readUInt32BE(96)
  if (order > 6) return { damaged: 'Its header names a width of reference counts that qcow2 does not have.' }
  return cutOff(await lastCluster(look, { table, tableBytes: head.readUInt32BE(56) * cluster, cluster, bits: 2 ** order }), look.size)
}

interface Counts {
  table: number
  tableBytes: number
  cluster: number
  bits: number
}

/** The least that the file has to hold for its last cluster to begin in it; null where the tables are out of reach. */
async function lastCluster(look: Look, { table, tableBytes, cluster, bits }: Counts): Promise<number | null> {
  const entries = await look.upTo(table, Math.min(tableBytes, 1024 * 1024))
  for (let entry = Math.floor(entries.length / 8) - 1; entry >= 0; entry--) {
    const block = safe(entries.readBigUInt64BE(entry * 8) & ~511n)
    if (block === 0) continue
    if (block === null) return null
    if (block >= look.size) return block + 1
    const counts = await look.upTo(block, cluster)
    let last = counts.length - 1
    while (last >= 0 && counts[last] === 0) last--
    // An empty block says nothing of what the blocks before it hold that the next turn would not.
    if (last < 0) {
      if (counts.length === 0) return null
      continue
    }
    const index = entry * ((cluster * 8) / bits) + Math.floor((last * 8) / bits)
    return index * cluster + 1
  }
  return null
}

async function nameAt(look: Look, offset: number | null, length: number): Promise<string | null> {
  if (offset === 0 || length === 0) return null
  const bytes = offset === null || length > 1023 ? null : await look.at(offset, length)
  // There is one, whatever it is called: that is what counts.
  return shown(bytes?.toString('utf8') ?? '') || UNNAMED
}

/** The header extension that names the external data file. */
function dataFileName(head: Buffer): string | null {
  let at = head.readUInt32BE(100)
  for (let n = 0; n < 32 && at >= 72 && at + 8 <= head.length; n++) {
    const type = head.readUInt32BE(at)
    const length = head.readUInt32BE(at + 4)
    if (type === 0) return null
    if (type === DATA_FILE_NAME) return shown(head.toString('utf8', at + 8, Math.min(head.length, at + 8 + length))) || null
    at += 8 + Math.ceil(length / 8) * 8
  }
  return null
}

async function qcow1(look: Look, head: Buffer): Promise<Found> {
  const backingFile = await nameAt(look, safe(head.readBigUInt64BE(8)), head.readUInt32BE(16))
  const virtualSize = safe(head.readBigUInt64BE(24))
  const encrypted = head.readUInt32BE(36) !== 0
  return {
    format: 'qcow',
    label: backingFile === null ? 'qcow v1' : 'qcow v1 with a backing file',
    virtualSize,
    details: {
      ...(backingFile !== null && { backingFile }),
      ...(virtualSize === null && { absurdSize: true }),
      ...(encrypted && { encrypted }),
      ...cutOff(48, look.size),
    },
  }
}

/** QED (docs/interop/qed_spec.rst of QEMU). All numbers are little-endian. */
async function qed(look: Look, head: Buffer): Promise<Found> {
  const hasBacking = (head.readBigUInt64LE(16) & 1n) !== 0n
  const backingFile = hasBacking ? ((await nameAt(look, head.readUInt32LE(56), head.readUInt32LE(60))) ?? UNNAMED) : null
  const virtualSize = safe(head.readBigUInt64LE(48))
  return {
    format: 'qed',
    label: backingFile === null ? 'QED' : 'QED with a backing file',
    virtualSize,
    details: {
      ...(backingFile !== null && { backingFile }),
      ...(virtualSize === null && { absurdSize: true }),
      ...cutOff(64, look.size),
    },
  }
}
