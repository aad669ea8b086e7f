import { shown } from './reader.ts'
import type { Found } from './report.ts'

/** Archives: files with files in them. An OVA is a tar whose first member is the OVF descriptor (DSP0243, 2.1). */
export function archive(head: Buffer): Found | null {
  const hex = head.toString('hex', 0, 6)
  if (hex.startsWith('504b0304')) return { format: 'zip', label: 'ZIP archive' }
  if (hex === '377abcaf271c') return { format: '7z', label: '7-Zip archive' }
  if (hex === '526172211a07') return { format: 'rar', label: 'RAR archive' }
  if (hex === '4d5357494d00') return { format: 'wim', label: 'WIM archive' }
  if (head.toString('latin1', 257, 262) !== 'ustar') return null
  const member = shown(head.toString('utf8', 0, 100).replace(/\0.*$/s, ''))
  if (/\.ovf$/i.test(member)) return { format: 'ova', label: 'OVA', glanceDiskFormat: 'vmdk', glanceContainerFormat: 'ova' }
  return { format: 'tar', label: 'tar archive' }
}
