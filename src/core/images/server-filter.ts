import { rangeOf, spanOf } from '../../shared/filter-values.ts'
import type { Filters } from '../../shared/image-table.ts'

type Query = Record<string, string>

/** So many questions are asked for one find at most. */
const MOST_QUERIES = 4

/**
 * The questions that find, with the filters which Glance has, all images that these filters mean, and few others. What it has no filter for
 * (stores, parts of a name, several owners) is left out, never sent: a parameter that Glance does not know is taken for a custom property, and
 * finds nothing. Alternatives that only separate questions can express become several. Empty = it has no filter that would help.
 */
export function serverQueries(filters: Filters, search: string, now: number): Query[] {
  const query: Query = {}
  for (const [field, values] of [
    ['status', filters.status],
    ['disk_format', filters.format],
  ] as const) {
    const wanted = oneOf(values)
    if (wanted !== null) query[field] = wanted
  }
  // Of a repeated parameter Glance takes one alone.
  const [visibility, ...otherVisibilities] = filters.visibility
  if (visibility !== undefined && otherVisibilities.length === 0) query.visibility = visibility
  const [owner, ...otherOwners] = filters.owner
  if (owner !== undefined && otherOwners.length === 0) query.owner = owner
  const sizes = hull(filters.size.map(rangeOf))
  if (sizes?.from != null) query.size_min = String(sizes.from)
  if (sizes?.to != null) query.size_max = String(sizes.to)
  for (const key of ['updated', 'created'] as const) {
    const span = hull(filters[key].map((value) => spanOf(value, now)))
    // One bound alone: a second of the same name would take its place.
    if (span?.from != null) query[`${key}_at`] = `gte:${iso(span.from)}`
    else if (span?.to != null) query[`${key}_at`] = `lte:${iso(span.to)}`
  }
  // Glance knows whole names only.
  if (search.trim() !== '') query.name = exactly(search.trim())
  const tags = filters.tag.length <= MOST_QUERIES ? filters.tag : []
  if (tags.length > 0) return tags.map((tag) => ({ ...query, tag }))
  return Object.keys(query).length === 0 ? [] : [query]
}

/** Written so that nothing in the value is taken for an operator (`odd:name` alone is refused) or for several values. */
export function exactly(value: string): string {
  return `eq:${value}`
}

/**
 * Each value in quotes, so that commas and colons in it mean nothing. Null where one of several has a quote or a backslash, for which Glance
 * has no writing: it takes the backslash before them for a part of the value (observed on Glance 25.1).
 */
function oneOf(values: readonly string[]): string | null {
  const [first, ...others] = values
  if (first === undefined) return null
  if (others.length === 0) return exactly(first)
  return values.some((value) => /["\\]/.test(value)) ? null : `in:${values.map((value) => `"${value}"`).join(',')}`
}

/** From the lowest start to the highest end; null where one of them has neither, or means something else. */
function hull(spans: readonly ({ from: number | null; to: number | null } | null)[]): { from: number | null; to: number | null } | null {
  const known = spans.filter((span) => span !== null)
  if (known.length === 0 || known.length < spans.length) return null
  const from = known.every((span) => span.from !== null) ? Math.min(...known.map((span) => span.from ?? 0)) : null
  const to = known.every((span) => span.to !== null) ? Math.max(...known.map((span) => span.to ?? 0)) : null
  return { from, to }
}

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
