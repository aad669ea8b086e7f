import { expect, test } from 'vitest'
import { imageFieldsSchema } from '../../shared/domain.ts'
import { copyFields } from './copy-fields.ts'
import { image } from './testing/fakes.ts'

test('what describes the image goes along, what belongs to its cloud stays, with the reason', () => {
  const { fields, leftOut } = copyFields(
    image({
      name: 'debian',
      diskFormat: 'qcow2',
      minDisk: 10,
      minRam: 512,
      tags: ['lts', 'é'],
      protected: true,
      stores: ['ceph-a'],
      dataAddresses: ['direct_url', 'locations'],
      properties: {
        os_distro: 'debian',
        hw_firmware_type: 'uefi',
        os_glance_importing_to_stores: '',
        'owner_specified.openstack.md5': 'aa',
        instance_uuid: 'b',
        img_signature_certificate_uuid: 'c',
        cinder_encryption_key_id: 'd',
        bdm_v2: 'true',
        stranger: '1',
      },
    }),
  )
  expect(imageFieldsSchema.parse(fields)).toEqual({
    name: 'debian',
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    visibility: 'private',
    protected: true,
    tags: ['lts', 'é'],
    properties: { os_distro: 'debian', hw_firmware_type: 'uefi', stranger: '1' },
    minDisk: 10,
    minRam: 512,
    store: null,
  })
  expect(leftOut.map(({ name }) => name).sort()).toEqual([
    'bdm_v2',
    'cinder_encryption_key_id',
    'direct_url',
    'img_signature_certificate_uuid',
    'instance_uuid',
    'locations',
    'os_glance_importing_to_stores',
    'owner_specified.openstack.md5',
    'stores',
  ])
  expect(leftOut.every(({ why }) => why.length > 5)).toBe(true)
})

test.each([
  ['public', 'private'],
  ['community', 'private'],
  ['private', 'private'],
  ['shared', 'shared'],
  ['a-new-kind', 'private'],
])('%s becomes %s: nobody sees the copy who was not meant to', (from, to) => {
  const { fields, leftOut } = copyFields(image({ visibility: from }))
  expect(fields.visibility).toBe(to)
  expect(leftOut.some(({ name }) => name === 'visibility')).toBe(from !== to)
})

test.each([null, '', '  ', 'x'.repeat(300), '😀'.repeat(255)])('the name %j becomes one that can be asked for', (name) => {
  const { fields } = copyFields(image({ id: 'the-id', name, hidden: true, tags: Array.from({ length: 200 }, (_, n) => `t${n}`) }))
  expect(fields.name.length).toBeGreaterThan(0)
  expect([...fields.name].length).toBeLessThanOrEqual(255)
  if (name === null || name.trim() === '') expect(fields.name).toBe('the-id')
  expect(fields.tags.length).toBe(128)
})
