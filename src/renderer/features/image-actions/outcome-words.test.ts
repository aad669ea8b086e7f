import { expect, test } from 'vitest'
import type { ErrorShape } from '../../../shared/errors.ts'
import { groupFailures, summaryLine } from './outcome-words.ts'

const no: ErrorShape = { code: 'protected', message: 'The image is protected.' }
const gone: ErrorShape = { code: 'not-found', message: 'The cloud has no such image.' }
const of = (...errors: (ErrorShape | null)[]) => ({
  done: 'deleted',
  outcomes: errors.map((error, index) => ({ id: String(index), label: `image ${index}`, error })),
})

test.each([
  [of(null), 'image 0 deleted'],
  [of(no), 'image 0 was not deleted'],
  [of(null, null), '2 images deleted'],
  [of(no, no), 'None of 2 images was deleted'],
  [of(null, no, null), '2 of 3 images deleted'],
])('one line for all', (summary, line) => {
  expect(summaryLine(summary)).toBe(line)
})

test('failures with the same words stand together, the most first', () => {
  const groups = groupFailures(of(gone, no, null, no))
  expect(groups.map(({ error, outcomes }) => [error.code, outcomes.map(({ id }) => id)])).toEqual([
    ['protected', ['1', '3']],
    ['not-found', ['0']],
  ])
})
