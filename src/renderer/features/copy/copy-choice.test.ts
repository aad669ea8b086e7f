import { expect, test } from 'vitest'
import type { CopyPlan } from '../../../shared/copy-protocol.ts'
import { itemsOf, nameProblem, takenAlong } from './copy-choice.ts'

const plan = (imageId: string, refused = false): CopyPlan => ({
  imageId,
  size: 5,
  fields: {
    name: 'debian',
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    visibility: 'private',
    protected: true,
    tags: ['a'],
    properties: { os_distro: 'debian', os_version: '12' },
    minDisk: 10,
    minRam: 0,
    store: null,
  },
  leftOut: [],
  findings: refused ? [{ severity: 'refuse', code: 'no-data', title: 'It has no data', detail: '' }] : [],
})

test('what was set by hand goes along, what is refused does not', () => {
  const items = itemsOf([plan('a'), plan('b', true), plan('c')], { a: { name: ' mine ', visibility: 'shared' }, b: { name: 'x' } })
  expect(items?.map(({ imageId, fields }) => [imageId, fields.name, fields.visibility])).toEqual([
    ['a', 'mine', 'shared'],
    ['c', 'debian', 'private'],
  ])
})

test('a name that no image may have holds all back', () => {
  expect(itemsOf([plan('a'), plan('b')], { b: { name: ' ' } })).toBeNull()
  expect(nameProblem('😀'.repeat(255))).toBeNull()
  expect(nameProblem('😀'.repeat(256))).not.toBeNull()
})

test('what goes along is said in a few words', () => {
  expect(takenAlong(plan('a'))).toBe('qcow2, bare, min disk 10\u00a0GB, 1 tag, 2 properties, protected')
})
