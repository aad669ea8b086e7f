import { proposeImageName } from './names.ts'

/** Options of `qemu-img convert` by disk format: kinds that are one file, and that Glance takes. */
const targets: Readonly<Record<string, string>> = {
  qcow2: '-O qcow2',
  raw: '-O raw',
  vmdk: '-O vmdk -o subformat=streamOptimized',
  vhd: '-O vpc -o subformat=dynamic,force_size=on',
  vhdx: '-O vhdx',
  vdi: '-O vdi',
}

/** The command that makes one whole file of the format out of this file; run beside it, and never over it. */
export function convertCommand(fileName: string, diskFormat: string): string {
  const format = diskFormat in targets ? diskFormat : 'qcow2'
  const plain = `${proposeImageName(fileName)}.${format}`
  // On many disks upper and lower case are the same file.
  const target = plain.toLowerCase() === fileName.normalize('NFC').toLowerCase() ? `${proposeImageName(fileName)}-whole.${format}` : plain
  return `qemu-img convert ${targets[format]} ${shellWord(fileName)} ${shellWord(target)}`
}

/** A file name for the shell, quoted where it has to be, and never taken for an option or, by QEMU, for a protocol. */
export function shellWord(name: string): string {
  const plain = name.startsWith('-') || name.includes(':') ? `./${name}` : name
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`
}
