import { describe, expect, it } from 'vitest'
import { sampleCloud, sampleImage } from '../../testing/samples.ts'
import { anyFilter, countValues, filterWords, inScope, matches, noFilters, scopeCounts, searchWords } from './filter.ts'

describe('matches', () => {
  const image = sampleImage({ id: '3F1C', name: 'Ubuntu-24.04', tags: ['lts', 'golden'], diskFormat: 'qcow2' })
  it('finds words in name, id and tags, whatever their case', () => {
    expect(matches(image, noFilters, searchWords('ubuntu GOLD 3f1c'))).toBe(true)
    expect(matches(image, noFilters, searchWords('ubuntu debian'))).toBe(false)
  })
  it('does not find a word across two tags', () => expect(matches(image, noFilters, searchWords('ltsgolden'))).toBe(false))
  it('takes values of one filter as alternatives, and filters together', () => {
    expect(matches(image, { ...noFilters, format: ['raw', 'qcow2'] }, [])).toBe(true)
    expect(matches(image, { ...noFilters, format: ['raw', 'qcow2'], status: ['queued'] }, [])).toBe(false)
    expect(matches(image, { ...noFilters, tag: ['lts'] }, [])).toBe(true)
  })
  it('an image without a format has none of them', () => {
    expect(matches(sampleImage({ diskFormat: null }), { ...noFilters, format: ['raw'] }, [])).toBe(false)
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
    expect(countValues(images, 'tag')).toEqual([
      { value: 'c', count: 2 },
      { value: 'a', count: 1 },
      { value: 'b', count: 1 },
    ])
  })
})

it('filters in words', () => {
  expect(anyFilter(noFilters)).toBe(false)
  expect(filterWords({ ...noFilters, format: ['qcow2', 'raw'], status: ['active'] })).toBe('Format: qcow2, raw and Status: active')
})
