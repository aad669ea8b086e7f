import { HttpError } from '../http/http-error.ts'
import type { Caller } from '../identity.ts'
import { mayShow } from '../policy.ts'
import { imageFilter } from './image-filter.ts'
import { type ImageRecord, imageView } from './image-record.ts'

const SORT_KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'] as const
type SortKey = (typeof SORT_KEYS)[number]
type Order = { key: SortKey; descending: boolean }

/** Glance's `limit_param_default` and `api_limit_max`. */
const DEFAULT_LIMIT = 25
const MAX_LIMIT = 1000

/** `GET /v2/images`: filtered, sorted, one page, with links as Glance makes them. 400 for parameters that make no sense. */
export function listImages(
  who: Caller,
  images: readonly ImageRecord[],
  query: URLSearchParams,
  records: { get(id: string): ImageRecord | undefined },
): Record<string, unknown> {
  const limit = Math.min(parseLimit(query.get('limit')), MAX_LIMIT)
  const matches = imageFilter(who, query)
  const orders = parseSort(query)
  const marker = query.get('marker')
  const after = marker === null ? null : markerImage(who, records.get(marker), marker)
  const found = images
    .filter((image) => matches(image) && (after === null || compareBy(orders, after, image) < 0))
    .sort((left, right) => compareBy(orders, left, right))
    .slice(0, limit)

  // Both links are built from the query as a dictionary: of a repeated parameter only the last one is left (observed on Glance 25.1).
  const rest = new URLSearchParams(Object.fromEntries(query))
  rest.delete('marker')
  const first = rest.size === 0 ? '/v2/images' : `/v2/images?${rest}`
  const last = found.at(-1)
  const more = last !== undefined && found.length === limit
  if (more) rest.set('marker', last.id)
  return {
    images: found.map(imageView),
    first,
    ...(more ? { next: `/v2/images?${rest}` } : {}),
    schema: '/v2/schemas/images',
  }
}

function parseLimit(value: string | null): number {
  if (value === null) return DEFAULT_LIMIT
  if (!/^\s*[+-]?\d+\s*$/.test(value)) throw new HttpError(400, 'limit param must be an integer')
  const limit = Number(value)
  if (limit < 0) throw new HttpError(400, 'limit param must be positive')
  return limit
}

function markerImage(who: Caller, image: ImageRecord | undefined, id: string): ImageRecord {
  if (image === undefined) throw new HttpError(400, `No image found with ID ${id}`)
  if (!mayShow(who, image)) throw new HttpError(403, `Forbidding request, image ${id} not visible`)
  return image
}

/** `sort=a:asc,b` or `sort_key`/`sort_dir`; created_at and id decide between equals. */
function parseSort(query: URLSearchParams): Order[] {
  const { keys, dirs } = query.has('sort') ? newSyntax(query) : oldSyntax(query)
  if (keys.length === 0) keys.push('created_at')
  const descending = (dirs.length === 1 ? dirs[0] : 'desc') !== 'asc'
  const orders = keys.map((key, index) => ({ key, descending: dirs.length > 1 ? dirs[index] !== 'asc' : descending }))
  for (const key of ['created_at', 'id'] as const) if (!keys.includes(key)) orders.push({ key, descending })
  return orders
}

function newSyntax(query: URLSearchParams): { keys: SortKey[]; dirs: string[] } {
  if (query.has('sort_key') || query.has('sort_dir')) throw new HttpError(400, 'Old and new sorting syntax cannot be combined')
  const pairs = (query.getAll('sort').at(-1) ?? '').trim().split(',')
  const split = pairs.map((pair) => pair.split(':'))
  return { keys: split.map(([key]) => sortKey(key ?? '')), dirs: split.map(([, dir]) => sortDir(dir ?? 'desc')) }
}

function oldSyntax(query: URLSearchParams): { keys: SortKey[]; dirs: string[] } {
  // Glance takes repeated parameters from the end.
  const keys = query.getAll('sort_key').reverse().map(sortKey)
  const dirs = query.getAll('sort_dir').reverse().map(sortDir)
  if (dirs.length > 1 && dirs.length !== keys.length) {
    throw new HttpError(400, 'Number of sort dirs does not match the number of sort keys')
  }
  return { keys, dirs }
}

function sortKey(text: string): SortKey {
  const key = SORT_KEYS.find((known) => known === text.trim())
  if (key === undefined) {
    throw new HttpError(400, `Invalid sort key: ${text.trim()}. It must be one of the following: ${SORT_KEYS.join(', ')}.`)
  }
  return key
}

function sortDir(text: string): string {
  const dir = text.trim()
  if (dir !== 'asc' && dir !== 'desc') throw new HttpError(400, `Invalid sort direction: ${dir}`)
  return dir
}

function compareBy(orders: readonly Order[], left: ImageRecord, right: ImageRecord): number {
  for (const { key, descending } of orders) {
    // Milliseconds are too coarse for a script that makes many images: the sequence keeps their order.
    const difference =
      compareValues(sortValue(left, key), sortValue(right, key)) || (key === 'created_at' ? left.sequence - right.sequence : 0)
    if (difference !== 0) return descending ? -difference : difference
  }
  return 0
}

function sortValue(image: ImageRecord, key: SortKey): string | number | null {
  switch (key) {
    case 'container_format':
      return image.containerFormat
    case 'disk_format':
      return image.diskFormat
    case 'created_at':
      return image.createdAt
    case 'updated_at':
      return image.updatedAt
    default:
      return image[key]
  }
}

/** Null before everything, as SQL on SQLite and MySQL has it. */
function compareValues(left: string | number | null, right: string | number | null): number {
  if (left === right) return 0
  if (left === null) return -1
  if (right === null) return 1
  return left < right ? -1 : 1
}
