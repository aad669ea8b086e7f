import { archives, documents } from './archives.ts'
import { otherDisks, qcow, vdi, vhd, vhdx, vmdk } from './disks.ts'
import { iso, kernels, raw } from './raw.ts'
import { type ImageReader, Look } from './reader.ts'
import { type FormatReport, type Found, reportOf } from './report.ts'

const HEAD = 64 * 1024

/**
 * What a file is, from its bytes and never from its name. A few bounded reads; never throws for what the bytes are, only for a disk that cannot
 * be read.
 */
export async function inspectImageFile(reader: ImageReader): Promise<FormatReport> {
  if (reader.size === 0) return reportOf({ format: 'empty', label: 'empty' })
  const look = new Look(reader)
  const head = await look.upTo(0, HEAD)
  // Formats with a magic of their own first; whatever only looks like a disk comes after, plain texts last.
  const found: Found | null =
    (await qcow(look, head)) ??
    (await vmdk(look, head)) ??
    (await vhdx(look, head)) ??
    vdi(head) ??
    otherDisks(head) ??
    (await archives(look, head)) ??
    (await iso(look)) ??
    (await vhd(look, head)) ??
    kernels(head) ??
    (await raw(look, head)) ??
    documents(head)
  if (found !== null) return reportOf(found)
  const zeros = head.length > 0 && head.every((byte) => byte === 0)
  return reportOf({
    format: zeros ? 'zeros' : 'unknown',
    label: zeros ? 'only zeros at its beginning' : 'no known structure',
    glanceDiskFormat: 'raw',
    virtualSize: reader.size,
  })
}
