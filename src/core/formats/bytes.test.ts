import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { inspectImageFile, partialReader } from './index.ts'
import { codes, has, ofBytes, reportOfFile, said } from './testing.ts'

const MIB = 1024 * 1024
const dir = mkdtempSync(join(tmpdir(), 'glancer-formats-'))
afterAll(() => rmSync(dir, { recursive: true }))

const look = (bytes: Uint8Array) => inspectImageFile(ofBytes(bytes))

function isoBytes({ bootable = false, sectors = 40 } = {}): Buffer {
  const bytes = Buffer.alloc(40 * 2048)
  const descriptor = (sector: number, type: number): Buffer => {
    const at = bytes.subarray(sector * 2048, (sector + 1) * 2048)
    at[0] = type
    at.write('CD001\x01', 1, 'latin1')
    return at
  }
  const primary = descriptor(16, 1)
  primary.write('DEBIAN_13'.padEnd(32), 40, 'latin1')
  primary.writeUInt32LE(sectors, 80)
  primary.writeUInt16LE(2048, 128)
  if (bootable) descriptor(17, 0).write('EL TORITO SPECIFICATION', 7, 'latin1')
  else descriptor(17, 2)
  descriptor(18, 255)
  return bytes
}

interface Partition {
  type: number
  start: number
  sectors: number
  active?: number
}

function mbr(partitions: Partition[], size = 8192): Buffer {
  const bytes = Buffer.alloc(size)
  for (const [n, { type, start, sectors, active = 0 }] of partitions.entries()) {
    const entry = bytes.subarray(446 + n * 16, 462 + n * 16)
    entry.set([active, 0, 2, 0, type])
    entry.writeUInt32LE(start, 8)
    entry.writeUInt32LE(sectors, 12)
  }
  bytes.writeUInt16LE(0xaa55, 510)
  return bytes
}

function gpt(size = 64 * 1024, sector = 512): Buffer {
  const bytes = mbr([{ type: 0xee, start: 1, sectors: size / sector - 1 }], size)
  const table = bytes.subarray(2 * sector, 2 * sector + 128 * 128)
  table.write('a partition, as far as a checksum cares')
  const header = bytes.subarray(sector, sector + 92)
  header.write('EFI PART\0\0\x01\0', 'latin1')
  header.writeUInt32LE(92, 12)
  header.writeBigUInt64LE(BigInt(size / sector - 1), 32)
  header.writeBigUInt64LE(2n, 72)
  header.writeUInt32LE(128, 80)
  header.writeUInt32LE(128, 84)
  header.writeUInt32LE(crc32(table), 88)
  header.writeUInt32LE(crc32(header), 16)
  return bytes
}

describe('discs', () => {
  test('an ISO, bootable or not', async () => {
    const plain = await look(isoBytes())
    expect(plain).toMatchObject({ label: 'ISO 9660', glanceDiskFormat: 'iso', details: { volumeId: 'DEBIAN_13' } })
    expect(said(plain, 'a.iso')).toEqual([])
    expect((await look(isoBytes({ bootable: true }))).label).toBe('ISO 9660, bootable')
  })

  test('a hybrid goes up as iso or raw; any other ISO as raw would not boot', async () => {
    const hybrid = isoBytes({ bootable: true })
    mbr([{ type: 0x83, start: 0, sectors: 160, active: 0x80 }], 512).copy(hybrid)
    const report = await look(hybrid)
    expect(report).toMatchObject({ label: 'ISO 9660, bootable', glanceDiskFormat: 'iso', details: { hybrid: true } })
    expect(said(report, 'a.iso', { size: hybrid.length })).toEqual([])
    expect(codes(said(report, 'a', { diskFormat: 'raw', size: hybrid.length }))).toEqual([])
    expect(codes(said(await look(isoBytes()), 'a', { diskFormat: 'raw' }))).toEqual(['format-differs'])
  })

  test('an ISO that is shorter than its volume is cut off', async () => {
    expect(codes(said(await look(isoBytes({ sectors: 41 })), 'a.iso'))).toEqual(['truncated'])
  })

  test('UDF', async () => {
    const bytes = Buffer.alloc(20 * 2048)
    for (const [n, id] of ['BEA01', 'NSR03', 'TEA01'].entries()) bytes.write(id, (16 + n) * 2048 + 1, 'latin1')
    expect(await look(bytes)).toMatchObject({ label: 'UDF', glanceDiskFormat: 'iso' })
    expect(codes(said(await look(bytes), 'a.iso'))).toEqual(['inspection'])
    expect(codes(said(await look(bytes), 'a', { diskFormat: 'raw' }))).toEqual(['format-differs'])
  })
})

