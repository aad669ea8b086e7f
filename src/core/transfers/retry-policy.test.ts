import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../shared/errors.ts'
import { type Circumstances, MAX_ATTEMPTS, nextStep } from './retry-policy.ts'

const failure = (code: (typeof errorCodes)[number]) => ({ code, message: '' })
const usual: Circumstances = {
  attempt: 1,
  moved: true,
  advanced: false,
  awayWaits: 0,
  awayMs: 0,
  network: 'there',
  retryAfterMs: null,
  random: 0.5,
}
const HOUR = 3_600_000

test('a reset connection waits about 2, 4, 8 s and so on, and the sixth attempt is the last', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => {
    const step = nextStep(failure('reset'), { ...usual, attempt })
    return step.kind === 'wait' ? step.delayMs : null
  })
  expect(delays).toEqual([2000, 4000, 8000, 16000, 32000])
  expect(nextStep(failure('reset'), { ...usual, attempt: MAX_ATTEMPTS })).toEqual({ kind: 'fail' })
})

test('a download that got further does not use up its attempts', () => {
  expect(nextStep(failure('reset'), { ...usual, attempt: 6, advanced: true })).toMatchObject({
    kind: 'wait',
    delayMs: 2000,
    uses: 'nothing',
  })
})

describe('a cloud that is away', () => {
  test.each(['refused', 'unreachable', 'dns', 'timeout', 'proxy', 'identity-unreachable', 'unavailable', 'too-many-requests'] as const)(
    'is waited for, for a day: %s',
    (code) => {
      const before = { ...usual, moved: false, attempt: 6 }
      expect(nextStep(failure(code), { ...before, awayWaits: 3, awayMs: HOUR })).toMatchObject({ delayMs: 16_000, uses: 'patience' })
      expect(nextStep(failure(code), { ...before, awayWaits: 3000, awayMs: 23 * HOUR })).toMatchObject({ delayMs: 120_000 })
      expect(nextStep(failure(code), { ...before, awayMs: 24 * HOUR })).toEqual({ kind: 'fail' })
    },
  )

  test('but one that fails after bytes have moved uses up attempts: each costs the whole way', () => {
    expect(nextStep(failure('unavailable'), { ...usual, attempt: 2 })).toMatchObject({ uses: 'attempt' })
    expect(nextStep(failure('unavailable'), { ...usual, attempt: 6 })).toEqual({ kind: 'fail' })
  })

  test('unless it says that there are too many at once: that passes, and is said early in the way', () => {
    expect(nextStep(failure('too-many-requests'), { ...usual, attempt: 6 })).toMatchObject({ kind: 'wait', uses: 'patience' })
  })
})

test('an image that the cloud still holds is waited for as long as Glance waits for a silent client, and not longer', () => {
  const held = { ...usual, moved: false, attempt: 6 }
  expect(nextStep(failure('image-busy'), { ...held, awayWaits: 30, awayMs: 15 * 60_000 })).toMatchObject({
    delayMs: 30_000,
    uses: 'patience',
  })
  expect(nextStep(failure('image-busy'), { ...held, awayMs: 17 * 60_000 })).toEqual({ kind: 'fail' })
  expect(nextStep(failure('image-busy'), { ...usual, attempt: 6 })).toEqual({ kind: 'fail' })
})

describe('the network', () => {
  test.each(['reset', 'stalled', 'dns', 'timeout', 'identity-unreachable'] as const)('when it is gone, is waited for: %s', (code) => {
    const step = nextStep(failure(code), { ...usual, attempt: 6, network: 'gone' })
    expect(step).toEqual({ kind: 'wait', delayMs: null, reason: 'there is no network', uses: 'nothing' })
  })

  test('just back, or after a sleep, a broken connection uses up nothing', () => {
    expect(nextStep(failure('reset'), { ...usual, attempt: 6, network: 'just-back' })).toMatchObject({ delayMs: 2000, uses: 'nothing' })
  })

  test('is no reason to wait for what the cloud itself refused', () => {
    expect(nextStep(failure('forbidden'), { ...usual, network: 'gone' })).toEqual({ kind: 'fail' })
  })
})

test("a server's Retry-After is honoured when it is longer, and bounded", () => {
  expect(nextStep(failure('unavailable'), { ...usual, retryAfterMs: 30_000 })).toMatchObject({ kind: 'wait', delayMs: 30_000 })
  expect(nextStep(failure('unavailable'), { ...usual, retryAfterMs: 100 })).toMatchObject({ kind: 'wait', delayMs: 2000 })
  expect(nextStep(failure('unavailable'), { ...usual, retryAfterMs: 9e9 })).toMatchObject({ kind: 'wait', delayMs: HOUR })
})

test.each(['disk-full', 'folder-missing'] as const)('what a person mends on this machine is waited for without an end: %s', (code) => {
  expect(nextStep(failure(code), { ...usual, attempt: 50 })).toMatchObject({ kind: 'wait', uses: 'nothing' })
})

test('what a retry cannot mend fails at once', () => {
  for (const code of [
    'mismatch',
    'forbidden',
    'not-found',
    'quota',
    'unsupported-format',
    'file-changed',
    'folder-read-only',
    'bad-request',
    'internal',
  ] as const) {
    expect(nextStep(failure(code), usual)).toEqual({ kind: 'fail' })
  }
})

test('whatever happens, a wait is between a second and an hour or for the network, and what uses something up comes to an end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...errorCodes),
      fc.record({
        attempt: fc.integer({ min: 1, max: 20 }),
        moved: fc.boolean(),
        advanced: fc.boolean(),
        awayWaits: fc.integer({ min: 0, max: 100_000 }),
        awayMs: fc.integer({ min: 0, max: 48 * HOUR }),
        network: fc.constantFrom('there', 'gone', 'just-back'),
        retryAfterMs: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
        random: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      (code, circumstances) => {
        const step = nextStep(failure(code), circumstances)
        if (step.kind === 'fail') return
        if (step.delayMs === null) {
          expect(circumstances.network).toBe('gone')
          return
        }
        expect(step.delayMs).toBeGreaterThanOrEqual(1000)
        expect(step.delayMs).toBeLessThanOrEqual(HOUR)
        if (step.uses === 'attempt') expect(circumstances.attempt).toBeLessThan(MAX_ATTEMPTS)
        if (step.uses === 'patience') expect(circumstances.awayMs).toBeLessThan(24 * HOUR)
      },
    ),
  )
})
