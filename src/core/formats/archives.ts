import { type Look, safe } from './reader.ts'
import type { Found } from './report.ts'

/** Compressed files and archives. A decompressed size is given only where the file itself tells it for sure. */
export async function archives(look: Look, head: Buffer): Promise<Found | null> {
  const packed = (method: string, label: string, decompressedSize: number | null): Found => ({
    format: method,
    label,
    glanceContainerFormat: 'compressed',
    compressed: { method, decompressedSize },
  })
  const hex = head.toString('hex', 0, 6)
  // gzip keeps the length modulo 4 GiB, and of its last member only: that is no size.
  if (hex.startsWith('1f8b08')) return packed('gzip', 'gzip', null)
  if (hex === 'fd377a585a00') return packed('xz', 'xz', await xzSize(look))
  if (hex.startsWith('28b52ffd')) return packed('zstd', 'Zstandard', zstdSize(head))
  if (/^425a683[1-9]/.test(hex) && head.toString('hex', 4, 10) === '314159265359') return packed('bzip2', 'bzip2', null)
  if (hex.startsWith('04224d18')) return packed('lz4', 'LZ4', null)
  if (hex.startsWith('5d0000') && head.length > 13 && head[12] !== undefined && (head[12] === 0 || head[12] === 0xff))
    return packed('lzma', 'LZMA', null)
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') return packed('zip', 'ZIP archive', null)
  if (hex === '377abcaf271c') return packed('7z', '7-Zip archive', null)
  if (head.toString('latin1', 257, 262) !== 'ustar') return null
  const member = head.toString('utf8', 0, 100).replace(/\0.*$/s, '')
  if (/\.ovf$/i.test(member)) return { format: 'ova', label: 'OVA', glanceDiskFormat: 'vmdk', glanceContainerFormat: 'ova' }
  return { format: 'tar', label: 'tar archive' }
}

/** The sum of the stream's index: the xz format keeps it at the end, before a footer that says how long it is. Several streams add up. */
async function xzSize(look: Look): Promise<number | null> {
  let end = look.size
  let total = 0n
  for (let streams = 0; streams < 16; streams++) {
    end = await withoutPadding(look, end)
    const footer = end < 32 ? null : await look.at(end - 12, 12)
    if (footer === null || footer.toString('latin1', 10, 12) !== 'YZ') return null
    const indexSize = (footer.readUInt32LE(4) + 1) * 4
    const index = indexSize > 1024 * 1024 ? null : await look.at(end - 12 - indexSize, indexSize)
    if (index === null || index[0] !== 0) return null
    const numbers = varints(index, 1)
    const count = numbers.next().value
    if (count === undefined) return null
    let blocks = 0n
    for (let n = 0n; n < count; n++) {
      const unpadded = numbers.next().value
      const uncompressed = numbers.next().value
      if (unpadded === undefined || uncompressed === undefined) return null
      blocks += ((unpadded + 3n) / 4n) * 4n
      total += uncompressed
    }
    const start = BigInt(end - 12 - indexSize) - blocks - 12n
    if (start < 0n) return null
    if (start === 0n) return safe(total)
    end = Number(start)
  }
  return null
}

/** Streams may be followed by zeros in groups of four: looked at in pieces, and no further than 64 KiB. */
async function withoutPadding(look: Look, end: number): Promise<number> {
  const start = Math.max(0, end - 64 * 1024)
  const bytes = end - start < 12 ? null : ((await look.at(start, end - start)) ?? (await look.at(end - 12, 12)))
  if (bytes === null) return end
  let zeros = 0
  while (zeros + 4 <= bytes.length && bytes.readUInt32LE(bytes.length - zeros - 4) === 0) zeros += 4
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
  const descriptor = head[4]
  if (descriptor === undefined) return null
  const flag = descriptor >> 6
  const single = (descriptor & 0x20) !== 0
  const length = flag === 0 ? (single ? 1 : 0) : 1 << flag
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0)
  if (length === 0 || at + length > head.length) return null
  if (length === 8) return safe(head.readBigUInt64LE(at))
  return head.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}

/** Texts: most often an error page that was saved under an image's name. */
export function documents(head: Buffer): Found | null {
  const start = head
    .toString('latin1', 0, 256)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return { format: 'html', label: 'web page (HTML)' }
  if (start.startsWith('<?xml')) return { format: 'xml', label: 'XML text' }
  if (start.startsWith('%pdf-')) return { format: 'pdf', label: 'PDF document' }
  if (head.length > 0 && /^[\t\n\r\x20-\x7e]*$/.test(head.toString('latin1', 0, Math.min(4096, head.length)))) {
    return /^[[{]/.test(start) ? { format: 'json', label: 'JSON text' } : { format: 'text', label: 'plain text' }
  }
  return null
}
