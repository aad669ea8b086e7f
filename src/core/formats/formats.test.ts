import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type FormatReport,
  fileHandleReader,
  findings,
  type ImageReader,
  inspectImageFile,
  partialReader,
  proposeImageName,
} from './index.ts'

const dir = mkdtempSync(join(tmpdir(), 'glancer-formats-'))
afterAll(() => rmSync(dir, { recursive: true }))

const ofBytes = (bytes: Uint8Array): ImageReader => partialReader({ size: bytes.length, head: bytes, tail: new Uint8Array() })

async function ofFile(path: string): Promise<FormatReport> {
  const handle = await open(path)
  try {
    return await inspectImageFile(fileHandleReader(handle, (await handle.stat()).size))
  } finally {
    await handle.close()
  }
}

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined
const qemu = (...args: string[]): void => void execFileSync('qemu-img', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })

describe.skipIf(!has('qemu-img'))('files that qemu-img makes', () => {
  test.each([
    ['qcow2', '', 'qcow2', 'qcow2 v3'],
    ['qcow2', 'compat=0.10', 'qcow2', 'qcow2 v2'],
    ['qcow2', 'preallocation=metadata', 'qcow2', 'qcow2 v3'],
    ['vmdk', 'subformat=monolithicSparse', 'vmdk', 'VMDK, monolithicSparse'],
    ['vmdk', 'subformat=streamOptimized', 'vmdk', 'VMDK, streamOptimized'],
    ['vpc', 'subformat=dynamic', 'vhd', 'VHD, dynamic'],
    ['vpc', 'subformat=fixed', 'vhd', 'VHD, fixed'],
    ['vhdx', 'subformat=dynamic', 'vhdx', 'VHDX'],
    ['vhdx', 'subformat=fixed', 'vhdx', 'VHDX'],
    ['vdi', '', 'vdi', 'VDI, dynamic'],
    ['vdi', 'static=on', 'vdi', 'VDI, static'],
  ])('%s %s', async (format, options, glance, label) => {
    const name = `a-${format}-${options.replace(/\W/g, '-')}`
    qemu('create', '-q', '-f', format, ...(options === '' ? [] : ['-o', options]), name, '64M')
    const info: unknown = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', '-f', format, join(dir, name)]).toString())
    const report = await ofFile(join(dir, name))
    expect(report).toMatchObject({ glanceDiskFormat: glance, label })
    expect(info).toMatchObject({ 'virtual-size': report.virtualSize })
    // Glance looks for a VHD's header at the beginning only, where a fixed one has none.
    const said = options === 'subformat=fixed' && format === 'vpc' ? ['inspection'] : []
    const found = findings(report, { fileName: name, size: 1024, diskFormat: glance, containerFormat: 'bare' })
    expect(found.map((finding) => finding.code)).toEqual(said)
  })

  test('a qcow2 with a backing file is refused, with the command that mends it', async () => {
    qemu('create', '-q', '-f', 'qcow2', 'base.qcow2', '8M')
    qemu('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', "it's a delta.qcow2")
    const report = await ofFile(join(dir, "it's a delta.qcow2"))
    expect(report).toMatchObject({ label: 'qcow2 v3 with a backing file', details: { backingFile: 'base.qcow2' } })
    const found = findings(report, { fileName: "it's a delta.qcow2", size: 1, diskFormat: 'qcow2', containerFormat: 'bare' })
    expect(found).toMatchObject([{ severity: 'refuse', title: 'It holds only the differences to base.qcow2.' }])
    expect(found[0]?.fix?.command).toBe(`qemu-img convert -O qcow2 'it'\\''s a delta.qcow2' 'it'\\''s a delta-whole.qcow2'`)
  })

  test('a qcow2 whose data is in another file is refused and names it', async () => {
    qemu('create', '-q', '-f', 'qcow2', '-o', 'data_file=data.raw', 'split.qcow2', '8M')
    expect(await ofFile(join(dir, 'split.qcow2'))).toMatchObject({ details: { dataFile: 'data.raw' } })
  })

  test('a VMDK descriptor is refused', async () => {
    qemu('create', '-q', '-f', 'vmdk', '-o', 'subformat=monolithicFlat', 'flat.vmdk', '8M')
    const report = await ofFile(join(dir, 'flat.vmdk'))
    expect(report).toMatchObject({ virtualSize: 8 * 1024 * 1024, details: { dataFile: 'flat-flat.vmdk', subformat: 'monolithicFlat' } })
    expect(findings(report, { fileName: 'flat.vmdk', size: 1, diskFormat: 'vmdk', containerFormat: 'bare' })).toMatchObject([
      { severity: 'refuse' },
    ])
  })

  test('LUKS is told from raw', async () => {
    qemu('create', '-q', '--object', 'secret,id=s,data=x', '-f', 'luks', '-o', 'key-secret=s,iter-time=200', 'locked.luks', '4M')
    expect(await ofFile(join(dir, 'locked.luks'))).toMatchObject({ format: 'luks', details: { encrypted: true } })
  })

  test('every beginning of a real file is looked at without a fault', async () => {
    for (const [format, name] of [
      ['qcow2', 't.qcow2'],
      ['vmdk', 't.vmdk'],
      ['vhdx', 't.vhdx'],
      ['vpc', 't.vhd'],
    ] as const) {
      qemu('create', '-q', '-f', format, name, '8M')
      const handle = await open(join(dir, name))
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(70_000), 0, 70_000, 0)
      await handle.close()
      for (let length = 1; length < bytesRead; length = Math.ceil(length * 1.1)) {
        expect((await inspectImageFile(ofBytes(buffer.subarray(0, length)))).label).not.toBe('')
      }
    }
  })
})

