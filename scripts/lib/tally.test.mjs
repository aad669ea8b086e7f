import { expect, test } from 'vitest'
import { line, sum, tallyCheck, tallyPlaywright, tallyVitest, targetLines } from './tally.mjs'

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] }
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 3 } }

test('reports are counted as they are', () => {
  expect(tallyVitest(0, vitest)).toEqual({ passed: 5, failed: 0, skipped: 3 })
  expect(tallyPlaywright(0, playwright)).toEqual({ passed: 4, failed: 0, skipped: 3 })
  expect(tallyCheck(0)).toEqual({ passed: 1, failed: 0, skipped: 0 })
})

test('a runner that crashed is a failure, whatever its tests say', () => {
  expect(tallyVitest(1, vitest).failed).toBe(1)
  expect(tallyPlaywright(1, playwright).failed).toBe(1)
  expect(tallyVitest(1, null)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(tallyPlaywright(0, null).failed).toBe(1)
  expect(tallyPlaywright(0, {}).failed).toBe(1)
  expect(tallyCheck(137).failed).toBe(1)
})

test('a runner that ran nothing is a failure', () => {
  expect(tallyVitest(0, { ...vitest, numPassedTests: 0, numPendingTests: 0, numTodoTests: 0 }).failed).toBe(1)
  expect(tallyPlaywright(0, { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }).failed).toBe(1)
})

test('a file that does not load counts beside the tests that failed', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{}] },
  ]
  expect(tallyVitest(1, { ...vitest, numFailedTests: 1, testResults }).failed).toBe(2)
})

test('a test that passed only at the second try did not pass', () => {
  expect(tallyPlaywright(0, { stats: { ...playwright.stats, flaky: 2 } })).toEqual({ passed: 4, failed: 2, skipped: 3 })
})

test('a report says which target ran', () => {
  const specs = [
    { tests: [{ projectName: 'web', status: 'expected' }] },
    { tests: [{ projectName: 'stand-in', status: 'flaky' }] },
    { tests: [{ projectName: 'electron', status: 'skipped' }] },
  ]
  const report = { suites: [{ specs: specs.slice(0, 1), suites: [{ specs: specs.slice(1) }] }] }
  expect(targetLines(report)).toEqual([
    'web: 1 passed, 0 failed, 0 skipped',
    'stand-in: 0 passed, 1 failed, 0 skipped',
    'electron: 0 passed, 0 failed, 1 skipped',
  ])
  expect(targetLines(null)).toEqual([])
})

test('the last line sums over all', () => {
  expect(line(sum([tallyCheck(0), tallyCheck(1), tallyVitest(0, vitest)]))).toBe('6 passed, 1 failed, 3 skipped')
})
