import { expect, test } from 'vitest'
import { projectIds } from './project-ids.ts'

test.each([
  ['', []],
  [' a\n b,c; d\ta ', ['a', 'b', 'c', 'd']],
])('%j', (text, ids) => {
  expect(projectIds(text)).toEqual(ids)
})
