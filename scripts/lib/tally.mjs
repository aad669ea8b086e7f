// How the runners' own reports are counted. A runner that crashed, or ran nothing, is a failure even if no test of it failed.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** A check without tests of its own counts as one. @returns {Counts} */
export function tallyCheck(code) {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/** @param report what vitest's JSON reporter wrote, or null if it wrote nothing @returns {Counts} */
export function tallyVitest(code, report) {
  if (!report) return settle(code, null)
  // A file that could not even be loaded has no tests to fail.
  const broken = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report
  return settle(code, { passed, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests })
}

/** @param report what Playwright's JSON reporter wrote, or null. A test that passed only at the second try did not pass. @returns {Counts} */
export function tallyPlaywright(code, report) {
  const stats = report?.stats
  return settle(code, stats && { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped })
}

/**
 * What ran where: the projects of a Playwright report, which are the targets, each with its counts. `web: 3 passed, 0 failed, 1 skipped`.
 * @returns {string[]}
 */
export function targetLines(report) {
  /** @type {Map<string, Counts>} */
  const targets = new Map()
  const walk = ({ suites = [], specs = [] }) => {
    for (const { projectName, status } of specs.flatMap(({ tests }) => tests)) {
      const counts = targets.get(projectName) ?? { passed: 0, failed: 0, skipped: 0 }
      counts[status === 'expected' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed'] += 1
      targets.set(projectName, counts)
    }
    suites.forEach(walk)
  }
  walk(report ?? {})
  return [...targets].map(([name, counts]) => `${name}: ${line(counts)}`)
}

function settle(code, counts) {
  if (!counts || counts.passed + counts.failed + counts.skipped === 0) return { passed: 0, failed: 1, skipped: 0 }
  // Broken outside any test: an import that throws, an error that nobody caught, a signal.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** @param {Counts[]} all */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const counts of all) for (const key of Object.keys(total)) total[key] += counts[key]
  return total
}

/** @param {Counts} counts */
export function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
