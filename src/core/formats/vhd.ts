import { type Look, safe, shown } from './reader.ts'
import type { FormatDetails, Found } from './report.ts'

const FOOTER = 512
const COOKIE = 'conectix'

/** VHD, of Virtual PC and Hyper-V: the footer stands at the end; dynamic and differencing ones repeat it at the beginning. */
export async function vhd(look: Look, head: Buffer): Promise<Found | null> {
  const atStart = head.toString('latin1', 0, 8) === COOKIE
  const end = look.size < FOOTER ? null : await look.at(look.size - FOOTER, FOOTER)
  const atEnd = end !== null && end.toString('latin1', 0, 8) === COOKIE
  if (!atStart && !atEnd) return null
  const footer = atEnd ? end : head.subarray(0, FOOTER)
  const kind = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' }[footer.readUInt32BE(60)] ?? 'of an unknown kind'
  const virtualSize = safe(footer.readBigUInt64BE(48))
  const details: FormatDetails = {
    subformat: kind,
    ...(virtualSize === null && { absurdSize: true }),
    ...(kind === 'differencing' && { backingFile: await parentName(look, safe(footer.readBigUInt64BE(16))) }),
    // The end was there to be looked at, and is no footer.
    ...(!atEnd && (end !== null || look.size < FOOTER) && { truncated: true }),
    ...(kind === 'fixed' &&
      virtualSize !== null &&
      virtualSize + FOOTER > look.size && { truncated: true, expectedSize: virtualSize + FOOTER }),
    ...(!sumsUp(footer) && look.size >= FOOTER && { damaged: 'The checksum of its footer is wrong.' }),
    ...(!atStart && {
      inspectionFails: 'It is a fixed VHD, which has its header at the end, where Glance does not look: it takes it for raw.',
    }),
  }
  return { format: 'vhd', label: `VHD, ${kind}`, virtualSize, glanceDiskFormat: 'vhd', details }
}

/** The one's complement of the sum of the footer's other bytes. */
function sumsUp(footer: Buffer): boolean {
  let sum = 0
  for (const [at, byte] of footer.entries()) if (at < 64 || at >= 68) sum += byte
  return footer.readUInt32BE(64) === ~sum >>> 0
}

async function parentName(look: Look, header: number | null): Promise<string> {
  const name = header === null ? null : await look.at(header + 64, 512)
  const text = name === null ? '' : Buffer.from(name).swap16().toString('utf16le').replace(/\0.*$/s, '')
  return shown(text) || 'its parent VHD'
}
