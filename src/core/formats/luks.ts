import { type Look, safe } from './reader.ts'
import { cutOff, type Found } from './report.ts'

const SECTOR = 512

/** A disk encrypted with LUKS: for Glance that is raw. The disk inside is smaller than the file by the header. */
export function luks(look: Look, head: Buffer): Found | null {
  if (head.toString('latin1', 0, 6) !== 'LUKS\xba\xbe') return null
  const version = head.readUInt16BE(6)
  const headerBytes = version === 1 ? head.readUInt32BE(104) * SECTOR : version === 2 ? safe(head.readBigUInt64BE(8)) : null
  return {
    format: 'luks',
    label: `LUKS${version}, encrypted`,
    glanceDiskFormat: 'raw',
    // LUKS2 keeps the place of its data in a JSON area that need not be told in one piece: no size then.
    virtualSize: version === 1 && headerBytes !== null && headerBytes <= look.size ? look.size - headerBytes : null,
    details: {
      encrypted: true,
      ...cutOff(Math.max(592, headerBytes ?? 0), look.size),
      ...(version !== 1 && { inspectionFails: `Glance knows LUKS1 only, and this is version ${version}.` }),
    },
  }
}
