import { describe, expect, it } from 'vitest'
import { sampleImage } from '../../testing/samples.ts'
import { nextSort, type Sort, sortAgain, sortImages } from './sort.ts'

const names = (images: { name: string | null }[]): (string | null)[] => images.map((image) => image.name)

describe('sortImages', () => {
  it('counts numbers in names as numbers, and case not at all', () => {
    const images = ['image-10', 'Image-9', 'apple'].map((name) => sampleImage({ id: name, name }))
    expect(names(sortImages(images, { by: 'name', descending: false }))).toEqual(['apple', 'Image-9', 'image-10'])
  })
  it('an image without data is smaller than an empty one', () => {
    const images = [sampleImage({ name: 'a', size: 0 }), sampleImage({ name: 'b', size: null }), sampleImage({ name: 'c', size: 5 })]
    expect(names(sortImages(images, { by: 'size', descending: true }))).toEqual(['c', 'a', 'b'])
  })
  it('equal rows keep the order of their names both ways', () => {
    const images = ['b', 'a', 'c'].map((name) => sampleImage({ id: name, name }))
    for (const descending of [true, false]) expect(names(sortImages(images, { by: 'status', descending }))).toEqual(['a', 'b', 'c'])
  })
  it('by a property, those without it first; by amounts as numbers; by a column that nobody knows as by name', () => {
    const images = [
      sampleImage({ name: 'c', minDisk: 10, properties: { os_distro: 'debian' } }),
      sampleImage({ name: 'b', minDisk: 9 }),
      sampleImage({ name: 'a', minDisk: 0, properties: { os_distro: 'almalinux' } }),
    ]
    expect(names(sortImages(images, { by: 'property:os_distro', descending: false }))).toEqual(['b', 'a', 'c'])
    expect(names(sortImages(images, { by: 'min-disk', descending: true }))).toEqual(['c', 'b', 'a'])
    expect(names(sortImages(images, { by: 'of a later version', descending: false }))).toEqual(['a', 'b', 'c'])
  })
  it('from the order that was it comes to the same', () => {
    const images = new Map(['b', 'd', 'a', 'e'].map((name) => [name, sampleImage({ id: name, name })]))
    const sort = { by: 'name', descending: true }
    const before = sortImages(images.values(), sort)
    images.delete('d')
    images.set('e', sampleImage({ id: 'e', name: 'aa' }))
    images.set('c', sampleImage({ id: 'c', name: 'c' }))
    expect(sortAgain(before, images, sort)).toEqual(sortImages(images.values(), sort))
  })
  it('ten thousand images are in order within a tenth of a second', () => {
    const images = Array.from({ length: 10_000 }, (_, n) => sampleImage({ id: `${n}`, name: `image-${(n * 7919) % 10_000}` }))
    const start = performance.now()
    const sorted = sortImages(images, { by: 'name', descending: false })
    // Far more than it takes on a busy machine; a comparison that makes a collator each time takes longer.
    expect(performance.now() - start).toBeLessThan(5000)
    expect(sorted[9_999]?.name).toBe('image-9999')
  })
})

describe('nextSort', () => {
  const by = (key: Sort['by']): Sort => nextSort({ by: 'status', descending: false }, key)
  it('turns the same column round', () => expect(by('status').descending).toBe(true))
  it('begins with the newest and the largest, else with the first', () => {
    expect(by('updated').descending).toBe(true)
    expect(by('size').descending).toBe(true)
    expect(by('name').descending).toBe(false)
  })
})
