import type { Cloud, Image } from '../../../shared/domain.ts'

/** The entries under a cloud in the sidebar. */
export type Scope = 'all' | 'owned' | 'shared' | 'community' | 'public'

export const filterKeys = ['format', 'status', 'visibility', 'tag'] as const
export type FilterKey = (typeof filterKeys)[number]
/** Chosen values by what they are about; none = not filtered by it. Values of one key are alternatives, keys add up. */
export type Filters = Readonly<Record<FilterKey, readonly string[]>>

export const noFilters: Filters = { format: [], status: [], visibility: [], tag: [] }
export const filterLabels: Readonly<Record<FilterKey, string>> = {
  format: 'Format',
  status: 'Status',
  visibility: 'Visibility',
  tag: 'Tag',
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

export function valuesOf(image: Image, key: FilterKey): readonly string[] {
  switch (key) {
    case 'format':
      return image.diskFormat === null ? [] : [image.diskFormat]
    case 'status':
      return [image.status]
    case 'visibility':
      return [image.visibility]
    case 'tag':
      return image.tags
  }
}

/** True where every filter has one of its values, and every word of the search stands in the name, the id or a tag. */
export function matches(image: Image, filters: Filters, words: readonly string[]): boolean {
  for (const key of filterKeys) {
    const wanted = filters[key]
    if (wanted.length > 0 && !valuesOf(image, key).some((value) => wanted.includes(value))) return false
  }
  if (words.length === 0) return true
  const text = `${image.name ?? ''}\n${image.id}\n${image.tags.join('\n')}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

export function searchWords(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean)
}

/** The values that known rows have for a key, with how many rows have each, most frequent first. */
export function countValues(images: Iterable<Image>, key: FilterKey): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const image of images) for (const value of valuesOf(image, key)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
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
export function filterWords(filters: Filters): string {
  return filterKeys
    .filter((key) => filters[key].length > 0)
    .map((key) => `${filterLabels[key]}: ${filters[key].join(', ')}`)
    .join(' and ')
}
