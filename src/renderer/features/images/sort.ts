import type { Image } from '../../../shared/domain.ts'

export type SortKey = 'name' | 'status' | 'size' | 'format' | 'visibility' | 'updated'
export interface Sort {
  by: SortKey
  descending: boolean
}

// `image-9` before `image-10`; one collator, since making one is what costs.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function compareBy(key: SortKey): (a: Image, b: Image) => number {
  switch (key) {
    case 'name':
      return byName
    case 'status':
      return (a, b) => collator.compare(a.status, b.status)
    case 'size':
      return (a, b) => (a.size ?? -1) - (b.size ?? -1)
    case 'format':
      return (a, b) => collator.compare(a.diskFormat ?? '', b.diskFormat ?? '')
    case 'visibility':
      return (a, b) => collator.compare(a.visibility, b.visibility)
    case 'updated':
      // ISO times of one zone sort as text.
      return (a, b) => (a.updatedAt < b.updatedAt ? -1 : a.updatedAt > b.updatedAt ? 1 : 0)
  }
}

/** A new array in order. Equal rows are in the order of their names, then of their ids, whichever way it is sorted, so that nothing jumps. */
export function sortImages(images: Iterable<Image>, sort: Sort): Image[] {
  const compare = compareBy(sort.by)
  const sign = sort.descending ? -1 : 1
  return [...images].sort((a, b) => sign * compare(a, b) || byName(a, b) || (a.id < b.id ? -1 : 1))
}

function byName(a: Image, b: Image): number {
  return collator.compare(a.name ?? '', b.name ?? '')
}

/** What a press on a column's head does: this column, or the other way round. Times and sizes begin with the newest and largest. */
export function nextSort(sort: Sort, by: SortKey): Sort {
  if (sort.by === by) return { by, descending: !sort.descending }
  return { by, descending: by === 'updated' || by === 'size' }
}
