import { expect, test } from 'vitest'
import type { TransferStateName } from '../../shared/domain.ts'
import { inBulkOrder, placesAfterMove } from './queue-order.ts'

const row = (id: string, position: number, state: TransferStateName = 'queued') => ({ id, position, state })

/** The ids in the order of the queue after a move. */
function after(rows: readonly ReturnType<typeof row>[], ids: readonly string[], to: 'up' | 'down' | 'front'): string {
  const places = placesAfterMove(rows, ids, to)
  return rows
    .map((each) => ({ ...each, position: places.get(each.id) ?? each.position }))
    .sort((a, b) => a.position - b.position)
    .map((each) => each.id)
    .join('')
}

const five = [row('a', 1), row('b', 2), row('c', 3), row('d', 4), row('e', 5)]

test.each([
  [['c'], 'up', 'acbde'],
  [['c'], 'down', 'abdce'],
  [['c', 'd'], 'up', 'acdbe'],
  [['b', 'c'], 'down', 'adbce'],
  [['b', 'd'], 'up', 'badce'],
  [['a', 'b'], 'up', 'abcde'],
  [['a', 'c'], 'up', 'acbde'],
  [['d', 'e'], 'down', 'abcde'],
  [['e', 'c'], 'front', 'ceabd'],
  [['nobody'], 'front', 'abcde'],
] as const)('%j moved %s: %s', (ids, to, order) => {
  expect(after(five, ids, to)).toBe(order)
})

test('what runs is passed by and cannot be moved itself', () => {
  const rows = [row('a', 1), row('r', 2, 'transferring'), row('b', 3, 'paused')]
  expect(placesAfterMove(rows, ['b'], 'up')).toEqual(
    new Map([
      ['b', 1],
      ['a', 3],
    ]),
  )
  expect(placesAfterMove(rows, ['r'], 'front').size).toBe(0)
})

test('only places that differ are written', () => {
  expect([...placesAfterMove(five, ['e'], 'up').keys()].sort()).toEqual(['d', 'e'])
})

test('what waits is stopped before what runs, and each only once', () => {
  const rows = [row('a', 1, 'transferring'), row('b', 2), row('c', 3, 'waiting')]
  expect(inBulkOrder(rows, ['a', 'c', 'b', 'a'], 'cancel')).toEqual(['b', 'c', 'a'])
  expect(inBulkOrder(rows, ['c', 'a'], 'pause')).toEqual(['c', 'a'])
  expect(inBulkOrder(rows, ['c', 'a'], 'remove')).toEqual(['a', 'c'])
})
