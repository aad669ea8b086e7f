import type { Found } from './report.ts'

/** Kernels and their first file systems, for clouds that boot them apart from the disk, and programs that are no image at all. */
export function bootFile(head: Buffer): Found | null {
  const arm = head.toString('latin1', 56, 60) === 'ARM\x64'
  if (head.toString('latin1', 514, 518) === 'HdrS' || arm) {
    return { format: 'kernel', label: arm ? 'Linux kernel for ARM' : 'Linux kernel', glanceDiskFormat: 'aki', glanceContainerFormat: 'aki' }
  }
  if (/^07070[127]$/.test(head.toString('latin1', 0, 6))) {
    return { format: 'cpio', label: 'cpio, perhaps an initramfs', glanceDiskFormat: 'ari', glanceContainerFormat: 'ari' }
  }
  if (head.toString('latin1', 0, 4) === '\x7fELF') return { format: 'elf', label: 'ELF program or kernel' }
  if (head.toString('latin1', 0, 2) === 'MZ' && head.toString('latin1', head.readUInt16LE(60), head.readUInt16LE(60) + 4) === 'PE\0\0') {
    return { format: 'pe', label: 'Windows or EFI program' }
  }
  return null
}
