import { HttpError } from '../http/http-error.ts'
import type { Caller } from '../identity.ts'
import { type ImageRecord, imageView } from './image-record.ts'

type Test = (image: ImageRecord) => boolean

/** Parameters of a list that are no filters. */
const NOT_FILTERS = ['limit', 'marker', 'member_status', 'tag', 'sort', 'sort_key', 'sort_dir', 'visibility', 'os_hidden', 'protected']
/** Fields that an `in:` works on. */
const IN_FIELDS = ['name', 'id', 'status', 'container_format', 'disk_format']
const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  gt: (left, right) => left > right,
  gte: (left, right) => left >= right,
  lt: (left, right) => left < right,
  lte: (left, right) => left <= right,
  neq: (left, right) => left !== right,
  eq: (left, right) => left === right,
}

/** Whether an image belongs into this list: what the caller may see in lists, and every filter of the query. An unknown one is a property. */
export function imageFilter(who: Caller, query: URLSearchParams): Test {
  const tests: Test[] = [scopeOf(who, query), flag(query, 'os_hidden', 'false'), flag(query, 'protected', null)]
  for (const tag of query.getAll('tag')) tests.push((image) => image.tags.includes(tag.trim()))
  // Of a repeated filter the last one counts.
  for (const [name, value] of Object.entries(Object.fromEntries(query))) {
    if (!NOT_FILTERS.includes(name)) tests.push(fieldTest(name, value))
  }
  return (image) => tests.every((test) => test(image))
}

/**
 * An admin sees all. Others: public images, their own, community ones they own or ask for, and those shared with them whose membership has the
 * asked status (accepted unless they say otherwise).
 */
function scopeOf(who: Caller, query: URLSearchParams): Test {
  const visibility = lastOf(query, 'visibility')
  if (visibility !== null && visibility !== '' && !['community', 'public', 'private', 'shared', 'all'].includes(visibility)) {
    throw new HttpError(400, `Invalid visibility value: ${visibility}`)
  }
  const memberStatus = lastOf(query, 'member_status') ?? 'accepted'
  if (!['pending', 'accepted', 'rejected', 'all'].includes(memberStatus)) throw new HttpError(400, `Invalid status: ${memberStatus}`)
  if (lastOf(query, 'changes-since')) throw new HttpError(400, 'The "changes-since" filter is no longer available on v2.')
  return (image) => {
    const own = image.owner !== null && image.owner === who.projectId
    if (visibility === null || visibility === '') {
      if (image.visibility === 'community' && !own) return false
    } else if (visibility !== 'all' && image.visibility !== visibility) return false
    if (who.isAdmin || own || image.visibility === 'public' || image.visibility === 'community') return true
    return (
      image.visibility === 'shared' &&
      image.members.some((member) => member.memberId === who.projectId && (memberStatus === 'all' || member.status === memberStatus))
    )
  }
}

function flag(query: URLSearchParams, name: 'os_hidden' | 'protected', fallback: string | null): Test {
  const raw = lastOf(query, name)
  const value = raw === null ? fallback : name === 'os_hidden' ? raw.toLowerCase() : raw
  if (value === null) return () => true
  if (value !== 'true' && value !== 'false') {
    throw new HttpError(400, `Invalid value '${value}' for '${name}' filter. Valid values are 'true' or 'false'.`)
  }
  return (image) => (name === 'protected' ? image.protected : image.osHidden) === (value === 'true')
}

function fieldTest(name: string, value: string): Test {
  if (name === 'changes-since') return () => true
  if (name === 'created_at' || name === 'updated_at') return timeTest(name, value)
  if (name.endsWith('_min') || name.endsWith('_max')) return rangeTest(name, value)
  if (IN_FIELDS.includes(name)) return oneOfTest(name, value)
  return (image) => {
    const field = imageView(image)[name]
    return field !== null && field !== undefined && String(field) === value
  }
}

function timeTest(name: 'created_at' | 'updated_at', value: string): Test {
  const { operator, operand } = splitOperator(value)
  const wanted = Date.parse(operand)
  if (Number.isNaN(wanted)) throw new HttpError(400, `Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`)
  const compare = COMPARISONS[operator]
  if (compare === undefined) throw new HttpError(400, 'Unable to filter on a unknown operator.')
  return (image) => compare(name === 'created_at' ? image.createdAt : image.updatedAt, wanted)
}

function rangeTest(name: string, value: string): Test {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) throw new HttpError(400, 'Unable to filter on a range with a non-numeric value.')
  const field = name.slice(0, -4)
  const bound = Number(value)
  return (image) => {
    const actual = imageView(image)[field]
    return typeof actual === 'number' && (name.endsWith('_min') ? actual >= bound : actual <= bound)
  }
}

function oneOfTest(name: string, value: string): Test {
  const { operator, operand } = splitOperator(value)
  if (operator !== 'in' && operator !== 'eq') throw new HttpError(400, `Unable to filter by unknown operator '${operator}'.`)
  const wanted = operator === 'in' ? splitValues(operand) : [operand]
  return (image) => {
    const actual = imageView(image)[name]
    return typeof actual === 'string' && wanted.includes(actual)
  }
}

/** `gt:2026-...` is an operator and its operand; a plain ISO time has colons of its own. */
function splitOperator(value: string): { operator: string; operand: string } {
  const colon = value.indexOf(':')
  if (colon < 0 || /^\d{4}-\d{2}-\d{2}T/.test(value)) return { operator: 'eq', operand: value }
  return { operator: value.slice(0, colon), operand: value.slice(colon + 1) }
}

/** Values separated by commas; one in double quotes may hold commas itself. */
function splitValues(text: string): string[] {
  const quotes = text.match(/(?<!\\)"/g)?.length ?? 0
  if (quotes % 2 !== 0) {
    throw new HttpError(400, `Invalid filter value ${text}. The quote is not closed.`)
  }
  return [...text.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

function lastOf(query: URLSearchParams, name: string): string | null {
  return query.getAll(name).at(-1) ?? null
}
