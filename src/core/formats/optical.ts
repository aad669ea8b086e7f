import type { Look } from './reader.ts'
import { cutOff, type FormatDetails, type Found } from './report.ts'

const SECTOR = 2048
const EXTENDED_AREA = new Set(['BEA01', 'NSR02', 'NSR03', 'TEA01', 'BOOT2', 'CDW02'])

/** ISO 9660 (ECMA-119), also as a hybrid that boots from a stick, and UDF (ECMA-167). The descriptors begin at sector 16. */
export async function optical(look: Look, head: Buffer): Promise<Found | null> {
  let details: FormatDetails = {}
  let isIso = false
  let bootable = false
  let udf = false
  for (let sector = 16; sector < 48; sector++) {
    const descriptor = await look.at(sector * SECTOR, SECTOR)
    if (descriptor === null) break
    const id = descriptor.toString('latin1', 1, 6)
    if (id === 'NSR02' || id === 'NSR03') udf = true
    if (id === 'CD001') {
      isIso = true
      const type = descriptor[0]
      if (type === 1) details = primary(descriptor, look.size)
      if (type === 0 && descriptor.toString('latin1', 7, 39).startsWith('EL TORITO SPECIFICATION')) bootable = true
    } else if (!EXTENDED_AREA.has(id)) break
  }
  if (!isIso && !udf) return null
  if (!isIso) details = { inspectionFails: 'It has UDF only, which Glance does not look for: it takes it for raw.' }
  if (head.readUInt16LE(510) === 0xaa55) details = { ...details, hybrid: true }
  return { format: 'iso', label: `${isIso ? 'ISO 9660' : 'UDF'}${bootable ? ', bootable' : ''}`, glanceDiskFormat: 'iso', details }
}

function primary(descriptor: Buffer, size: number): FormatDetails {
  const volumeId = descriptor
    .toString('latin1', 40, 72)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
  const blocks = descriptor.readUInt32LE(80)
  const blockSize = descriptor.readUInt16LE(128)
  return { ...(volumeId !== '' && { volumeId }), ...cutOff(blocks * blockSize, size) }
}
