import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorCodes } from '../../shared/errors.ts'
import { MAX_ATTEMPTS, nextStep } from './retry-policy.ts'

const failure = (code: (typeof errorCodes)[number]) => ({ code, message: '' })

test('a reset connection waits about 2, 4, 8 s and so on, and the sixth attempt is the last', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => {
    const step = nextStep(failure('reset'), attempt, null, 0.5)
    return step.kind === 'wait' ? step.delayMs : null
  })
  expect(delays).toEqual([2000, 4000, 8000, 16000, 32000])
  expect(nextStep(failure('reset'), MAX_ATTEMPTS, null, 0.5)).toEqual({ kind: 'fail' })
})

test("a server's Retry-After is honoured when it is longer, and bounded", () => {
  expect(nextStep(failure('unavailable'), 1, 30_000, 0.5)).toMatchObject({ kind: 'wait', delayMs: 30_000 })
  expect(nextStep(failure('unavailable'), 1, 100, 0.5)).toMatchObject({ kind: 'wait', delayMs: 2000 })
  expect(nextStep(failure('unavailable'), 1, 9e9, 0.5)).toMatchObject({ kind: 'wait', delayMs: 3_600_000 })
})

test('a full disk is waited for without an end and uses up no attempt', () => {
  expect(nextStep(failure('disk-full'), 50, null, 0)).toMatchObject({ kind: 'wait', countsAsAttempt: false })
})

test('what a retry cannot mend fails at once', () => {
  for (const code of [
    'mismatch',
    'forbidden',
    'not-found',
    'quota',
    'unsupported-format',
    'file-changed',
    'bad-request',
    'internal',
  ] as const) {
    expect(nextStep(failure(code), 1, null, 0.5)).toEqual({ kind: 'fail' })
  }
})

test('whatever happens, a wait is between a second and an hour, and attempts end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...errorCodes),
      fc.integer({ min: 1, max: 20 }),
      fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (code, attempt, retryAfter, random) => {
        const step = nextStep(failure(code), attempt, retryAfter, random)
        if (step.kind === 'fail') return
        expect(step.delayMs).toBeGreaterThanOrEqual(1000)
        expect(step.delayMs).toBeLessThanOrEqual(3_600_000)
        if (step.countsAsAttempt) expect(attempt).toBeLessThan(MAX_ATTEMPTS)
      },
    ),
  )
})
