import type { Cloud, Image } from '../../../shared/domain.ts'
import { rangeOf, spanOf } from '../../../shared/filter-values.ts'
import { type FilterKey, type Filters, filterKeys } from '../../../shared/image-table.ts'
import { formatBytes } from '../../../shared/units.ts'
import { plural } from '../../lib/plural.ts'

/** The entries under a cloud in the sidebar. */
export type Scope = 'all' | 'owned' | 'shared' | 'community' | 'public'

export const noFilters: Filters = Object.freeze({
  status: [],
  format: [],
  visibility: [],
  owner: [],
  tag: [],
  store: [],
  size: [],
  updated: [],
  created: [],
})
export const filterLabels: Readonly<Record<FilterKey, string>> = {
  status: 'Status',
  format: 'Format',
  visibility: 'Visibility',
  owner: 'Owner',
  tag: 'Tag',
  store: 'Store',
  size: 'Size',
  updated: 'Updated',
  created: 'Created',
}

/** No data: the size of a record without any. */
const NO_DATA = 'none'
/** What is offered where values are ranges; any other range can be given. */
export const rangesOffered: Readonly<Partial<Record<FilterKey, readonly string[]>>> = {
  size: [NO_DATA, '0..100000000', '100000000..1000000000', '1000000000..10000000000', '10000000000..'],
  updated: ['1d', '7d', '30d', '365d', 'older:365d'],
  created: ['1d', '7d', '30d', '365d', 'older:365d'],
}

/** True for an image that an entry of the sidebar shows. Without a project there is nothing that could be one's own. */
export function inScope(image: Image, scope: Scope, projectId: string | null): boolean {
  switch (scope) {
    case 'all':
      return true
    case 'owned':
      return image.owner === projectId
    case 'shared':
      return image.visibility === 'shared' && image.owner !== projectId
    case 'community':
    case 'public':
      return image.visibility === scope
  }
}

function valuesOf(image: Image, key: FilterKey): readonly string[] {
  switch (key) {
    case 'format':
      return image.diskFormat === null ? [] : [image.diskFormat]
    case 'status':
      return [image.status]
    case 'visibility':
      return [image.visibility]
    case 'owner':
      return image.owner === null ? [] : [image.owner]
    case 'tag':
      return image.tags
    case 'store':
      return image.stores
    default:
      return []
  }
}

type Test = (image: Image) => boolean

/**
 * True where every filter has one of its values, and every word of the search stands in the name, the id or a tag. Values are read once, here, and
 * not for each of ten thousand rows.
 */
export function matcher(filters: Filters, search: string, now: number): Test {
  const tests = filterKeys.flatMap((key) => testOf(key, filters[key], now) ?? [])
  const words = searchWords(search)
  if (words.length > 0)
    tests.push((image) => {
      const text = searchedText(image)
      return words.every((word) => text.includes(word))
    })
  return (image) => tests.every((test) => test(image))
}

function testOf(key: FilterKey, wanted: readonly string[], now: number): Test | null {
  if (wanted.length === 0) return null
  if (key === 'size') {
    const none = wanted.includes(NO_DATA)
    const ranges = wanted.flatMap((value) => rangeOf(value) ?? [])
    return ({ size }) => (size === null ? none : ranges.some((range) => within(size, range)))
  }
  if (key === 'updated' || key === 'created') {
    const spans = wanted.flatMap((value) => spanOf(value, now) ?? [])
    return (image) => {
      const at = Date.parse(key === 'updated' ? image.updatedAt : image.createdAt)
      return spans.some((span) => within(at, span))
    }
  }
  const values = new Set(wanted)
  return (image) => valuesOf(image, key).some((value) => values.has(value))
}

function within(value: number, { from, to }: { from: number | null; to: number | null }): boolean {
  return (from === null || value >= from) && (to === null || value <= to)
}

const texts = new WeakMap<Image, string>()

/** Made once an image: while one types, every row is searched with every key. */
function searchedText(image: Image): string {
  const known = texts.get(image)
  if (known !== undefined) return known
  const made = `${image.name ?? ''}\n${image.id}\n${image.tags.join('\n')}`.toLowerCase()
  texts.set(image, made)
  return made
}

export function searchWords(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean)
}

/** The values that known rows have for a key, with how many rows have each, most frequent first; ranges in their own order, with those that any has. */
export function countValues(images: Iterable<Image>, key: FilterKey, now: number): { value: string; count: number }[] {
  const ranges = rangesOffered[key]
  if (ranges !== undefined) {
    const known = [...images]
    return ranges.map((value) => {
      const test = testOf(key, [value], now)
      return { value, count: test === null ? 0 : known.filter(test).length }
    })
  }
  const counts = new Map<string, number>()
  for (const image of images) for (const value of valuesOf(image, key)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
}

/** How a value is said: `1.00 GB to 10.0 GB`, `in the last 7 days`; the project's own name for its owner. */
export function valueLabel(key: FilterKey, value: string, cloud: Pick<Cloud, 'project' | 'projectId'> | undefined): string {
  if (key === 'owner') return value === cloud?.projectId ? (cloud.project ?? value) : value
  if (key === 'size') {
    if (value === NO_DATA) return 'no data'
    const range = rangeOf(value)
    if (range === null) return value
    if (range.to === null) return `over ${roundBytes(range.from ?? 0)}`
    return range.from === null || range.from === 0
      ? `up to ${roundBytes(range.to)}`
      : `${roundBytes(range.from)} to ${roundBytes(range.to)}`
  }
  const days = /^(older:)?(\d+)d$/.exec(value)
  if ((key !== 'updated' && key !== 'created') || value === '') return value
  if (days !== null) {
    const long = days[2] === '365' ? 'year' : days[2] === '1' ? '24 hours' : plural(Number(days[2]), 'day')
    return days[1] === undefined ? `in the last ${long}` : `more than ${days[2] === '365' ? 'a year' : long} ago`
  }
  const [from, to] = value.split('..')
  return from === '' ? `until ${to}` : to === '' ? `from ${from}` : `${from} to ${to}`
}

/** `1 GB`, not `1.00 GB`: a border that somebody chose, not a size that was measured. */
function roundBytes(bytes: number): string {
  return formatBytes(bytes).replace(/(\.\d*?)0+(?=\D)/, (_, digits: string) => (digits === '.' ? '' : digits))
}

export function scopeCounts(images: Iterable<Image>, cloud: Cloud): Record<Scope, number> {
  const counts: Record<Scope, number> = { all: 0, owned: 0, shared: 0, community: 0, public: 0 }
  for (const image of images) {
    counts.all++
    for (const scope of ['owned', 'shared', 'community', 'public'] as const) if (inScope(image, scope, cloud.projectId)) counts[scope]++
  }
  return counts
}

export function anyFilter(filters: Filters): boolean {
  return filterKeys.some((key) => filters[key].length > 0)
}

/** `Format: qcow2, raw and Status: active`, for sentences. */
export function filterWords(filters: Filters, cloud: Pick<Cloud, 'project' | 'projectId'> | undefined): string {
  return filterKeys
    .filter((key) => filters[key].length > 0)
    .map((key) => `${filterLabels[key]}: ${filters[key].map((value) => valueLabel(key, value, cloud)).join(', ')}`)
    .join(' and ')
}
