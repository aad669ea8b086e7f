import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHAPTERS } from './cases/index.ts'
import { DIFFERENCES, UNTABLED_DIFFERENCES } from './differences.ts'
import { CaseRun } from './runner.ts'
import { builtIn, readLab, realGlance, type Target } from './target.ts'
import { startWebSource } from './web-source.ts'

const lab = await readLab()

const sides: readonly { name: string; open: (() => Promise<Target>) | null }[] = [
  { name: 'the built-in service', open: builtIn },
  { name: 'Glance', open: lab === null ? null : async () => realGlance(lab) },
]

afterAll(() => {
  const total = Object.values(CHAPTERS).reduce((sum, cases) => sum + cases.length, 0)
  const sidesRun = lab === null ? 'the built-in service alone (no GLANCER_OPENSTACK_DIR)' : 'both services'
  console.log(`Conformance: ${total} cases put to ${sidesRun}; ${DIFFERENCES.length} differ on purpose, see differences.ts`)
})

it('lists only differences of cases that there are', () => {
  const known = Object.entries(CHAPTERS).flatMap(([chapter, cases]) => cases.map((test) => `${chapter}: ${test.name}`))
  expect(new Set(known).size).toBe(known.length)
  expect(known.length).toBeGreaterThanOrEqual(150)
  for (const difference of DIFFERENCES) expect(known).toContain(difference.case)
  for (const { reason } of [...DIFFERENCES, ...UNTABLED_DIFFERENCES]) expect(reason).not.toBe('')
})

for (const side of sides) {
  const { open } = side
  if (open === null) {
    describe.skip(`${side.name}: needs GLANCER_OPENSTACK_DIR, the folder of e2e/openstack/up`, () => {
      for (const [chapter, cases] of Object.entries(CHAPTERS)) for (const test of cases) it(`${chapter}: ${test.name}`, () => {})
    })
    continue
  }
  describe(side.name, () => {
    let target: Target
    let source: Awaited<ReturnType<typeof startWebSource>>

    beforeAll(async () => {
      target = await open()
      source = await startWebSource(target.sourcePort)
    })
    afterAll(async () => {
      await source?.close()
      await target?.close()
    })

    for (const [chapter, cases] of Object.entries(CHAPTERS)) {
      describe(chapter, () => {
        for (const test of cases) {
          it(test.name, async () => {
            const difference =
              target.name === 'built-in' ? DIFFERENCES.find((other) => other.case === `${chapter}: ${test.name}`) : undefined
            const run = new CaseRun(target)
            try {
              await run.run(test, difference?.steps, difference?.after)
            } finally {
              await run.clean()
            }
          })
        }
      })
    }
  })
}
