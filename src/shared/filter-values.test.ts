import { expect, test } from 'vitest'
import { rangeOf, spanOf } from './filter-values.ts'

const now = new Date(2026, 10, 28, 12).getTime()

test('ranges of sizes', () => {
  expect(rangeOf('1000..2000')).toEqual({ from: 1000, to: 2000 })
  expect(rangeOf('1000..')).toEqual({ from: 1000, to: null })
  for (const odd of ['..', '', 'none', '1e3..', '-1..2', '1..2..3']) expect(rangeOf(odd)).toBeNull()
})

test('spans of time: so many days, before that, or days of the calendar, both included', () => {
  expect(spanOf('7d', now)).toEqual({ from: now - 7 * 86_400_000, to: null })
  expect(spanOf('older:30d', now)).toEqual({ from: null, to: now - 30 * 86_400_000 })
  expect(spanOf('2026-11-01..2026-11-02', now)).toEqual({ from: new Date(2026, 10, 1).getTime(), to: new Date(2026, 10, 3).getTime() - 1 })
  for (const odd of ['..', '', 'd', '2026-13-40..', 'yesterday']) expect(spanOf(odd, now)).toBeNull()
})
