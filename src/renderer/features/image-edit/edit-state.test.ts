import { describe, expect, test } from 'vitest'
import { sampleImage } from '../../testing/samples.ts'
import {
  addProperty,
  changeAdded,
  changesOf,
  conflictsOf,
  countOf,
  fieldValue,
  heard,
  inverse,
  keepMine,
  problemsOf,
  propertyKeys,
  propertyOf,
  startEdit,
  takeTheirs,
  touch,
  touchProperty,
} from './edit-state.ts'

const image = sampleImage({ name: 'seen', minDisk: 1, tags: ['a', 'b'], properties: { os_distro: 'debian', keep: '1' } })

describe('what was touched', () => {
  test('only that is sent, with what was seen before', () => {
    let edit = touch(startEdit(image), 'name', 'mine')
    edit = touch(edit, 'minDisk', ' 12 ')
    edit = touch(edit, 'tags', ['a', 'c'])
    edit = touchProperty(edit, 'os_distro', null)
    expect(changesOf(edit)).toEqual({
      changes: { name: 'mine', minDisk: 12, tags: ['a', 'c'], properties: { os_distro: null } },
      base: { name: 'seen', minDisk: 1, tags: ['a', 'b'], properties: { os_distro: 'debian' } },
    })
    expect(countOf(edit)).toBe(4)
  })

  test('what is typed back to what was seen is no change', () => {
    let edit = touch(touch(startEdit(image), 'name', 'mine'), 'name', 'seen')
    edit = touch(touch(edit, 'tags', ['a']), 'tags', ['b', 'a'])
    edit = touchProperty(touchProperty(edit, 'keep', '2'), 'keep', '1')
    expect(countOf(edit)).toBe(0)
    expect(changesOf(edit)).toEqual({ changes: {}, base: { properties: {} } })
  })

  test('an image without a name shows an empty one, and leaving it empty is no change', () => {
    const edit = startEdit(sampleImage({ name: null }))
    expect(fieldValue(edit, 'name')).toBe('')
    expect(countOf(touch(touch(edit, 'name', 'x'), 'name', ''))).toBe(0)
  })

  test('an added row counts once something stands in it, and is seen as not there before', () => {
    let edit = addProperty(startEdit(image))
    expect(countOf(edit)).toBe(0)
    edit = changeAdded(edit, edit.added[0]?.id ?? 0, { key: ' hw_disk_bus ', value: 'virtio' })
    expect(changesOf(edit)).toEqual({ changes: { properties: { hw_disk_bus: 'virtio' } }, base: { properties: { hw_disk_bus: null } } })
  })

  test('names of every object are ordinary properties', () => {
    const edit = touchProperty(startEdit(image), '__proto__', 'x')
    expect(Object.keys(changesOf(edit).changes.properties ?? {})).toEqual(['__proto__'])
    expect(propertyOf(edit, 'constructor')).toBeNull()
  })
})

describe('what somebody else did meanwhile', () => {
  test('shows in fields that were not touched, and is a conflict in those that were', () => {
    let edit = touch(startEdit(image), 'name', 'mine')
    edit = touchProperty(edit, 'keep', '2')
    edit = heard(edit, { ...image, name: 'theirs', minDisk: 9, properties: { os_distro: 'ubuntu', keep: '3' } })
    expect(fieldValue(edit, 'name')).toBe('mine')
    expect(fieldValue(edit, 'minDisk')).toBe('9')
    expect(propertyOf(edit, 'os_distro')).toBe('ubuntu')
    expect([...conflictsOf(edit)]).toEqual(['name', 'properties.keep'])
  })

  test('theirs can be taken, or mine be kept', () => {
    let edit = heard(touchProperty(touch(startEdit(image), 'name', 'mine'), 'keep', '2'), { ...image, name: 'theirs', properties: {} })
    expect(propertyKeys(edit)).toEqual(['keep'])
    edit = keepMine(edit, 'name')
    expect([...conflictsOf(edit)]).toEqual(['properties.keep'])
    expect(changesOf(edit).base).toMatchObject({ name: 'theirs' })
    edit = takeTheirs(edit, 'properties.keep')
    expect([...conflictsOf(edit)]).toEqual([])
    expect(changesOf(edit).changes).toEqual({ name: 'mine' })
    expect(propertyKeys(edit)).toEqual([])
  })

  test('a property that both added with different values is a conflict', () => {
    const edit = heard(addProperty(startEdit(image), 'fresh', 'mine'), { ...image, properties: { fresh: 'theirs' } })
    expect([...conflictsOf(edit)]).toEqual(['properties.fresh'])
  })

  test('an image that is deleted keeps what was typed', () => {
    const edit = heard(touch(startEdit(image), 'name', 'mine'), null)
    expect(edit.gone).toBe(true)
    expect(fieldValue(edit, 'name')).toBe('mine')
  })
})

test.each([
  ['name', (edit: ReturnType<typeof startEdit>) => touch(edit, 'name', '💿'.repeat(256)), /256 characters; at most 255/],
  ['minDisk', (edit: ReturnType<typeof startEdit>) => touch(edit, 'minDisk', '-1'), /whole number/],
  ['minRam', (edit: ReturnType<typeof startEdit>) => touch(edit, 'minRam', '2147483648'), /whole number/],
  ['minRam', (edit: ReturnType<typeof startEdit>) => touch(edit, 'minRam', ''), /whole number/],
])('%s is checked before it is sent', (field, work, words) => {
  expect(problemsOf(work(startEdit(image))).get(field)).toMatch(words)
})

test('255 emoji are not too long, since the cloud counts characters', () => {
  expect(problemsOf(touch(startEdit(image), 'name', '💿'.repeat(255))).size).toBe(0)
})

test.each([
  ['', 'x', /name is needed/],
  ['status', 'x', /a field of the image/],
  ['os_glance_mine', 'x', /for itself/],
  ['keep', 'x', /already/],
  ['k'.repeat(256), 'x', /256 characters/],
])('an added property %j is checked', (key, value, words) => {
  const edit = addProperty(startEdit(image), key, value)
  expect([...problemsOf(edit).values()][0]).toMatch(words)
})

test('a key that is being taken away can be added anew', () => {
  expect(problemsOf(addProperty(touchProperty(startEdit(image), 'keep', null), 'keep', 'x')).size).toBe(0)
})

test('undo sets back what was before, and sees what came after', () => {
  const after = { ...image, name: 'mine', properties: { keep: '1', fresh: 'x' } }
  expect(inverse(image, after, { name: 'mine', visibility: 'private', properties: { fresh: 'x', os_distro: null } })).toEqual({
    changes: { name: 'seen', visibility: 'private', properties: { fresh: null, os_distro: 'debian' } },
    base: { name: 'mine', visibility: 'private', properties: { fresh: 'x', os_distro: null } },
  })
})
