import { expect, test } from 'vitest'
import { inSentence, oneLine } from './one-line.ts'

test.each([
  ['debian-13 <b>x</b> 💿', 'debian-13 <b>x</b> 💿'],
  ['two\nlines\r\nand\u2028more', 'two↵lines↵and↵more'],
  ['a\tb\u0000c\u007f', 'a⇥b␀c␡'],
  ['photo\u202egpj.exe\u2066', 'photogpj.exe'],
])('%j stands in one line as %j', (text, shown) => expect(oneLine(text)).toBe(shown))

test('a name that runs from right to left keeps to itself in a sentence', () => {
  expect(inSentence('תמונה-13')).toBe('\u2068תמונה-13\u2069')
  expect(inSentence('debian')).toBe('debian')
})
