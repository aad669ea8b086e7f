import { describe, expect, test } from 'vitest'
import { limitSentence, limitShares } from './limits.ts'

describe('what limited a transfer', () => {
  test('is not said where nothing is known', () => {
    expect(limitSentence([])).toBeNull()
  })

  test('is one word where it was one cause, in however many runs', () => {
    expect(
      limitSentence([
        { cause: 'network', seconds: 3 },
        { cause: 'network', seconds: 9 },
      ]),
    ).toBe('network, all the time')
  })

  test('names the cause of most of the time, then the others', () => {
    expect(
      limitSentence([
        { cause: 'disk', seconds: 1 },
        { cause: 'network', seconds: 40 },
        { cause: 'hashing here', seconds: 27 },
        { cause: 'network', seconds: 32 },
      ]),
    ).toBe('mostly network, 72\u00a0% of the time; hashing here 27\u00a0%, disk 1\u00a0%')
  })

  test('calls nothing "mostly" that was not more than half of the time', () => {
    expect(
      limitSentence([
        { cause: 'speed limit', seconds: 5 },
        { cause: 'server hashing', seconds: 5 },
      ]),
    ).toBe('speed limit 50\u00a0%, server hashing 50\u00a0% of the time')
  })

  test('adds up runs of the same cause', () => {
    expect(
      limitShares([
        { cause: 'a', seconds: 1 },
        { cause: 'b', seconds: 2 },
        { cause: 'a', seconds: 2 },
      ]),
    ).toEqual([
      { cause: 'a', seconds: 3 },
      { cause: 'b', seconds: 2 },
    ])
  })
})
