import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slotsOf } from './use-slots.ts'

test('what stays keeps its slot, what comes takes one that is free, and there are never more than are in sight', () => {
  const first = slotsOf(['a', 'b', 'c'], new Map())
  expect([...first.values()]).toEqual([0, 1, 2])
  const second = slotsOf(['b', 'c', 'd'], first)
  expect(Object.fromEntries(second)).toEqual({ b: 1, c: 2, d: 0 })
  expect(Object.fromEntries(slotsOf(['x', 'y', 'z'], second))).toEqual({ x: 1, y: 2, z: 0 })
  expect(Object.fromEntries(slotsOf(['d'], second))).toEqual({ d: 0 })
})

test('however a list is scrolled, every row has a slot of its own and none changes it while in sight', () => {
  const windows = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 15 }), { maxLength: 20 })
  fc.assert(
    fc.property(windows, (steps) => {
      let before = new Map<string, number>()
      let most = 0
      for (const ids of steps) {
        const now = slotsOf(ids, before)
        most = Math.max(most, ids.length)
        expect([...now.keys()].toSorted()).toEqual(ids.toSorted())
        expect(new Set(now.values()).size).toBe(ids.length)
        for (const [id, slot] of now) if (before.has(id)) expect(slot).toBe(before.get(id))
        expect(Math.max(-1, ...now.values())).toBeLessThan(Math.max(1, most))
        before = now
      }
    }),
  )
})
