import type { CSSProperties } from 'react'
import type { Image } from '../../../shared/domain.ts'
import type { TableLook } from '../../../shared/image-table.ts'

/** How the cells of a column are drawn. */
export type CellKind = 'status' | 'size' | 'time' | 'number' | 'text' | 'mono' | 'owner'

export interface Column {
  id: string
  label: string
  kind: CellKind
  /** Its own width in CSS pixels. */
  width: number
  /** What is compared when it is sorted by; null comes first, and last the other way round. */
  value(image: Image): string | number | null
  /** What a cell says; null where the image has none of it. Sizes, times and statuses are drawn by their kind. */
  text(image: Image): string | null
}

export const PROPERTY = 'property:'

const column = (
  id: string,
  label: string,
  kind: CellKind,
  width: number,
  value: (image: Image) => string | number | null,
  text: (image: Image) => string | null = (image) => {
    const given = value(image)
    return given === null || given === '' ? null : String(given)
  },
): Column => ({ id, label, kind, width, value, text })

const yes = (is: boolean): string | null => (is ? 'yes' : null)

/** The name stands first, always, and takes the room that the others leave. */
export const nameColumn = column('name', 'Name', 'text', 160, (image) => image.name)

/** All columns but those of properties, in the order in which they are offered. */
export const ownColumns: readonly Column[] = [
  column('status', 'Status', 'status', 156, (image) => image.status),
  column('size', 'Size', 'size', 76, (image) => image.size),
  column('virtual-size', 'Virtual size', 'size', 88, (image) => image.virtualSize),
  column('format', 'Format', 'text', 60, (image) => image.diskFormat),
  column('container', 'Container', 'text', 80, (image) => image.containerFormat),
  column('visibility', 'Visibility', 'text', 84, (image) => image.visibility),
  column('owner', 'Owner', 'owner', 140, (image) => image.owner),
  column(
    'min-disk',
    'Min disk',
    'number',
    76,
    (image) => image.minDisk,
    (image) => (image.minDisk === 0 ? null : `${image.minDisk} GB`),
  ),
  column(
    'min-ram',
    'Min RAM',
    'number',
    84,
    (image) => image.minRam,
    (image) => (image.minRam === 0 ? null : `${image.minRam} MB`),
  ),
  column('created', 'Created', 'time', 76, (image) => image.createdAt),
  column('updated', 'Updated', 'time', 76, (image) => image.updatedAt),
  column('tags', 'Tags', 'text', 140, (image) => image.tags.join(', ')),
  column('stores', 'Stores', 'text', 110, (image) => image.stores.join(', ')),
  column(
    'hidden',
    'Hidden',
    'text',
    64,
    (image) => Number(image.hidden),
    (image) => yes(image.hidden),
  ),
  column(
    'protected',
    'Protected',
    'text',
    76,
    (image) => Number(image.protected),
    (image) => yes(image.protected),
  ),
  column('checksum', 'MD5', 'mono', 248, (image) => image.checksum),
  column(
    'hash',
    'Digest',
    'mono',
    248,
    (image) => image.hashValue,
    (image) => image.hashValue,
  ),
  column('id', 'ID', 'mono', 276, (image) => image.id),
]

const byId = new Map([nameColumn, ...ownColumns].map((each) => [each.id, each]))
const propertyColumns = new Map<string, Column>()

/** The column of an id; also of a property that no image has. Undefined for what this version does not know. */
export function columnOf(id: string): Column | undefined {
  if (!id.startsWith(PROPERTY)) return byId.get(id)
  const known = propertyColumns.get(id)
  if (known !== undefined) return known
  const key = id.slice(PROPERTY.length)
  const made = column(id, key, 'text', 120, (image) => (Object.hasOwn(image.properties, key) ? (image.properties[key] ?? null) : null))
  propertyColumns.set(id, made)
  return made
}

type ShownColumn = NonNullable<TableLook['columns']>[number]

/** What is shown where a person chose nothing: the format goes first where there is little room. */
export function defaultColumns(narrow: boolean): ShownColumn[] {
  const ids = narrow ? ['status', 'size', 'visibility', 'updated'] : ['status', 'size', 'format', 'visibility', 'updated']
  return ids.map((id) => ({ id, width: null }))
}

/** The columns after the name with the widths that they have now. */
export function shownColumns(look: TableLook, narrow: boolean): { column: Column; width: number }[] {
  return (look.columns ?? defaultColumns(narrow)).flatMap(({ id, width }) => {
    const known = id === nameColumn.id ? undefined : columnOf(id)
    return known === undefined ? [] : [{ column: known, width: width ?? known.width }]
  })
}

/** Room of the checkboxes, least room of the name, between two columns, and at the end of a row. */
const PICK = 32
const GAP = 12
const END = 16

/** The columns of the rows' grid, and the width below which the table scrolls sideways, in CSS pixels. */
export function gridOf(look: TableLook, columns: readonly { width: number }[]): { template: string; least: number } {
  const name = look.nameWidth ?? nameColumn.width
  const widths = columns.map(({ width }) => `${width}px`).join(' ')
  return {
    // A name of a fixed width leaves the rest empty at the end.
    template: look.nameWidth === null ? `${PICK}px minmax(${name}px, 1fr) ${widths}` : `${PICK}px ${name}px ${widths} minmax(0, 1fr)`,
    least: PICK + name + columns.reduce((sum, { width }) => sum + GAP + width, 0) + END,
  }
}

/** The same as the styles of the table take it. */
export function gridStyle(template: string, least: number): CSSProperties & Record<'--columns' | '--least', string> {
  return { '--columns': template, '--least': `${least}px` }
}

/** Numbers stand at the right end of their column. */
export function isNumber({ kind }: Column): boolean {
  return kind === 'size' || kind === 'time' || kind === 'number'
}
