import { describe, expect, it } from 'vitest'
import { isTarget, move, noSelection, press, prune, type Selection, targets, tick, tickAll } from './selection.ts'

const order = ['a', 'b', 'c', 'd', 'e']
const plain = { add: false, range: false }
const at = (id: string): Selection => press(noSelection, id, plain, order)
const checked = (selection: Selection): string[] => [...selection.checked].sort()

describe('with the mouse', () => {
  it('a press means one image', () => {
    expect(targets(at('b'))).toEqual(['b'])
    expect(isTarget(at('b'), 'b')).toBe(true)
  })
  it('Ctrl adds to the one that was meant, and takes away again', () => {
    const two = press(at('b'), 'd', { add: true, range: false }, order)
    expect(checked(two)).toEqual(['b', 'd'])
    expect(checked(press(two, 'b', { add: true, range: false }, order))).toEqual(['d'])
  })
  it('Shift takes all between, in either direction, from the same anchor', () => {
    const down = press(at('c'), 'e', { add: false, range: true }, order)
    expect(checked(down)).toEqual(['c', 'd', 'e'])
    expect(checked(press(down, 'a', { add: false, range: true }, order))).toEqual(['a', 'b', 'c'])
  })
  it('a press without keys lets go of all ticks', () => {
    const many = tickAll(at('a'), order)
    expect(targets(press(many, 'd', plain, order))).toEqual(['d'])
  })
  it('Shift from an anchor that is filtered away takes only the row pressed', () => {
    expect(checked(press({ ...noSelection, anchor: 'gone' }, 'b', { add: false, range: true }, order))).toEqual(['b'])
  })
})

describe('with the keyboard', () => {
  it('moves and stops at both ends', () => {
    expect(move(noSelection, 1, false, order).current).toBe('a')
    expect(move(noSelection, -1, false, order).current).toBe('e')
    expect(move(at('e'), 1, false, order).current).toBe('e')
    expect(move(at('b'), -5, false, order).current).toBe('a')
  })
  it('moving keeps the ticks, so that Space can add rows that lie apart', () => {
    let selection = tick(at('a'), 'a')
    selection = move(selection, 2, false, order)
    selection = tick(selection, selection.current ?? '')
    expect(checked(selection)).toEqual(['a', 'c'])
  })
  it('Shift grows and shrinks one range', () => {
    let selection = move(at('b'), 2, true, order)
    expect(checked(selection)).toEqual(['b', 'c', 'd'])
    selection = move(selection, -1, true, order)
    expect(checked(selection)).toEqual(['b', 'c'])
  })
  it('all, and none again', () => {
    const all = tickAll(at('a'), order)
    expect(checked(all)).toEqual(order)
    expect(checked(tickAll(all, order))).toEqual([])
  })
  it('does nothing in an empty table', () => expect(move(noSelection, 1, false, [])).toBe(noSelection))
})

describe('rows that go', () => {
  it('are forgotten', () => {
    const selection = prune(press(at('b'), 'd', { add: true, range: false }, order), (id) => id !== 'd')
    expect(selection.current).toBeNull()
    expect(checked(selection)).toEqual(['b'])
  })
  it('nothing changes while all are there', () => {
    const selection = at('b')
    expect(prune(selection, () => true)).toBe(selection)
  })
})