describe('raw disks', () => {
  test('MBR', async () => {
    const report = await look(mbr([{ type: 0x83, start: 1, sectors: 15, active: 0x80 }]))
    expect(report).toMatchObject({ format: 'mbr', label: 'raw, MBR', glanceDiskFormat: 'raw', virtualSize: 8192, details: {} })
    expect(said(report, 'sda.raw', { size: 8192 })).toEqual([])
    expect(codes(said(await look(mbr([{ type: 0x83, start: 1, sectors: 16 }])), 'sda'))).toEqual(['truncated'])
  })

  test.each([512, 4096])('GPT with sectors of %i bytes', async (sector) => {
    const report = await look(gpt(128 * 1024, sector))
    expect(report).toMatchObject({ format: 'gpt', label: 'raw, GPT', glanceDiskFormat: 'raw', virtualSize: 128 * 1024, details: {} })
    expect(said(report, 'sda.raw', { size: 128 * 1024 })).toEqual([])
  })

  test('a GPT whose end is missing, or whose checksums are wrong', async () => {
    const whole = gpt()
    expect(codes(said(await look(whole.subarray(0, -512)), 'sda'))).toEqual(['truncated'])
    const header = Buffer.from(whole)
    header.writeUInt8(9, 512 + 40)
    expect(said(await look(header), 'sda')).toMatchObject([{ title: 'The checksum of its partition table (GPT) is wrong.' }])
    const table = Buffer.from(whole)
    table.writeUInt8(9, 1024)
    expect(said(await look(table), 'sda')).toMatchObject([{ title: 'The checksum of its partitions (GPT) is wrong.' }])
  })

  test('first sectors that newer clouds refuse', async () => {
    const beside = gpt()
    mbr([
      { type: 0xee, start: 1, sectors: 127 },
      { type: 0x83, start: 1, sectors: 1 },
    ]).copy(beside, 446, 446, 478)
    expect(said(await look(beside), 'sda')).toMatchObject([
      { code: 'inspection', detail: 'It has a GPT and other partitions beside it in its first sector.' },
    ])
    expect(await look(mbr([]))).toMatchObject({ label: 'raw, a boot sector' })
    expect(codes(said(await look(mbr([])), 'sda'))).toEqual(['inspection'])
    // Only bare images are inspected.
    expect(codes(said(await look(mbr([])), 'sda', { diskFormat: 'ami', containerFormat: 'ami' }))).toEqual([])
  })

  const systems: [label: string, program: string, args: string[]][] = [
    ['ext2', 'mkfs.ext2', ['-q']],
    ['ext3', 'mkfs.ext3', ['-q']],
    ['ext4', 'mkfs.ext4', ['-q']],
    ['XFS', 'mkfs.xfs', ['-q']],
    ['Btrfs', 'mkfs.btrfs', ['-q']],
    ['FAT', 'mkfs.vfat', []],
  ]
  for (const [name, program, args] of systems) {
    test.skipIf(!has(program))(`a bare file system made by ${program}`, async () => {
      const path = join(dir, name)
      const file = openSync(path, 'w')
      ftruncateSync(file, 320 * MIB)
      closeSync(file)
      execFileSync(program, [...args, path], { stdio: 'pipe' })
      const report = await reportOfFile(path)
      expect(report).toMatchObject({ label: `raw, a bare ${name} file system`, glanceDiskFormat: 'raw', virtualSize: 320 * MIB })
      expect(said(report, name)).toEqual([])
      const cut = partialReader({ size: 300 * MIB, head: readFileSync(path).subarray(0, MIB), tail: new Uint8Array() })
      expect(codes(said(await inspectImageFile(cut), name))).toEqual(['truncated'])
    })
  }

  test('the sizes that other file systems give', async () => {
    const of = (write: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.alloc(128 * 1024)
      write(bytes)
      return bytes
    }
    const xfs = (blocks: bigint): Buffer =>
      of((bytes) => {
        bytes.write('XFSB')
        bytes.writeUInt32BE(4096, 4)
        bytes.writeBigUInt64BE(blocks, 8)
      })
    const btrfs = (total: bigint, devices = 1n): Buffer =>
      of((bytes) => {
        bytes.write('_BHRfS_M', 65_600)
        bytes.writeBigUInt64LE(total, 65_648)
        bytes.writeBigUInt64LE(devices, 65_672)
      })
    const fat = (sectors: number): Buffer =>
      of((bytes) => {
        bytes.writeUInt16LE(512, 11)
        bytes[16] = 2
        bytes.writeUInt16LE(sectors, 19)
        bytes[21] = 0xf8
        bytes.write('FAT16   ', 54)
        bytes.writeUInt16LE(0xaa55, 510)
      })
    const squashfs = (used: bigint): Buffer =>
      of((bytes) => {
        bytes.write('hsqs')
        bytes.writeBigUInt64LE(used, 40)
      })
    for (const [name, whole, short] of [
      ['XFS', xfs(32n), xfs(33n)],
      ['Btrfs', btrfs(131_072n), btrfs(131_073n)],
      ['FAT', fat(256), fat(257)],
      ['SquashFS', squashfs(131_072n), squashfs(131_073n)],
    ] as const) {
      expect((await look(whole)).label).toBe(`raw, a bare ${name} file system`)
      expect(codes(said(await look(whole), 'a.raw')), name).toEqual([])
      expect(codes(said(await look(short), 'a.raw')), name).toEqual(['truncated'])
    }
    // One of several devices says only how much all of them hold.
    expect(codes(said(await look(btrfs(1_000_000n, 2n)), 'a.raw'))).toEqual([])
  })

  test('two bytes in the right place make no ext file system', async () => {
    const bytes = Buffer.alloc(4096)
    bytes.writeUInt16LE(0xef53, 1080)
    expect((await look(bytes)).format).toBe('unknown')
  })

  test('LUKS1 and LUKS2', async () => {
    const one = Buffer.alloc(4 * MIB)
    one.write('LUKS\xba\xbe\0\x01', 'latin1')
    one.writeUInt32BE(4096, 104)
    expect(await look(one)).toMatchObject({ label: 'LUKS1, encrypted', glanceDiskFormat: 'raw', virtualSize: 2 * MIB })
    expect(codes(said(await look(one), 'a.luks'))).toEqual(['luks'])
    const two = Buffer.alloc(4 * MIB)
    two.write('LUKS\xba\xbe\0\x02', 'latin1')
    two.writeBigUInt64BE(16_384n, 8)
    expect(codes(said(await look(two), 'a.luks'))).toEqual(['inspection', 'luks'])
  })

  test('random bytes and zeros', async () => {
    const bytes = randomBytes(4096)
    bytes.fill(0, 0, 8)
    bytes.writeUInt16LE(0, 510)
    const random = await look(bytes)
    expect(random).toMatchObject({ label: 'no known structure', glanceDiskFormat: 'raw', virtualSize: 4096 })
    expect(said(random, 'a.raw')).toEqual([])
    expect(codes(said(random, 'a.qcow2'))).toEqual(['name-differs'])
    expect(codes(said(random, 'a.qcow2', { diskFormat: 'qcow2' }))).toEqual(['format-differs'])
    expect(codes(said(random, 'a.raw', { size: 4095 }))).toEqual(['odd-size'])
    const zeros = await look(new Uint8Array(4096))
    expect(said(zeros, 'a')).toMatchObject([{ severity: 'note', code: 'zeros' }])
  })

  test('an empty file is refused', async () => {
    expect(said(await look(new Uint8Array()), 'a')).toMatchObject([{ severity: 'refuse', title: 'The file is empty.' }])
  })
})

