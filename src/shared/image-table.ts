import { z } from 'zod'

/** How a person has set up the image table, and the views that they saved of it. Kept with the settings. */

/** The narrowest and the widest that a column can be made, in CSS pixels. */
export const COLUMN_WIDTHS = { least: 40, most: 1200 } as const
/** So many columns can stand side by side, and so many views be kept. */
const MOST_COLUMNS = 60
export const MOST_VIEWS = 200
export const VIEW_NAME_LIMIT = 80

/** `status`, or `property:os_distro` for a property of the images. What no version of the page knows is left out where it is drawn. */
const columnId = z.string().min(1).max(300)

/** Which columns stand after the name, in their order. A width is in CSS pixels; null = the column's own. */
export const tableLookSchema = z.strictObject({
  /** Null = the columns that the page shows by itself, fewer where it is narrow. */
  columns: z
    .array(z.strictObject({ id: columnId, width: z.number().int().min(COLUMN_WIDTHS.least).max(COLUMN_WIDTHS.most).nullable() }))
    .max(MOST_COLUMNS)
    .nullable(),
  /** The width of the name; null = all that the others leave. */
  nameWidth: z.number().int().min(COLUMN_WIDTHS.least).max(COLUMN_WIDTHS.most).nullable(),
  sort: z.strictObject({ by: columnId, descending: z.boolean() }),
})
export type TableLook = z.infer<typeof tableLookSchema>

export const defaultLook: TableLook = { columns: null, nameWidth: null, sort: { by: 'name', descending: false } }

/** What a filter is about. */
export const filterKeys = ['status', 'format', 'visibility', 'owner', 'tag', 'store', 'size', 'updated', 'created'] as const
export type FilterKey = (typeof filterKeys)[number]

const filterValues = z.array(z.string().min(1).max(300)).max(200).readonly()
/** Chosen values by what they are about; none = not filtered by it. Values of one key are alternatives, keys add up. */
export const filtersSchema = z.strictObject({
  status: filterValues.default([]),
  format: filterValues.default([]),
  visibility: filterValues.default([]),
  owner: filterValues.default([]),
  tag: filterValues.default([]),
  store: filterValues.default([]),
  /** `1000000000..10000000000` bytes, either end may be missing; `none` = no data. */
  size: filterValues.default([]),
  /** `7d` = in the last seven days, `older:365d`, or days of the calendar: `2026-11-01..2026-11-30`. */
  updated: filterValues.default([]),
  created: filterValues.default([]),
})
export type Filters = Readonly<z.infer<typeof filtersSchema>>

export const savedViewSchema = z.strictObject({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(VIEW_NAME_LIMIT),
  /** The cloud that it is for; null = for all. */
  cloudId: z.string().min(1).max(200).nullable(),
  filters: filtersSchema,
  search: z.string().max(500),
  look: tableLookSchema,
})
export type SavedView = z.infer<typeof savedViewSchema>

/** As they are kept: one that cannot be read goes alone. */
export const savedViewsSchema = z
  .array(savedViewSchema.nullable().catch(null))
  .transform((views) => views.filter((view) => view !== null).slice(0, MOST_VIEWS))
