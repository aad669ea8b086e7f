import { expect, test } from 'vitest'
import { filtersSchema } from '../../shared/image-table.ts'
import { serverQueries } from './server-filter.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const ask = (filters: object, search = '') => serverQueries(filtersSchema.parse(filters), search, now)

test('what Glance can filter by is asked in its own words; several values in quotes, unless one has a quote in it', () => {
  expect(ask({ status: ['killed', 'odd,"one"'], format: ['raw'], visibility: ['public'], owner: ['p1'] })).toEqual([
    { disk_format: 'eq:raw', visibility: 'public', owner: 'p1' },
  ])
  expect(ask({ status: ['killed', 'odd,one'] })).toEqual([{ status: 'in:"killed","odd,one"' }])
  expect(ask({}, ' a:"b" ')).toEqual([{ name: 'eq:a:"b"' }])
})

test('what it cannot is left out: several owners, visibilities, stores, no data', () => {
  expect(ask({ owner: ['p1', 'p2'], visibility: ['public', 'private'], store: ['ceph'], size: ['none', '1..2'] })).toEqual([])
})

test('ranges become bounds that hold them all', () => {
  expect(ask({ size: ['1000..2000', '..1500'] })).toEqual([{ size_max: '2000' }])
  expect(ask({ size: ['1000..'], updated: ['7d', '1d'], created: ['older:30d'] })).toEqual([
    { size_min: '1000', updated_at: 'gte:2026-11-21T12:00:00Z', created_at: 'lte:2026-10-29T12:00:00Z' },
  ])
})

test('a repeated tag would mean both: each of several is asked for by itself, and too many are not', () => {
  expect(ask({ tag: ['a', 'b'], status: ['active'] })).toEqual([
    { status: 'eq:active', tag: 'a' },
    { status: 'eq:active', tag: 'b' },
  ])
  expect(ask({ tag: ['a', 'b', 'c', 'd', 'e'] })).toEqual([])
})