describe('VHD and VMDK by hand', () => {
  function footer(kind: number, size: bigint): Buffer {
    const bytes = Buffer.alloc(512)
    bytes.write('conectix')
    bytes.writeBigUInt64BE(512n, 16)
    bytes.writeBigUInt64BE(size, 48)
    bytes.writeUInt32BE(kind, 60)
    bytes.writeUInt32BE(~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0, 64)
    return bytes
  }

  test('a fixed VHD is known by its footer, also where a browser gives only the ends', async () => {
    const tail = Buffer.concat([Buffer.alloc(1024), footer(2, 50_000_384n)])
    const report = await inspectImageFile(partialReader({ size: 50_000_896, head: new Uint8Array(MIB), tail }))
    expect(report).toMatchObject({ label: 'VHD, fixed', virtualSize: 50_000_384 })
    expect(report.details).not.toHaveProperty('damaged')
    expect(codes(said(report, 'a.vhd'))).toEqual(['inspection'])
    expect(codes(said(report, 'a.vhd', { diskFormat: 'raw' }))).toEqual(['format-differs'])
  })

  test('a differencing VHD names its parent', async () => {
    const header = Buffer.alloc(1024)
    header.write('cxsparse')
    Buffer.from('base.vhd', 'utf16le').swap16().copy(header, 64)
    const report = await look(Buffer.concat([footer(4, 1_048_576n), header, footer(4, 1_048_576n)]))
    expect(said(report, 'a.vhd')).toMatchObject([{ severity: 'refuse', title: 'It holds only the differences to base.vhd.' }])
    expect(said(report, 'a.vhd')[0]?.fix?.command).toBe('qemu-img convert -O vpc -o subformat=dynamic,force_size=on a.vhd a-whole.vhd')
  })

  test('a VHD whose checksum is wrong', async () => {
    const bytes = footer(3, 1_048_576n)
    bytes.writeUInt8(1, 80)
    expect(codes(said(await look(Buffer.concat([bytes, bytes])), 'a.vhd'))).toEqual(['damaged'])
  })

  test('a VMDK stream ends with a footer', async () => {
    const head = Buffer.alloc(1024)
    head.write('KDMV')
    head.writeUInt32LE(0x3_0001, 8)
    head.writeBigUInt64LE(2048n, 12)
    head.writeBigUInt64LE(1n, 28)
    head.writeBigUInt64LE(1n, 36)
    head.fill(0xff, 56, 64)
    head.write('createType="streamOptimized"\nparentCID=ffffffff\nRW 2048 SPARSE "a.vmdk"\n', 512)
    const end = Buffer.alloc(1536)
    end.writeUInt32LE(3, 12)
    end.write('KDMV', 512)
    const report = await look(Buffer.concat([head, end]))
    expect(report).toMatchObject({ label: 'VMDK, streamOptimized', virtualSize: MIB })
    expect(said(report, 'a.vmdk')).toEqual([])
    expect(codes(said(await look(Buffer.concat([head, end.subarray(0, 1024)])), 'a.vmdk'))).toEqual(['truncated'])
  })

  test('a VMDK of ESX is of a kind that newer clouds refuse', async () => {
    const bytes = Buffer.alloc(4096)
    bytes.write('COWD')
    bytes.writeUInt32LE(2048, 12)
    const report = await look(bytes)
    expect(report).toMatchObject({ label: 'VMDK, ESX sparse', virtualSize: MIB })
    expect(codes(said(report, 'a.vmdk'))).toEqual(['vmdk-kind'])
  })
})

