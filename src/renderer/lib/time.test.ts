import { describe, expect, it } from 'vitest'
import { endTime, exactTime, shortTime } from './time.ts'

const now = new Date(2026, 10, 23, 14, 30, 0).getTime()
const at = (...parts: [number, number, number, number, number, number]): number => new Date(...parts).getTime()

describe('shortTime', () => {
  it.each([
    [at(2026, 10, 23, 14, 29, 30), 'now'],
    [at(2026, 10, 23, 14, 31, 0), 'now'],
    [at(2026, 10, 23, 14, 27, 0), '3 min ago'],
    [at(2026, 10, 23, 12, 20, 0), '2 h ago'],
    [at(2026, 10, 23, 0, 1, 0), '14 h ago'],
    [at(2026, 10, 22, 23, 59, 0), 'yesterday'],
    [at(2026, 10, 22, 0, 0, 0), 'yesterday'],
    [at(2026, 10, 21, 23, 59, 0), '21 Nov'],
    [at(2026, 2, 4, 8, 0, 0), '4 Mar'],
    [at(2024, 2, 4, 8, 0, 0), 'Mar 2024'],
  ])('%d is %s', (time, text) => expect(shortTime(time, now)).toBe(text))
})

it('exact times name the day', () => {
  expect(exactTime(at(2026, 10, 23, 14, 2, 11), now)).toBe('today, 14:02:11')
  expect(exactTime(at(2026, 10, 22, 4, 2, 1), now)).toBe('yesterday, 04:02:01')
  expect(exactTime(at(2025, 0, 2, 4, 2, 1), now)).toBe('2 Jan 2025, 04:02:01')
})

it('an end of today is a clock time, an older one a day', () => {
  expect(endTime(at(2026, 10, 23, 14, 2, 11), now)).toBe('14:02')
  expect(endTime(at(2026, 10, 20, 14, 2, 11), now)).toBe('20 Nov')
})
