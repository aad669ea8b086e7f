import { archive } from './archives.ts'
import { bootFile } from './boot-files.ts'
import { compressed } from './compressed.ts'
import { document } from './documents.ts'
import { filesystem } from './filesystems.ts'
import { insideHead } from './inner.ts'
import { luks } from './luks.ts'
import { optical } from './optical.ts'
import { partitioned, tableFault } from './partitions.ts'
import { qemu } from './qcow.ts'
import { type ImageReader, Look, partialReader } from './reader.ts'
import { type FormatReport, type Found, reportOf } from './report.ts'
import { ploop, vdi } from './vdi.ts'
import { vhd } from './vhd.ts'
import { vhdx } from './vhdx.ts'
import { vmdk } from './vmdk.ts'

/** As far as the farthest magic that is looked for at a fixed place near the beginning: Btrfs' superblock at 64 KiB. */
const HEAD = 68 * 1024

/**
 * What a file is, from its bytes and never from its name. A few bounded reads (`LOOK_BUDGET` in sum); never throws for what the bytes are, only
 * for a disk that cannot be read.
 */
export async function inspectImageFile(reader: ImageReader): Promise<FormatReport> {
  if (reader.size === 0) return reportOf({ format: 'empty', label: 'empty' })
  const look = new Look(reader)
  const bytes = await look.upTo(0, HEAD)
  if (bytes.length === 0) return reportOf({ format: 'unread', label: 'not read', glanceDiskFormat: 'raw' })
  const report = reportOf((await detect(look, bytes)) ?? shapeless(bytes, look.size))
  if (report.compressed === null) return report
  const hint = await inside(report.compressed, bytes)
  return { ...report, glanceDiskFormat: hint, compressed: { ...report.compressed, innerHint: hint } }
}

/** Formats with a magic of their own first; whatever only looks like a disk comes after, plain texts last. */
async function detect(look: Look, bytes: Buffer): Promise<Found | null> {
  // Padded, so that a file that ends within its header reads as zeros there.
  const head = Buffer.alloc(HEAD)
  bytes.copy(head)
  return (
    (await qemu(look, head)) ??
    (await vmdk(look, head)) ??
    (await vhdx(look, head)) ??
    vdi(look, head) ??
    ploop(look, head) ??
    luks(look, head) ??
    (await compressed(look, head)) ??
    archive(head) ??
    (await optical(look, head)) ??
    (await vhd(look, head)) ??
    bootFile(head) ??
    (await partitioned(look, head)) ??
    filesystem(look, head) ??
    bootSector(look, head) ??
    document(bytes)
  )
}

/** A boot loader, perhaps, without anything that is known behind it. */
function bootSector(look: Look, head: Buffer): Found | null {
  const fault = tableFault(head)
  return fault === null
    ? null
    : {
        format: 'boot-sector',
        label: 'raw, a boot sector',
        glanceDiskFormat: 'raw',
        virtualSize: look.size,
        details: { inspectionFails: fault },
      }
}

function shapeless(bytes: Buffer, size: number): Found {
  const zeros = bytes.every((byte) => byte === 0)
  return {
    format: zeros ? 'zeros' : 'unknown',
    label: zeros ? 'only zeros at its beginning' : 'no known structure',
    glanceDiskFormat: 'raw',
    virtualSize: size,
  }
}

/** The disk format of what a compressed file holds; null where that cannot be told. */
async function inside(packed: NonNullable<FormatReport['compressed']>, bytes: Buffer): Promise<string | null> {
  const head = await insideHead(packed.method, bytes)
  if (head === null) return null
  // Of the inside only the beginning is here: where its length is not known, anything behind it is out of reach.
  const size = Math.max(packed.decompressedSize ?? Number.MAX_SAFE_INTEGER, head.length)
  const found = await detect(new Look(partialReader({ size, head, tail: new Uint8Array() })), head)
  return found?.compressed == null ? (found?.glanceDiskFormat ?? null) : null
}
