import { expect, test } from 'vitest'
import type { Image, Transfer } from '../../../shared/domain.ts'
import { usesOf } from './in-use.ts'

const image = (id: string, more: Partial<Image> = {}): Image => ({ id, name: id, visibility: 'private', properties: {}, ...more }) as Image
const transfer = (more: Partial<Transfer>): Transfer =>
  ({ kind: 'download', state: 'transferring', cloudId: 'c', from: null, ...more }) as Transfer
const uses = (one: Image, known: Image[], transfers: Transfer[] = [], going: string[] = [one.id]): string[] =>
  usesOf(one, 'c', [one, ...known], transfers, new Set(going))

test('images that name it, unless they go with it', () => {
  const others = [image('a', { properties: { kernel_id: 'k' } }), image('b', { properties: { base_image_ref: 'k' } }), image('c')]
  expect(uses(image('k'), others)).toEqual(['a names it as its kernel.', 'b names it as the image it was made from.'])
  expect(uses(image('k'), others, [], ['k', 'a'])).toHaveLength(1)
})

test('transfers of it that run, from and to this cloud, and nobody else’s', () => {
  const moving = [
    transfer({ imageId: 'k' }),
    transfer({ imageId: 'k', state: 'done' }),
    transfer({ imageId: 'k', cloudId: 'other' }),
    transfer({ kind: 'copy', imageId: 'x', cloudId: 'other', from: { cloudId: 'c', cloudName: 'c', imageId: 'k' } }),
    transfer({ kind: 'upload', imageId: 'k' }),
  ]
  expect(uses(image('k'), [], moving)).toEqual([
    'A download of it is under way here, and will fail.',
    'A copy of it is under way here, and will fail.',
    'An upload of it is under way here, and will fail.',
  ])
})

test('who else may use it', () => {
  expect(uses(image('k', { visibility: 'public' }), [])).toEqual(['It is public: other projects may use it.'])
  expect(uses(image('k'), [])).toEqual([])
})
