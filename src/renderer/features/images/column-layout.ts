import { COLUMN_WIDTHS, type TableLook } from '../../../shared/image-table.ts'
import { defaultColumns, nameColumn } from './columns.ts'

// Changes of a table's look; all pure. `narrow` says which columns are meant where the person has chosen none yet.

function columnsOf(look: TableLook, narrow: boolean): NonNullable<TableLook['columns']> {
  return look.columns ?? defaultColumns(narrow)
}

/** Shows a column, at the end, or hides it. A column that is sorted by may be hidden; the order stays. */
export function toggleColumn(look: TableLook, id: string, narrow: boolean): TableLook {
  const columns = columnsOf(look, narrow)
  const without = columns.filter((each) => each.id !== id)
  return { ...look, columns: without.length < columns.length ? without : [...columns, { id, width: null }] }
}

/** Puts a column before the one that stands at `to` now; `to` = their number puts it last. */
export function moveColumn(look: TableLook, id: string, to: number, narrow: boolean): TableLook {
  const columns = columnsOf(look, narrow)
  const from = columns.findIndex((each) => each.id === id)
  const moved = columns[from]
  if (moved === undefined) return look
  const place = Math.max(0, Math.min(columns.length, to))
  const others = columns.toSpliced(from, 1)
  return { ...look, columns: others.toSpliced(place > from ? place - 1 : place, 0, moved) }
}

/** By so many places to the right; to the left where it is negative. */
export function shiftColumn(look: TableLook, id: string, by: number, narrow: boolean): TableLook {
  const from = columnsOf(look, narrow).findIndex((each) => each.id === id)
  return from < 0 ? look : moveColumn(look, id, from + (by > 0 ? by + 1 : by), narrow)
}

/** Null = the column's own width; for the name, all that the others leave. */
export function resizeColumn(look: TableLook, id: string, width: number | null, narrow: boolean): TableLook {
  const fits = width === null ? null : Math.round(Math.min(COLUMN_WIDTHS.most, Math.max(COLUMN_WIDTHS.least, width)))
  if (id === nameColumn.id) return { ...look, nameWidth: fits }
  return { ...look, columns: columnsOf(look, narrow).map((each) => (each.id === id ? { ...each, width: fits } : each)) }
}
