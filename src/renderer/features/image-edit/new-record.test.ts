import { expect, test } from 'vitest'
import { sampleImage } from '../../testing/samples.ts'
import { countOf, startEdit, touch } from './edit-state.ts'
import { blankImage, duplicate, newRecord } from './new-record.ts'

const facts = { diskFormat: 'raw', containerFormat: '', leftOut: [] }

test('a record of nothing typed has the defaults, and leaves formats open', () => {
  expect(countOf(startEdit(blankImage))).toBe(0)
  expect(newRecord(startEdit(blankImage), facts)).toEqual({
    name: '',
    diskFormat: 'raw',
    containerFormat: null,
    visibility: 'private',
    protected: false,
    hidden: false,
    minDisk: 0,
    minRam: 0,
    tags: [],
    properties: {},
  })
})

test('settings are taken over, but not what belongs to the data of the other image', () => {
  const { edit, leftOut } = duplicate(
    sampleImage({
      name: 'golden',
      protected: true,
      visibility: 'public',
      minDisk: 5,
      tags: ['t'],
      properties: { os_distro: 'debian', 'owner_specified.openstack.md5': 'x', os_glance_failed_import: '', img_signature: 's' },
    }),
  )
  expect(leftOut).toEqual(['owner_specified.openstack.md5', 'os_glance_failed_import', 'img_signature'])
  expect(newRecord(touch(edit, 'minRam', '64'), facts)).toMatchObject({
    name: 'golden copy',
    protected: false,
    visibility: 'private',
    minDisk: 5,
    minRam: 64,
    tags: ['t'],
    properties: { os_distro: 'debian' },
  })
})
