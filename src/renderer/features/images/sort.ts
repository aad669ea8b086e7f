import type { Image } from '../../../shared/domain.ts'
import type { TableLook } from '../../../shared/image-table.ts'
import { columnOf, nameColumn } from './columns.ts'

export type Sort = TableLook['sort']

// `image-9` before `image-10`; one collator, since making one is what costs.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function compareBy(id: string): (a: Image, b: Image) => number {
  const column = columnOf(id) ?? nameColumn
  // ISO times of one zone sort as text; comparing them so is many times quicker than collating.
  const compareText = column.kind === 'time' || column.kind === 'mono' ? plain : collator.compare
  return (a, b) => {
    const left = column.value(a)
    const right = column.value(b)
    if (typeof left === 'number' && typeof right === 'number') return left - right
    if (left === null || right === null) return Number(left !== null) - Number(right !== null)
    return compareText(String(left), String(right))
  }
}

function plain(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The order of a sort. Equal rows are in the order of their names, then of their ids, whichever way it is sorted, so that nothing jumps. */
function orderOf(sort: Sort): (a: Image, b: Image) => number {
  const compare = compareBy(sort.by)
  const sign = sort.descending ? -1 : 1
  return (a, b) => sign * compare(a, b) || byName(a, b) || plain(a.id, b.id)
}

/** A new array in order. */
export function sortImages(images: Iterable<Image>, sort: Sort): Image[] {
  return [...images].sort(orderOf(sort))
}

/**
 * The same, from the order that was: rows keep their place where they did not change, so that the few comparisons of a list that is almost in
 * order are made, not all of them anew.
 */
export function sortAgain(before: readonly Image[], images: ReadonlyMap<string, Image>, sort: Sort): Image[] {
  const next: Image[] = []
  const known = new Set<string>()
  for (const { id } of before) {
    const image = images.get(id)
    if (image === undefined) continue
    next.push(image)
    known.add(id)
  }
  if (known.size < images.size) for (const image of images.values()) if (!known.has(image.id)) next.push(image)
  return next.sort(orderOf(sort))
}

function byName(a: Image, b: Image): number {
  return collator.compare(a.name ?? '', b.name ?? '')
}

const newestFirst: ReadonlySet<string> = new Set(['time', 'size', 'number'])

/** What a press on a column's head does: this column, or the other way round. Times, sizes and amounts begin with the newest and largest. */
export function nextSort(sort: Sort, by: string): Sort {
  if (sort.by === by) return { by, descending: !sort.descending }
  return { by, descending: newestFirst.has(columnOf(by)?.kind ?? '') }
}
