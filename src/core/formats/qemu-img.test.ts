import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectImageFile, partialReader } from './index.ts'
import { codes, has, ofBytes, reportOfFile, said } from './testing.ts'

const dir = mkdtempSync(join(tmpdir(), 'glancer-formats-'))
afterAll(() => rmSync(dir, { recursive: true }))

const MIB = 1024 * 1024
const qemu = (...args: string[]): string => execFileSync('qemu-img', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
const create = (format: string, options: string, name: string, size: string): string =>
  qemu('create', '-q', '-f', format, ...(options === '' ? [] : ['-o', options]), name, size)

/** Every format and kind that qemu-img makes of its own: the format for qemu-img, its options, Glance's word, our label, what is said. */
const kinds: [format: string, options: string, glance: string | null, label: string, codes: string[]][] = [
  ['qcow2', '', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'compat=0.10', 'qcow2', 'qcow2 v2', []],
  ['qcow2', 'preallocation=metadata', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'preallocation=falloc', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'cluster_size=512', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'cluster_size=2M', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'refcount_bits=1', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'refcount_bits=64', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'compression_type=zstd', 'qcow2', 'qcow2 v3', []],
  ['qcow2', 'extended_l2=on,cluster_size=128k', 'qcow2', 'qcow2 v3', ['inspection']],
  ['qcow', '', null, 'qcow v1', ['old-format']],
  ['qed', '', null, 'QED', ['old-format']],
  ['vmdk', 'subformat=monolithicSparse', 'vmdk', 'VMDK, monolithicSparse', []],
  ['vmdk', 'subformat=streamOptimized', 'vmdk', 'VMDK, streamOptimized', []],
  ['vpc', 'subformat=dynamic', 'vhd', 'VHD, dynamic', []],
  ['vpc', 'subformat=fixed', 'vhd', 'VHD, fixed', ['inspection']],
  ['vpc', 'subformat=dynamic,force_size=on', 'vhd', 'VHD, dynamic', []],
  ['vhdx', 'subformat=dynamic', 'vhdx', 'VHDX', []],
  ['vhdx', 'subformat=fixed', 'vhdx', 'VHDX', []],
  ['vdi', '', 'vdi', 'VDI, dynamic', []],
  ['vdi', 'static=on', 'vdi', 'VDI, static', []],
  ['parallels', '', 'ploop', 'ploop', []],
]

describe.skipIf(!has('qemu-img'))('files that qemu-img makes', () => {
  beforeAll(() => writeFileSync(join(dir, 'data.raw'), randomBytes(6 * MIB + 512)))

  test.each(kinds)('%s %s, empty and with data', async (format, options, glance, label, expected) => {
    const name = `${format}-${options.replace(/\W/g, '-')}`
    create(format, options, `${name}.empty`, '64M')
    if (format !== 'parallels') {
      qemu('convert', '-f', 'raw', '-O', format, ...(options === '' ? [] : ['-o', options]), 'data.raw', `${name}.data`)
    }
    for (const file of [`${name}.empty`, ...(format === 'parallels' ? [] : [`${name}.data`])]) {
      const report = await reportOfFile(join(dir, file))
      expect(report).toMatchObject({ glanceDiskFormat: glance, label })
      expect(JSON.parse(qemu('info', '--output=json', '-f', format, file)), file).toMatchObject({ 'virtual-size': report.virtualSize })
      expect(codes(said(report, file)), file).toEqual(expected)
    }
  })

  test('compressed qcow2, whole as it is', async () => {
    writeFileSync(join(dir, 'text.raw'), Buffer.alloc(4 * MIB, 'glancer '))
    qemu('convert', '-c', '-f', 'raw', '-O', 'qcow2', 'text.raw', 'packed.qcow2')
    expect(codes(said(await reportOfFile(join(dir, 'packed.qcow2')), 'packed.qcow2'))).toEqual([])
  })

  test.each([
    ['qcow2', 'a copy'],
    ['vmdk', 'a copy'],
    ['vpc', 'a copy'],
    ['vhdx', 'a copy'],
    ['vdi', 'a copy'],
  ])('%s: %s that was cut off anywhere is called that', async (format, what) => {
    const whole = `whole.${format}`
    qemu('convert', '-f', 'raw', '-O', format, 'data.raw', whole)
    const bytes = readFileSync(join(dir, whole))
    for (const part of [0.5, 0.75, 0.9]) {
      const name = join(dir, `${what}.${format}`)
      writeFileSync(name, bytes.subarray(0, Math.floor(bytes.length * part)))
      const report = await reportOfFile(name)
      expect(codes(said(report, name)), `${part} of ${format}`).toContain('truncated')
    }
  })

  test('a stream-optimized VMDK that was cut off within its last grain', async () => {
    qemu('convert', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', 'data.raw', 'stream.vmdk')
    const path = join(dir, 'stream.vmdk')
    const bytes = readFileSync(path)
    const used = bytes.findLastIndex((byte) => byte !== 0) + 1
    writeFileSync(path, bytes.subarray(0, used - 4))
    expect(codes(said(await reportOfFile(path), 'stream.vmdk'))).toEqual(['truncated'])
  })

  test.each([
    ['qcow2', 'qcow2 v3 with a backing file', 'qcow2'],
    ['qcow', 'qcow v1 with a backing file', 'qcow2'],
    ['qed', 'QED with a backing file', 'qcow2'],
    ['vmdk', 'VMDK, monolithicSparse with a parent', 'vmdk -o subformat=streamOptimized'],
  ])('%s over a backing file is refused, with the command that mends it', async (format, label, target) => {
    qemu('create', '-q', '-f', format, `base.${format}`, '8M')
    const name = `it's a delta.${format}`
    qemu('create', '-q', '-f', format, '-b', `base.${format}`, '-F', format, name)
    const report = await reportOfFile(join(dir, name))
    expect(report).toMatchObject({ label, details: { backingFile: `base.${format}` } })
    const found = said(report, name)
    expect(found).toMatchObject([{ severity: 'refuse', code: 'backing-file', title: `It holds only the differences to base.${format}.` }])
    const ending = target.split(' ')[0]
    const whole = format === ending ? `-whole.${ending}` : `.${ending}`
    expect(found[0]?.fix?.command).toBe(`qemu-img convert -O ${target} 'it'\\''s a delta.${format}' 'it'\\''s a delta${whole}'`)
  })

  test('the command makes a file that is not refused', async () => {
    qemu('create', '-q', '-f', 'qcow2', 'floor.qcow2', '8M')
    qemu('create', '-q', '-f', 'qcow2', '-b', 'floor.qcow2', '-F', 'qcow2', "./bob's: 2.qcow2")
    const command = said(await reportOfFile(join(dir, "bob's: 2.qcow2")), "bob's: 2.qcow2")[0]?.fix?.command ?? ''
    execFileSync('sh', ['-c', command], { cwd: dir })
    expect(said(await reportOfFile(join(dir, "bob's: 2-whole.qcow2")), "bob's: 2-whole.qcow2")).toEqual([])
  })

  test.each(['data_file=outside.raw', 'data_file=outside.raw,data_file_raw=on'])(
    'a qcow2 with %s is refused and names the file',
    async (options) => {
      create('qcow2', options, 'split.qcow2', '8M')
      const report = await reportOfFile(join(dir, 'split.qcow2'))
      expect(report).toMatchObject({ label: 'qcow2 v3 with its data in another file', details: { dataFile: 'outside.raw' } })
      expect(said(report, 'split.qcow2')).toMatchObject([{ severity: 'refuse', code: 'data-file' }])
    },
  )

  test.each([
    ['monolithicFlat', 'flat-flat.vmdk'],
    ['twoGbMaxExtentFlat', 'flat-f001.vmdk'],
    ['twoGbMaxExtentSparse', 'flat-s001.vmdk'],
  ])('a VMDK descriptor (%s) is refused: its data is elsewhere', async (subformat, dataFile) => {
    create('vmdk', `subformat=${subformat}`, 'flat.vmdk', '8M')
    const report = await reportOfFile(join(dir, 'flat.vmdk'))
    expect(report).toMatchObject({ virtualSize: 8 * MIB, details: { dataFile, subformat } })
    expect(said(report, 'flat.vmdk')).toMatchObject([{ severity: 'refuse', code: 'data-file' }])
  })

  test('one part of a split VMDK is no disk that newer clouds take', async () => {
    create('vmdk', 'subformat=twoGbMaxExtentSparse', 'parts.vmdk', '8M')
    const report = await reportOfFile(join(dir, 'parts-s001.vmdk'))
    expect(report.label).toBe('VMDK, a part without a descriptor')
    expect(codes(said(report, 'parts-s001.vmdk'))).toEqual(['inspection'])
  })

  test('an encrypted qcow2 says so', async () => {
    const options = 'encrypt.format=aes,encrypt.key-secret=s'
    qemu('create', '-q', '--object', 'secret,id=s,data=glancer', '-f', 'qcow2', '-o', options, 'l.qcow2', '4M')
    const report = await reportOfFile(join(dir, 'l.qcow2'))
    expect(report.label).toBe('qcow2 v3, encrypted')
    expect(codes(said(report, 'l.qcow2'))).toEqual(['encrypted'])
  })

  test('LUKS is told from raw', async ({ skip }) => {
    try {
      const options = 'key-secret=s,iter-time=10'
      qemu('create', '-q', '--object', 'secret,id=s,data=glancer', '-f', 'luks', '-o', options, 'locked.luks', '4M')
    } catch (error) {
      // It times its own key derivation, which a busy machine makes impossible.
      skip(String(error).includes('accurate CPU usage'), 'qemu-img cannot measure the CPU now')
      throw error
    }
    const report = await reportOfFile(join(dir, 'locked.luks'))
    expect(report).toMatchObject({ label: 'LUKS1, encrypted', glanceDiskFormat: 'raw', virtualSize: 4 * MIB, details: { encrypted: true } })
    expect(codes(said(report, 'locked.luks'))).toEqual(['luks'])
  })

  test('a browser that gives the beginning and the end only is told the same', async () => {
    for (const [format, options] of kinds) {
      const name = `${format}-${options.replace(/\W/g, '-')}.${format === 'parallels' ? 'empty' : 'data'}`
      const bytes = readFileSync(join(dir, name))
      const whole = await reportOfFile(join(dir, name))
      const seen = await inspectImageFile(
        partialReader({ size: bytes.length, head: bytes.subarray(0, MIB), tail: bytes.subarray(-64 * 1024) }),
      )
      // VHDX may keep its metadata behind what a browser sends.
      expect({ ...seen, virtualSize: null }, name).toEqual({ ...whole, virtualSize: null })
      if (seen.virtualSize === null) expect(format, name).toBe('vhdx')
    }
  })

  test('cut at any length, every kind is looked at without a fault', async () => {
    for (const [format, options] of kinds) {
      const bytes = readFileSync(join(dir, `${format}-${options.replace(/\W/g, '-')}.empty`)).subarray(0, 3 * MIB)
      for (let length = 1; length < bytes.length; length = Math.ceil(length * 1.1)) {
        const report = await inspectImageFile(ofBytes(bytes.subarray(0, length)))
        expect(report.label).not.toBe('')
        said(report, 'a.raw')
      }
    }
  })
})