function isoBytes({ bootable = false } = {}): Buffer {
  const bytes = Buffer.alloc(40 * 2048)
  const descriptor = (sector: number, type: number): Buffer => {
    const at = bytes.subarray(sector * 2048, (sector + 1) * 2048)
    at[0] = type
    at.write('CD001\x01', 1, 'latin1')
    return at
  }
  descriptor(16, 1).write('DEBIAN_13'.padEnd(32), 40, 'latin1')
  if (bootable) descriptor(17, 0).write('EL TORITO SPECIFICATION', 7, 'latin1')
  descriptor(18, 255)
  return bytes
}

function mbrBytes(size = 4096): Buffer {
  const bytes = Buffer.alloc(size)
  bytes[446] = 0x80
  bytes[450] = 0x83
  bytes.writeUInt32LE(2048, 454)
  bytes.writeUInt32LE(4096, 458)
  bytes.writeUInt16LE(0xaa55, 510)
  return bytes
}

describe('files by their bytes', () => {
  test('an ISO, bootable or not, also where it is a hybrid with an MBR', async () => {
    expect(await inspectImageFile(ofBytes(isoBytes()))).toMatchObject({
      label: 'ISO 9660',
      glanceDiskFormat: 'iso',
      details: { volumeId: 'DEBIAN_13' },
    })
    const hybrid = isoBytes({ bootable: true })
    mbrBytes(512).copy(hybrid)
    const report = await inspectImageFile(ofBytes(hybrid))
    expect(report).toMatchObject({ label: 'ISO 9660, bootable', glanceDiskFormat: 'iso' })
    expect(findings(report, { fileName: 'a.iso', size: hybrid.length, diskFormat: 'raw', containerFormat: 'bare' })).toEqual([])
  })

  test('raw disks by their partition table or file system', async () => {
    expect(await inspectImageFile(ofBytes(mbrBytes()))).toMatchObject({ label: 'raw, MBR', glanceDiskFormat: 'raw', virtualSize: 4096 })
    const gpt = mbrBytes()
    gpt.write('EFI PART', 512, 'latin1')
    expect(await inspectImageFile(ofBytes(gpt))).toMatchObject({ label: 'raw, GPT' })
    const ext4 = Buffer.alloc(4096)
    ext4.writeUInt32LE(16, 1024)
    ext4.writeUInt32LE(0x40, 1120)
    ext4.writeUInt16LE(0xef53, 1080)
    expect(await inspectImageFile(ofBytes(ext4))).toMatchObject({ label: 'raw, a bare ext4 file system' })
  })

  test('an OVA, and that it is no bare image', async () => {
    const tar = Buffer.alloc(1024)
    tar.write('machine.ovf')
    tar.write('ustar', 257)
    const report = await inspectImageFile(ofBytes(tar))
    expect(report).toMatchObject({ label: 'OVA', glanceContainerFormat: 'ova' })
    expect(findings(report, { fileName: 'm.ova', size: 1024, diskFormat: 'vmdk', containerFormat: 'bare' })).toMatchObject([
      { fix: { containerFormat: 'ova' } },
    ])
  })

  test('compressed files, with their size where they tell it', async () => {
    const bytes = Buffer.alloc(300_000, 'glancer ')
    expect(await inspectImageFile(ofBytes(gzipSync(bytes)))).toMatchObject({ compressed: { method: 'gzip', decompressedSize: null } })
    const zstd = zstdCompressSync(bytes, { pledgedSrcSize: bytes.length })
    expect(await inspectImageFile(ofBytes(zstd))).toMatchObject({ compressed: { method: 'zstd', decompressedSize: 300_000 } })
  })

  test.skipIf(!has('xz'))('xz tells its size, also of several streams with padding', async () => {
    writeFileSync(join(dir, 'a'), Buffer.alloc(123_457, 'a'))
    const one = execFileSync('xz', ['-c', join(dir, 'a')])
    expect(await inspectImageFile(ofBytes(one))).toMatchObject({ compressed: { method: 'xz', decompressedSize: 123_457 } })
    expect(await inspectImageFile(ofBytes(Buffer.concat([one, Buffer.alloc(8), one])))).toMatchObject({
      compressed: { decompressedSize: 246_914 },
    })
    expect(await inspectImageFile(ofBytes(one.subarray(0, one.length - 5)))).toMatchObject({ compressed: { decompressedSize: null } })
  })

  test('a saved error page is named as that', async () => {
    const page = Buffer.from('\n<!DOCTYPE html><html><title>404 Not Found</title>')
    const report = await inspectImageFile(ofBytes(page))
    expect(findings(report, { fileName: 'ubuntu.img', size: page.length, diskFormat: 'raw', containerFormat: 'bare' })).toMatchObject([
      { severity: 'warn', title: 'Not a disk: its first bytes say web page (HTML).' },
    ])
  })

  test('an empty file is refused, a disk of zeros is not', async () => {
    const empty = await inspectImageFile(ofBytes(new Uint8Array()))
    expect(findings(empty, { fileName: 'a', size: 0, diskFormat: 'raw', containerFormat: 'bare' })).toMatchObject([
      { severity: 'refuse', title: 'The file is empty.' },
    ])
    const zeros = await inspectImageFile(ofBytes(new Uint8Array(4096)))
    expect(findings(zeros, { fileName: 'a', size: 4096, diskFormat: 'raw', containerFormat: 'bare' })).toMatchObject([{ severity: 'note' }])
  })

  test('a browser gives only the head and the tail: a fixed VHD is known by its footer', async () => {
    const footer = Buffer.alloc(512)
    footer.write('conectix')
    footer.writeBigUInt64BE(1_048_576n, 48)
    footer.writeUInt32BE(2, 60)
    const size = 50_000_000
    const tail = Buffer.concat([Buffer.alloc(1024), footer])
    const report = await inspectImageFile(partialReader({ size, head: new Uint8Array(1024 * 1024), tail }))
    expect(report).toMatchObject({ label: 'VHD, fixed', virtualSize: 1_048_576 })
  })
})

