import fc from 'fast-check'
import { expect, test } from 'vitest'
import { knownContainerFormats, knownDiskFormats } from '../../shared/domain.ts'
import { findings, type ImageReader, inspectImageFile } from './index.ts'
import { LOOK_BUDGET } from './reader.ts'

const text = (value: string, at = 0): [number, number[]] => [at, [...Buffer.from(value, 'latin1')]]

/** The marks by which each format is known, each at its place: what follows them is up to chance. */
const marks: [at: number, bytes: number[]][] = [
  [0, []],
  text('QFI\xfb\0\0\0\x01'),
  text('QFI\xfb\0\0\0\x02'),
  text('QFI\xfb\0\0\0\x03'),
  text('QED\0'),
  text('KDMV'),
  text('COWD'),
  text('# Disk DescriptorFile\n'),
  text('vhdxfile'),
  text('conectix'),
  [64, [0x7f, 0x10, 0xda, 0xbe]],
  text('WithouFreSpacExt'),
  text('LUKS\xba\xbe\0\x01'),
  text('LUKS\xba\xbe\0\x02'),
  text('\x1f\x8b\x08'),
  text('\xfd7zXZ\0'),
  text('\x28\xb5\x2f\xfd'),
  text('\x04\x22\x4d\x18'),
  text('LZIP\x01'),
  text('\x5d\0\0'),
  text('BZh91AY&SY'),
  text('ustar', 257),
  text('MZ'),
  text('HdrS', 514),
  text('\x55\xaa', 510),
  text('\x55\xaaEFI PART\0\0\x01\0\x5c\0\0\0', 510),
  text('\x53\xef', 1080),
  text('XFSB'),
  text('<html>'),
]

/** A file far larger than what is looked at, with the bytes repeated all over it, so that offsets of the header find something anywhere. */
function hostile(bytes: Uint8Array, size: number, reach: (offset: number) => boolean): { reader: ImageReader; read: () => number } {
  let read = 0
  return {
    read: () => read,
    reader: {
      size,
      read: async (offset, length) => {
        if (offset < 0 || length < 0 || offset + length > size) throw new Error(`a read at ${offset} of ${length} bytes`)
        if (!reach(offset)) return null
        read += length
        const piece = Buffer.alloc(length)
        for (let at = 0; at < Math.min(length, 8192); at++) piece[at] = bytes[(offset + at) % bytes.length] ?? 0
        return piece
      },
    },
  }
}

test('whatever the bytes are, a look ends with words, reads little and never throws', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...marks),
      fc.uint8Array({ minLength: 8, maxLength: 3000 }),
      fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 31 - 1 }), fc.maxSafeNat()),
      fc.boolean(),
      async ([at, mark], rest, extra, partial) => {
        const bytes = new Uint8Array(Math.max(rest.length, at + mark.length))
        bytes.set(rest)
        bytes.set(mark, at)
        const { reader, read } = hostile(bytes, Math.max(1, extra), (offset) => !partial || offset < 1024 * 1024)
        const report = await inspectImageFile(reader)
        expect(report.label).not.toBe('')
        expect(JSON.parse(JSON.stringify(report))).toEqual(report)
        expect(read()).toBeLessThanOrEqual(LOOK_BUDGET)
        for (const size of [report.virtualSize, report.compressed?.decompressedSize ?? null]) {
          if (size !== null) expect(Number.isSafeInteger(size) && size >= 0).toBe(true)
        }
        for (const diskFormat of knownDiskFormats) {
          for (const containerFormat of knownContainerFormats) {
            for (const { title, detail, fix } of findings(report, {
              fileName: '$(x).raw',
              size: reader.size,
              diskFormat,
              containerFormat,
            })) {
              expect(`${title} ${detail}`).not.toMatch(/undefined|null|NaN|\n/)
              if (fix?.command !== undefined) expect(fix.command).toMatch(/^qemu-img convert .*'\$\(x\)\.raw' '\$\(x\)/)
            }
          }
        }
      },
    ),
    { numRuns: 600 },
  )
}, 60_000)

test('sizes that no disk has are said, not shown', async () => {
  const qcow2 = Buffer.alloc(70_000)
  qcow2.write('QFI\xfb\0\0\0\x03', 'latin1')
  qcow2.fill(0xff, 24, 32)
  const report = await inspectImageFile({ size: qcow2.length, read: async (offset, length) => qcow2.subarray(offset, offset + length) })
  expect(report.virtualSize).toBeNull()
  expect(
    findings(report, { fileName: 'a.qcow2', size: qcow2.length, diskFormat: 'qcow2', containerFormat: 'bare' }).map(({ code }) => code),
  ).toContain('absurd-size')
})

test('a disk that cannot be read is not called by a format', async () => {
  const broken: ImageReader = { size: 100, read: () => Promise.reject(new Error('EIO: i/o error, read')) }
  await expect(inspectImageFile(broken)).rejects.toThrow('EIO')
})
