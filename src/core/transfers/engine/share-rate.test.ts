import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareRate } from './share-rate.ts'

test.each([
  [null, [null, 5], [null, 5]],
  [90, [null, null, null], [30, 30, 30]],
  [90, [10, null, null], [10, 40, 40]],
  [90, [null, 50, 10], [40, 40, 10]],
  [90, [10, 20], [10, 20]],
  [1, [null, null], [1, 1]],
  [90, [], []],
])('of %j among %j: %j', (total, own, shares) => {
  expect(shareRate(total, own)).toEqual(shares)
})

test('nobody gets more than its own cap or the total, and nothing is left over that somebody could use', () => {
  const rate = fc.integer({ min: 1, max: 1e9 })
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 1e9 }), fc.array(fc.option(rate), { minLength: 1, maxLength: 10 }), (total, own) => {
      const shares = shareRate(total, own).map((share) => share ?? Number.NaN)
      const sum = shares.reduce((all, share) => all + share, 0)
      expect(sum).toBeLessThanOrEqual(total)
      for (const [n, share] of shares.entries()) expect(share).toBeLessThanOrEqual(own[n] ?? total)
      const everyonesOwn = own.reduce<number>((all, cap) => all + (cap ?? total), 0)
      expect(sum).toBeGreaterThanOrEqual(Math.min(total, everyonesOwn) - own.length)
    }),
  )
})