test('the mock: named raw, but qcow2 inside', async () => {
  const head = Buffer.alloc(104)
  head.writeUInt32BE(0x514649fb, 0)
  head.writeUInt32BE(3, 4)
  head.writeBigUInt64BE(20_000_000_000n, 24)
  const report = await inspectImageFile(ofBytes(head))
  expect(report).toMatchObject({ label: 'qcow2 v3', virtualSize: 20_000_000_000 })
  expect(findings(report, { fileName: 'webapp-golden-2026-11.raw', size: 104, diskFormat: 'raw', containerFormat: 'bare' })[0]).toEqual({
    severity: 'warn',
    code: 'format-differs',
    title: 'Named .raw, but its first bytes say qcow2.',
    detail: 'Registered as raw it would be stored without complaint and would not boot.',
    fix: { label: 'Use qcow2', diskFormat: 'qcow2' },
  })
})

test('whatever the bytes are, a look ends with words, reads little and never throws', async () => {
  const magics = [
    [],
    [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3],
    [...Buffer.from('KDMV')],
    [...Buffer.from('vhdxfile')],
    [...Buffer.from('conectix')],
    [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
    [0x28, 0xb5, 0x2f, 0xfd],
    [...Buffer.from('# Disk DescriptorFile\n')],
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...magics),
      fc.uint8Array({ maxLength: 3000 }),
      fc.nat({ max: 2 ** 40 }),
      async (magic, rest, extra) => {
        const bytes = Uint8Array.from([...magic, ...rest])
        let read = 0
        // A file far larger than what can be looked at: offsets in the header may point anywhere in it.
        const reader: ImageReader = {
          size: bytes.length + extra,
          read: async (offset, length) => {
            read += length
            const piece = Buffer.alloc(length)
            Buffer.from(bytes)
              .subarray(offset, offset + length)
              .copy(piece)
            return piece
          },
        }
        const report = await inspectImageFile(reader)
        expect(report.label).not.toBe('')
        expect(read).toBeLessThanOrEqual(4 * 1024 * 1024)
        if (report.virtualSize !== null) expect(Number.isSafeInteger(report.virtualSize)).toBe(true)
        for (const finding of findings(report, { fileName: 'x', size: bytes.length, diskFormat: 'raw', containerFormat: 'bare' }))
          expect(finding.title).not.toMatch(/undefined|null|NaN/)
      },
    ),
    { numRuns: 400 },
  )
})

test.each([
  ['ubuntu-24.10-server-cloudimg-amd64.qcow2', 'ubuntu-24.10-server-cloudimg-amd64'],
  ['fedora-coreos-42.20261025.3.0-openstack.x86_64.qcow2.xz', 'fedora-coreos-42.20261025.3.0-openstack.x86_64'],
  ['debian-13.2.0-amd64-netinst.iso', 'debian-13.2.0-amd64-netinst'],
  ['.qcow2', '.qcow2'],
  ['  ', 'image'],
  ['archive.tar.gz', 'archive.tar'],
  [`${'ü'.repeat(300)}.raw`, 'ü'.repeat(255)],
])('%s is proposed as %s', (fileName, name) => {
  expect(proposeImageName(fileName)).toBe(name)
})
