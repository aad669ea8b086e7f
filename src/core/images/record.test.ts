import { expect, test } from 'vitest'
import { toImage, toImages } from './record.ts'

test('a record with fields of another form is shown with what can be read, and says which they are', () => {
  const image = toImage({
    id: 'a',
    name: 7,
    status: 'active',
    size: '12',
    tags: 'x',
    protected: 'yes',
    checksum: 'abc',
    os_distro: 'debian',
  })
  expect(image).toMatchObject({ id: 'a', name: null, status: 'active', size: null, tags: [], checksum: 'abc' })
  expect(image.unreadable).toEqual(['name', 'size', 'protected', 'tags'])
  // They are no properties: nothing of them is copied or edited.
  expect(image.properties).toEqual({ os_distro: 'debian' })
  expect(toImage({ id: 'a' })).toMatchObject({ status: 'unknown', unreadable: ['status'] })
  expect(toImage({ id: 'a', status: 'queued', visibility: null, tags: null, min_disk: null })).not.toHaveProperty('unreadable')
})

test('what has no id is no image; in a list it is counted, and the others are shown', () => {
  expect(() => toImage({ id: '', status: 'active' })).toThrow('not one')
  expect(() => toImage([])).toThrow('not one')
  const { images, lost } = toImages([{ id: 'a', status: 'active' }, null, 'b', { status: 'active' }, { id: 'c', status: 'queued' }])
  expect(images.map(({ id }) => id)).toEqual(['a', 'c'])
  expect(lost).toBe(3)
})

test('that the cloud shows where the data lies is kept, but not where', () => {
  const image = toImage({
    id: 'a',
    status: 'active',
    direct_url: 'swift://user:secret@host/a',
    locations: [{ url: 'swift://user:secret@host/a' }],
  })
  expect(image.dataAddresses).toEqual(['direct_url', 'locations'])
  expect(JSON.stringify(image)).not.toContain('secret')
})
