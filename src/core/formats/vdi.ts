import { type Look, safe } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

/** VirtualBox's VDI. `head` is padded with zeros behind the end of the file. */
export function vdi(look: Look, head: Buffer): Found | null {
  if (head.readUInt32LE(64) !== 0xbeda107f) return null
  const kind = { 1: 'dynamic', 2: 'static', 3: 'undo', 4: 'differencing' }[head.readUInt32LE(76)] ?? 'of an unknown kind'
  const virtualSize = safe(head.readBigUInt64LE(368))
  const data = head.readUInt32LE(344)
  const block = head.readUInt32LE(376) + head.readUInt32LE(380)
  const needed = look.size < 400 ? 400 : data + head.readUInt32LE(388) * block
  const details: FormatDetails = {
    subformat: kind,
    ...(virtualSize === null && { absurdSize: true }),
    ...((kind === 'differencing' || kind === 'undo') && { backingFile: 'its parent VDI' }),
    ...cutOff(needed, look.size),
  }
  return { format: 'vdi', label: `VDI, ${kind}`, virtualSize, glanceDiskFormat: 'vdi', details }
}

/** Virtuozzo's ploop, also known as the expanded disk of Parallels. */
export function ploop(look: Look, head: Buffer): Found | null {
  const magic = head.toString('latin1', 0, 16)
  if (magic !== 'WithoutFreeSpace' && magic !== 'WithouFreSpacExt') return null
  // The older of the two has 32 bits for the number of sectors, and leaves what follows undefined.
  const sectors = magic === 'WithoutFreeSpace' ? BigInt(head.readUInt32LE(36)) : head.readBigUInt64LE(36)
  const virtualSize = safe(sectors * 512n)
  return {
    format: 'ploop',
    label: 'ploop',
    glanceDiskFormat: 'ploop',
    virtualSize,
    details: { ...(virtualSize === null && { absurdSize: true }), ...cutOff(64, look.size) },
  }
}
