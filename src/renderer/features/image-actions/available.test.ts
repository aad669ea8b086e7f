import { expect, test } from 'vitest'
import { sampleImage } from '../../testing/samples.ts'
import { imagesFor } from './available.ts'

const stores = ['fast', 'slow'].map((id) => ({ id, description: null, isDefault: id === 'fast', readOnly: false }))
const cloud = {
  kind: 'openstack' as const,
  projectId: 'mine',
  capabilities: { diskFormats: null, containerFormats: null, stores, importMethods: ['copy-image'], version: null, versions: [] },
}
const mine = sampleImage({ id: 'mine', owner: 'mine', stores: ['fast'] })
const theirs = sampleImage({ id: 'theirs', owner: 'other', visibility: 'shared', protected: true, hidden: true, status: 'deactivated' })
const odd = sampleImage({ id: 'odd', owner: null, status: 'never-heard-of', visibility: 'public', stores: ['fast', 'slow'] })
const all = [mine, theirs, odd]

test.each([
  ['protect', ['mine', 'odd']],
  ['unprotect', ['theirs']],
  ['hide', ['mine', 'odd']],
  ['unhide', ['theirs']],
  ['deactivate', ['mine']],
  ['reactivate', ['theirs']],
  ['share', ['mine']],
  ['leave', ['theirs']],
  ['copy-to-stores', ['mine']],
  ['remove-from-store', ['odd']],
  ['edit', []],
  ['delete', ['mine', 'theirs', 'odd']],
] as const)('%s is for %j', (action, ids) => {
  expect(imagesFor(action, all, cloud).map(({ id }) => id)).toEqual(ids)
})

test('a file can be compared with one image whose digests are published', () => {
  expect(imagesFor('compare', [{ ...mine, checksum: 'aa' }], cloud)).toHaveLength(1)
  expect(imagesFor('compare', [mine], cloud)).toEqual([])
  expect(imagesFor('compare', [{ ...mine, checksum: 'aa' }, theirs], cloud)).toEqual([])
})

test('one image can be edited; a cloud that offers no copy-image copies nothing', () => {
  expect(imagesFor('edit', [mine], cloud)).toEqual([mine])
  expect(imagesFor('copy-to-stores', [mine], { ...cloud, capabilities: { ...cloud.capabilities, importMethods: [] } })).toEqual([])
  expect(imagesFor('copy-to-stores', [mine], { ...cloud, capabilities: null })).toEqual([])
})
