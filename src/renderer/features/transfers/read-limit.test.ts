import { expect, test } from 'vitest'
import { readLimit } from './read-limit.ts'

test.each([
  ['', null],
  ['  ', null],
  ['5', 5_000_000],
  ['0.5', 500_000],
  ['0,5', 500_000],
  ['.25', 250_000],
  ['0.001', 1000],
  ['0.0001', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['1e99', undefined],
  ['99999999999999999999', undefined],
  ['five', undefined],
])('%j is %s bytes a second', (text, bytes) => {
  expect(readLimit(text)).toBe(bytes)
})
