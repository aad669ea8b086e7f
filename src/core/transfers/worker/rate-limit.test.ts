import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RateLimit } from './rate-limit.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Sends pieces for so many (faked) milliseconds and gives the bytes that got through. */
async function runFor(limit: RateLimit, ms: number, pieceSize = 1_048_576): Promise<number> {
  let through = 0
  let over = false
  const loop = (async () => {
    while (!over) {
      const piece = limit.piece(pieceSize)
      await limit.pass(piece)
      if (!over) through += piece
      await Promise.resolve()
    }
  })()
  for (let at = 0; at < ms; at += 10) await vi.advanceTimersByTimeAsync(10)
  over = true
  limit.release()
  await loop
  return through
}

describe('a cap', () => {
  test.each([20_000, 300_000, 1_000_000, 50_000_000])('of %i bytes a second is held within 5 % over 10 s', async (rate) => {
    const through = await runFor(new RateLimit(rate), 10_000)
    expect(through / 10 / rate).toBeGreaterThan(0.95)
    expect(through / 10 / rate).toBeLessThan(1.05)
  })

  test('that is raised while it is waited for is felt at once', async () => {
    const limit = new RateLimit(1000)
    let passed = false
    void limit.pass(100_000).then(() => {
      passed = true
    })
    await vi.advanceTimersByTimeAsync(100)
    expect(passed).toBe(false)
    expect(limit.isWaiting).toBe(true)
    limit.set(null)
    await vi.advanceTimersByTimeAsync(0)
    expect(passed).toBe(true)
    expect(limit.isWaiting).toBe(false)
  })

  test('that is changed in the middle is held on both sides of the change', async () => {
    const limit = new RateLimit(1_000_000)
    const before = await runFor(limit, 5000)
    limit.set(4_000_000)
    const after = await runFor(limit, 5000)
    expect(before / 5).toBeGreaterThan(930_000)
    expect(before / 5).toBeLessThan(1_070_000)
    expect(after / 5).toBeGreaterThan(3_720_000)
    expect(after / 5).toBeLessThan(4_280_000)
  })

  test('is not made up for with a burst after a pause', async () => {
    const limit = new RateLimit(1_000_000)
    await limit.pass(1000)
    await vi.advanceTimersByTimeAsync(60_000)
    const through = await runFor(limit, 1000)
    expect(through).toBeLessThan(1_400_000)
  })

  test('lets small pieces through where it is low, so that a transfer flows', () => {
    expect(new RateLimit(100_000).piece(1_048_576)).toBe(10_000)
    expect(new RateLimit(10).piece(1_048_576)).toBe(4096)
    expect(new RateLimit(null).piece(1_048_576)).toBe(1_048_576)
  })
})

test('without a cap nothing waits', async () => {
  const limit = new RateLimit(null)
  for (let n = 0; n < 1000; n++) await limit.pass(1e9)
  expect(limit.isWaiting).toBe(false)
})