describe('compressed files', () => {
  const qcow2 = Buffer.alloc(300_000, 'glancer ')
  qcow2.write('QFI\xfb\0\0\0\x03', 'latin1')

  test('gzip: what is inside, but no size, for it keeps none that can be trusted', async () => {
    const report = await look(gzipSync(qcow2))
    expect(report).toMatchObject({ label: 'gzip', glanceDiskFormat: 'qcow2', glanceContainerFormat: 'compressed' })
    expect(report.compressed).toEqual({ method: 'gzip', decompressedSize: null, innerHint: 'qcow2' })
    const bomb = await look(gzipSync(Buffer.alloc(64 * MIB)))
    expect(bomb.compressed?.innerHint).toBeNull()
    expect((await look(gzipSync(randomBytes(200_000)).subarray(0, 100_000))).compressed?.method).toBe('gzip')
  })

  test('zstd: its size where the one frame tells it', async () => {
    const one = zstdCompressSync(qcow2, { pledgedSrcSize: qcow2.length })
    expect((await look(one)).compressed).toEqual({ method: 'zstd', decompressedSize: 300_000, innerHint: 'qcow2' })
    const noise = randomBytes(100_000)
    const frame = zstdCompressSync(noise, { pledgedSrcSize: noise.length })
    expect((await look(Buffer.concat([frame, frame]))).compressed?.decompressedSize).toBeNull()
  })

  test.skipIf(!has('xz'))('xz: its size, also of several streams with padding', async () => {
    writeFileSync(join(dir, 'a'), Buffer.alloc(123_457, 'a'))
    const one = execFileSync('xz', ['-c', join(dir, 'a')])
    expect(await look(one)).toMatchObject({ label: 'xz', compressed: { method: 'xz', decompressedSize: 123_457, innerHint: null } })
    expect((await look(Buffer.concat([one, Buffer.alloc(8), one]))).compressed?.decompressedSize).toBe(246_914)
    const blocks = execFileSync('xz', ['-c', '--block-size=20000', join(dir, 'a')])
    expect((await look(blocks)).compressed?.decompressedSize).toBe(123_457)
    const cut = await look(one.subarray(0, one.length - 5))
    expect(cut.compressed?.decompressedSize).toBeNull()
    expect(codes(said(cut, 'a.xz', { containerFormat: 'bare' }))).toEqual(['compressed', 'truncated'])
  })

  test('lzip and lz4 by hand: a size where there is one member or frame only', async () => {
    const lzip = Buffer.concat([Buffer.from('LZIP\x01\x0c'), Buffer.alloc(40)])
    lzip.writeBigUInt64LE(77n, lzip.length - 16)
    lzip.writeBigUInt64LE(BigInt(lzip.length), lzip.length - 8)
    expect((await look(lzip)).compressed).toMatchObject({ method: 'lzip', decompressedSize: 77 })
    expect((await look(Buffer.concat([lzip, lzip]))).compressed).toMatchObject({ method: 'lzip', decompressedSize: null })
    const lz4 = Buffer.alloc(64)
    lz4.set([0x04, 0x22, 0x4d, 0x18, 0x68])
    lz4.writeBigUInt64LE(5000n, 6)
    expect((await look(lz4)).compressed).toMatchObject({ method: 'lz4', decompressedSize: 5000 })
  })

  for (const [program, method, size] of [
    ['bzip2', 'bzip2', null],
    ['lz4', 'lz4', null],
    ['lzip', 'lzip', 123_457],
  ] as const) {
    test.skipIf(!has(program))(`${method} as ${program} makes it`, async () => {
      writeFileSync(join(dir, 'b'), Buffer.alloc(123_457, 'b'))
      const bytes = execFileSync(program, ['-c', join(dir, 'b')], { stdio: ['ignore', 'pipe', 'ignore'] })
      expect((await look(bytes)).compressed).toEqual({ method, decompressedSize: size, innerHint: null })
    })
  }
})

