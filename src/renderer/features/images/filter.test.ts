import { describe, expect, it } from 'vitest'
import type { Image } from '../../../shared/domain.ts'
import type { Filters } from '../../../shared/image-table.ts'
import { sampleCloud, sampleImage } from '../../testing/samples.ts'
import { anyFilter, countValues, filterWords, inScope, matcher, noFilters, scopeCounts, valueLabel } from './filter.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const matches = (image: Image, filters: Partial<Filters>, search = ''): boolean => matcher({ ...noFilters, ...filters }, search, now)(image)

describe('matches', () => {
  const image = sampleImage({ id: '3F1C', name: 'Ubuntu-24.04', tags: ['lts', 'golden'], diskFormat: 'qcow2' })
  it('finds words in name, id and tags, whatever their case', () => {
    expect(matches(image, {}, ' ubuntu GOLD  3f1c')).toBe(true)
    expect(matches(image, {}, 'ubuntu debian')).toBe(false)
  })
  it('does not find a word across two tags', () => expect(matches(image, {}, 'ltsgolden')).toBe(false))
  it('takes values of one filter as alternatives, and filters together', () => {
    expect(matches(image, { format: ['raw', 'qcow2'] })).toBe(true)
    expect(matches(image, { format: ['raw', 'qcow2'], status: ['queued'] })).toBe(false)
    expect(matches(image, { tag: ['lts'] })).toBe(true)
  })
  it('an image without a format has none of them', () => {
    expect(matches(sampleImage({ diskFormat: null }), { format: ['raw'] })).toBe(false)
  })
})

describe('filters by what Glance has many of', () => {
  it('owner and store', () => {
    const image = sampleImage({ owner: 'p1', stores: ['ceph', 'fast'] })
    expect(matches(image, { owner: ['p1'], store: ['slow', 'fast'] })).toBe(true)
    expect(matches(image, { owner: ['p2'] })).toBe(false)
    expect(matches(sampleImage({ owner: null }), { owner: ['p1'] })).toBe(false)
  })
  it('sizes: ranges with both ends, open ones, and no data', () => {
    const sized = (size: number | null, ...values: string[]): boolean => matches(sampleImage({ size }), { size: values })
    expect(sized(100, '100..200')).toBe(true)
    expect(sized(201, '100..200')).toBe(false)
    expect(sized(201, '100..200', '200..')).toBe(true)
    expect(sized(null, '0..')).toBe(false)
    expect(sized(null, 'none')).toBe(true)
  })
  it('times: the last days, before them, days of the calendar; a time that is none is in no span', () => {
    const updated = (updatedAt: string, value: string): boolean => matches(sampleImage({ updatedAt }), { updated: [value] })
    expect(updated('2026-11-22T00:00:00Z', '7d')).toBe(true)
    expect(updated('2026-11-20T00:00:00Z', '7d')).toBe(false)
    expect(updated('2026-11-20T00:00:00Z', 'older:7d')).toBe(true)
    expect(updated('2026-11-20T12:00:00Z', '2026-11-20..2026-11-20')).toBe(true)
    expect(updated('', 'older:7d')).toBe(false)
  })
  it('says them in words', () => {
    expect(valueLabel('size', '1000000000..10000000000', undefined)).toBe('1\u00a0GB to 10\u00a0GB')
    expect(valueLabel('size', '0..100000000', undefined)).toBe('up to 100\u00a0MB')
    expect(valueLabel('updated', '7d', undefined)).toBe('in the last 7 days')
    expect(valueLabel('created', 'older:365d', undefined)).toBe('more than a year ago')
    expect(valueLabel('updated', '2026-11-01..', undefined)).toBe('from 2026-11-01')
    expect(valueLabel('owner', 'p-demo', sampleCloud())).toBe('demo')
  })
})

describe('scopes', () => {
  const own = sampleImage({ visibility: 'shared' })
  const other = sampleImage({ visibility: 'shared', owner: 'p-other' })
  it('what is shared by oneself is owned, not shared with one', () => {
    expect(inScope(own, 'owned', 'p-demo')).toBe(true)
    expect(inScope(own, 'shared', 'p-demo')).toBe(false)
    expect(inScope(other, 'shared', 'p-demo')).toBe(true)
  })
  it('counts an image in every scope that shows it', () => {
    const images = [own, other, sampleImage({ visibility: 'public' }), sampleImage({ visibility: 'community', owner: null })]
    expect(scopeCounts(images, sampleCloud())).toEqual({ all: 4, owned: 2, shared: 1, community: 1, public: 1 })
  })
})

describe('values to choose from', () => {
  it('the most frequent first, then by name', () => {
    const images = [sampleImage({ tags: ['b', 'c'] }), sampleImage({ tags: ['c', 'a'] })]
    expect(countValues(images, 'tag', now)).toEqual([
      { value: 'c', count: 2 },
      { value: 'a', count: 1 },
      { value: 'b', count: 1 },
    ])
  })
})

it('filters in words', () => {
  expect(anyFilter(noFilters)).toBe(false)
  expect(filterWords({ ...noFilters, format: ['qcow2', 'raw'], status: ['active'] }, undefined)).toBe(
    'Status: active and Format: qcow2, raw',
  )
})
