import { describe, expect, it } from 'vitest'
import {
  bytesQuantity,
  formatBytes,
  formatBytesOf,
  formatDuration,
  formatExactBytes,
  formatPercent,
  formatRate,
  formatRoughBytes,
  formatTimeLeft,
  groupDigest,
} from './units.ts'

/** With plain spaces, to be read. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [64_500, '64.5 kB'],
    [20_700_000, '20.7 MB'],
    [497_300_000, '497.3 MB'],
    [999_949_999, '999.9 MB'],
    [999_950_000, '1.00 GB'],
    [1_618_000_000, '1.62 GB'],
    [9_820_000_000, '9.82 GB'],
    [9_996_000_000, '10.0 GB'],
    [84_300_000_000, '84.3 GB'],
    [2 ** 53 - 1, '9.01 PB'],
  ])('%d is %s', (bytes, text) => expect(plain(formatBytes(bytes))).toBe(text))

  it('never parts a number from its unit', () => expect(formatBytes(20_700_000)).toBe('20.7\u00a0MB'))
  it('says nothing of what is no size', () => {
    expect(bytesQuantity(Number.NaN)).toEqual({ value: '–', unit: '' })
    expect(formatBytes(-1)).toBe('–')
  })
  it('gives the exact value for hovering', () => {
    expect(formatExactBytes(618_201_088)).toBe('618,201,088 bytes')
    expect(formatExactBytes(1)).toBe('1 byte')
  })
  it.each([
    [214_300_000_000, '214 GB'],
    [99_400_000_000, '99.4 GB'],
  ])('room on a disk: %d is %s', (bytes, text) => expect(plain(formatRoughBytes(bytes))).toBe(text))
})

describe('a part of a whole', () => {
  it.each([
    [5_360_000_000, 11_400_000_000, '5.36 of 11.4 GB'],
    [59_900_000_000, 84_300_000_000, '59.9 of 84.3 GB'],
    [1_040_000_000, 1_040_000_000, '1.04 of 1.04 GB'],
    [0, 11_400_000_000, '0.00 of 11.4 GB'],
    [12, 500, '12 of 500 B'],
  ])('%d of %d is %s', (done, total, text) => expect(plain(formatBytesOf(done, total))).toBe(text))
  it.each([
    [47, 100, '47 %'],
    [999_999, 1_000_000, '99 %'],
    [1, 1, '100 %'],
    [0, 0, '100 %'],
  ])('%d of %d is %s', (done, total, text) => expect(plain(formatPercent(done, total))).toBe(text))
})

describe('rates and times', () => {
  it.each([
    [118_400_000, '118 MB/s'],
    [9_640_000, '9.6 MB/s'],
    [512, '512 B/s'],
  ])('%d bytes a second are %s', (rate, text) => expect(plain(formatRate(rate))).toBe(text))
  it.each([
    [0.4, '0.4 s'],
    [15, '15 s'],
    [89.4, '89 s'],
    [240, '4 min'],
    [5400, '1 h 30 min'],
    [7200, '2 h'],
    [-1, '–'],
  ])('%d seconds are %s', (seconds, text) => expect(plain(formatDuration(seconds))).toBe(text))
  it.each([
    [51, '51 s'],
    [240, '4 min'],
    [0.2, '1 s'],
    [6.7, '7 s'],
  ])('%d seconds left are %s', (seconds, text) => expect(plain(formatTimeLeft(seconds))).toBe(text))
})

it('a digest is read in groups of eight', () => {
  expect(groupDigest('8f2c1b7e4a905d36e17bc0f3925ad84e')).toBe('8f2c1b7e 4a905d36 e17bc0f3 925ad84e')
  expect(groupDigest('abc')).toBe('abc')
})