describe('files that are no disks', () => {
  test.each([
    ['a web page (HTML)', '\n<!DOCTYPE html><html><title>404 Not Found</title>', 'web page (HTML)'],
    ['an error in XML', '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>', 'XML text'],
    ['an error in JSON', '{"error": {"code": 404}}', 'JSON text'],
    ['a checksum list', 'd41d8cd98f00b204e9800998ecf8427e  ubuntu.img\n', 'plain text'],
    ['text that is not ASCII', 'Zugriff verweigert: ungültig\n', 'plain text'],
    ['a PDF', '%PDF-1.7\n%\xff\xff\0', 'PDF document'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', 'Git LFS pointer'],
  ])('%s is named as that', async (_, text, label) => {
    const report = await look(Buffer.from(text))
    expect(report).toMatchObject({ label, glanceDiskFormat: null })
    expect(said(report, 'ubuntu.img')).toMatchObject([
      { severity: 'warn', code: 'document', title: `Not a disk: its first bytes say ${label}.` },
    ])
  })

  test('an OVA, and that it is no bare image', async () => {
    const tar = Buffer.alloc(1024)
    tar.write('machine.ovf')
    tar.write('ustar', 257)
    const report = await look(tar)
    expect(report).toMatchObject({ label: 'OVA', glanceContainerFormat: 'ova' })
    expect(said(report, 'm.ova')).toEqual([])
    expect(said(report, 'm.ova', { containerFormat: 'bare' })).toMatchObject([{ fix: { containerFormat: 'ova' } }])
    tar.write('readme.txt\0')
    expect(codes(said(await look(tar), 'm.tar'))).toEqual(['archive'])
  })

  test('archives, programs and kernels', async () => {
    expect(codes(said(await look(Buffer.from('PK\x03\x04abc')), 'a.zip'))).toEqual(['archive'])
    expect(codes(said(await look(Buffer.from('\x7fELF\x02\x01\x01\0')), 'a'))).toEqual(['program'])
    const kernel = Buffer.alloc(2048)
    kernel.write('HdrS', 514)
    kernel.writeUInt16LE(0xaa55, 510)
    expect(await look(kernel)).toMatchObject({ label: 'Linux kernel', glanceDiskFormat: 'aki', glanceContainerFormat: 'aki' })
    expect(said(await look(kernel), 'vmlinuz')).toEqual([])
    expect(codes(said(await look(kernel), 'vmlinuz', { containerFormat: 'bare' }))).toEqual(['formats-mixed'])
    expect(await look(Buffer.from('070701000'))).toMatchObject({ glanceDiskFormat: 'ari' })
  })
})
