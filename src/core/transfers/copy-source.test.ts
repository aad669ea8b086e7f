import { expect, test } from 'vitest'
import type { Image } from '../../shared/domain.ts'
import { mustBeSameData, mustHaveData, sourceData } from './copy-source.ts'
import { image } from './testing/fakes.ts'

test.each<[string, Partial<Image>]>([
  ['size', { size: 11 }],
  ['MD5', { checksum: 'ab' }],
  ['digest', { hashValue: 'bc' }],
  ['kind of digest', { hashAlgorithm: 'sha256' }],
])('data with another %s is other data', (_, change) => {
  const before = image({ size: 10 })
  expect(() => mustBeSameData(sourceData(before, 10), { ...before, ...change }, 'there')).toThrow('has other data in there')
})

test('what only describes the image may change while it is copied', () => {
  const before = image({ size: 10 })
  mustBeSameData(sourceData(before, 10), { ...before, name: 'renamed', tags: ['x'], updatedAt: 'later' }, 'there')
})

test.each<[string, Partial<Image>, string]>([
  ['deactivated', { status: 'deactivated' }, 'deactivated'],
  ['queued', { status: 'queued' }, 'no-data'],
  ['empty', { size: 0 }, 'no-data'],
])('an image that is %s has no data to copy', (_, fields, code) => {
  expect(() => mustHaveData(image(fields), 'there')).toThrow(expect.objectContaining({ code }))
})
