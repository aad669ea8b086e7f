import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberedFileName, safeFileName } from './safe-file-name.ts'

test.each([
  ['ubuntu-24.04', 'qcow2', 'ubuntu-24.04.qcow2'],
  ['ubuntu-24.04.qcow2', 'qcow2', 'ubuntu-24.04.qcow2'],
  ['Windows Server 2025', 'vhdx', 'Windows Server 2025.vhdx'],
  ['../../etc/passwd', 'raw', '_.._etc_passwd.raw'],
  ['..', 'raw', 'the-id.raw'],
  ['', 'raw', 'the-id.raw'],
  ['///', 'raw', 'the-id.raw'],
  ['con', null, '_con'],
  ['a\nb\u202etxt', 'iso', 'a_b_txt.iso'],
  ['image', '../x', 'image'],
])('%j with format %j is saved as %j', (name, format, expected) => {
  expect(safeFileName(name, 'the-id', format)).toBe(expected)
})

test('whatever an image is called, its file name stays in its folder and fits the disk', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.option(fc.string({ maxLength: 12 })), (name, format) => {
      const fileName = safeFileName(name, 'the-id', format)
      expect([...fileName].filter((character) => character < ' ' || character === '/' || character === '\\')).toEqual([])
      expect(['', '.', '..']).not.toContain(fileName)
      expect(Buffer.byteLength(fileName)).toBeLessThanOrEqual(236)
      expect(fileName).not.toMatch(/[. ]$/)
    }),
  )
})

test('a second file of the same name gets a number before its ending', () => {
  expect(numberedFileName('a.qcow2', 2)).toBe('a (2).qcow2')
  expect(numberedFileName('a', 3)).toBe('a (3)')
})
