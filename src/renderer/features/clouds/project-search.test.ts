import { expect, test } from 'vitest'
import { findProjects, MOST_SHOWN } from './project-search.ts'

const projects = ['demo', 'Demo two', 'research'].map((name, index) => ({ id: `${index}`.repeat(32), name, domainId: 'default' }))
const names = (search: string) => findProjects(projects, search).found.map(({ name }) => name)

test('finds by words of the name and by the id', () => {
  expect(names('')).toEqual(['demo', 'Demo two', 'research'])
  expect(names('DEMO two')).toEqual(['Demo two'])
  expect(names('2222')).toEqual(['research'])
  expect(names('nothing')).toEqual([])
})

test('an id that is in no list can be chosen as it is', () => {
  const id = 'abcdef0123456789abcdef0123456789'
  expect(findProjects(projects, ` ${id} `).found).toEqual([{ id, name: id, domainId: null }])
  expect(names('abcdef')).toEqual([])
})

test('of thousands a hundred are shown', () => {
  const many = Array.from({ length: 2000 }, (_, index) => ({ id: `${index}`, name: `p${index}`, domainId: null }))
  expect(findProjects(many, '')).toMatchObject({ more: 1900 })
  expect(findProjects(many, '').found).toHaveLength(MOST_SHOWN)
})
