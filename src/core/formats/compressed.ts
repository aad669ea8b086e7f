import { type Look, safe } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

/**
 * Compressed files. A decompressed size is given only where the file itself tells it for sure: an estimate would become a promise of disk and
 * quota.
 */
export async function compressed(look: Look, head: Buffer): Promise<Found | null> {
  const packed = (method: string, label: string, decompressedSize: number | null, details: FormatDetails = {}): Found => ({
    format: method,
    label,
    glanceContainerFormat: 'compressed',
    compressed: { method, decompressedSize, innerHint: null },
    details,
  })
  const hex = head.toString('hex', 0, 10)
  // gzip keeps the length modulo 4 GiB, and of its last member only: that is no size.
  if (hex.startsWith('1f8b08')) return packed('gzip', 'gzip', null, cutOff(18, look.size))
  if (hex.startsWith('fd377a585a00')) {
    const { size, truncated } = await xz(look)
    return packed('xz', 'xz', size, truncated ? { truncated } : {})
  }
  // The second begins with a frame to be skipped, as pzstd writes them.
  if (hex.startsWith('28b52ffd')) return packed('zstd', 'Zstandard', plausible(zstdSize(head), look.size))
  if (/^5.2a4d18/.test(hex)) return packed('zstd', 'Zstandard', null)
  if (/^425a683[1-9]314159265359/.test(hex)) return packed('bzip2', 'bzip2', null)
  if (hex.startsWith('04224d18')) return packed('lz4', 'LZ4', plausible(lz4Size(head), look.size))
  if (hex.startsWith('02214c18')) return packed('lz4', 'LZ4', null)
  if (hex.startsWith('4c5a4950')) return packed('lzip', 'lzip', await lzipSize(look))
  // LZMA alone has no magic: the usual properties, a dictionary of a whole power of two, and a size that is not absurd or left out.
  if (/^5d0000..0[0-8]/.test(hex) || /^5d00000000/.test(hex)) {
    const size = head.readBigUInt64LE(5)
    if (size === 0xffff_ffff_ffff_ffffn) return packed('lzma', 'LZMA', null)
    if (size > 0n && size < 1n << 48n) return packed('lzma', 'LZMA', plausible(Number(size), look.size))
  }
  return null
}

/** What one frame says of itself holds for the file only if there is no second one: no method makes its input much larger. */
function plausible(decompressed: number | null, size: number): number | null {
  return decompressed !== null && size <= decompressed * 1.01 + 4096 ? decompressed : null
}

/**
 * The sum of the streams' indexes: the xz format keeps each at the stream's end, before a footer that says how long it is. `truncated` where the
 * end was there to be looked at and is no footer.
 */
async function xz(look: Look): Promise<{ size: number | null; truncated: boolean }> {
  const unknown = { size: null, truncated: false }
  let end = look.size
  let total = 0n
  for (let streams = 0; streams < 64; streams++) {
    end = await withoutPadding(look, end)
    const footer = await look.at(end - 12, 12)
    if (footer === null) return streams === 0 && end < 32 ? { size: null, truncated: true } : unknown
    if (footer.toString('latin1', 10, 12) !== 'YZ') return { size: null, truncated: streams === 0 }
    const indexSize = (footer.readUInt32LE(4) + 1) * 4
    const index = indexSize > 1024 * 1024 ? null : await look.at(end - 12 - indexSize, indexSize)
    const sums = index === null ? null : indexSums(index)
    if (sums === null) return unknown
    total += sums.uncompressed
    const start = BigInt(end - 12 - indexSize) - sums.blocks - 12n
    if (start < 0n) return unknown
    if (start === 0n) return { size: safe(total), truncated: false }
    end = Number(start)
  }
  return unknown
}

/** Bytes that the blocks take and hold, by an index; null if it is none. */
function indexSums(index: Buffer): { blocks: bigint; uncompressed: bigint } | null {
  if (index[0] !== 0) return null
  const numbers = varints(index, 1)
  const count = numbers.next().value
  if (count === undefined) return null
  let blocks = 0n
  let uncompressed = 0n
  for (let n = 0n; n < count; n++) {
    const unpadded = numbers.next().value
    const held = numbers.next().value
    if (unpadded === undefined || held === undefined) return null
    blocks += ((unpadded + 3n) / 4n) * 4n
    uncompressed += held
  }
  return { blocks, uncompressed }
}

/** Streams may be followed by zeros in groups of four: looked at in pieces, and no further than 64 KiB. */
async function withoutPadding(look: Look, end: number): Promise<number> {
  const last = await look.at(end - 4, 4)
  if (last === null || last.readUInt32LE(0) !== 0) return end
  const start = Math.max(0, end - 64 * 1024 + 12)
  const bytes = await look.at(start, end - start)
  let zeros = 0
  while (bytes !== null && zeros + 4 <= bytes.length && bytes.readUInt32LE(bytes.length - zeros - 4) === 0) zeros += 4
  return end - zeros
}

function* varints(bytes: Buffer, start: number): Generator<bigint, undefined> {
  for (let at = start; at < bytes.length; ) {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 56n) return
      value |= BigInt(byte & 0x7f) << shift
      if ((byte & 0x80) === 0) break
    }
    yield value
  }
}

/** The frame's own content size (RFC 8878, 3.1.1.1); null where it is left out, as in streams. */
function zstdSize(head: Buffer): number | null {
  const descriptor = head.readUInt8(4)
  const flag = descriptor >> 6
  const single = (descriptor & 0x20) !== 0
  const length = flag === 0 ? (single ? 1 : 0) : 1 << flag
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0)
  if (length === 0) return null
  if (length === 8) return safe(head.readBigUInt64LE(at))
  return head.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}

/** The frame's content size, which is optional (LZ4 frame format 1.6). */
function lz4Size(head: Buffer): number | null {
  return (head.readUInt8(4) & 0x08) === 0 ? null : safe(head.readBigUInt64LE(6))
}

/** A member ends with its sizes; where its own length is the file's, there is only this one. */
async function lzipSize(look: Look): Promise<number | null> {
  const trailer = await look.at(look.size - 16, 16)
  return trailer !== null && trailer.readBigUInt64LE(8) === BigInt(look.size) ? safe(trailer.readBigUInt64LE(0)) : null
}
