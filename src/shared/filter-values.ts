/** The values of the filters for sizes and times, as text. Both ends belong to a range; null = open. */

const DAY_MS = 86_400_000

/** `1000..2000`, `1000..`, `..2000` in bytes; null for what is no range of sizes. */
export function rangeOf(value: string): { from: number | null; to: number | null } | null {
  const match = /^(\d{0,16})\.\.(\d{0,16})$/.exec(value)
  if (match === null || value === '..') return null
  return { from: bound(match[1]), to: bound(match[2]) }
}

/**
 * The span of time that a value means, in milliseconds since the epoch: `7d` = since seven days ago, `older:365d` = before that, `A..B` with days
 * of the local calendar (`2026-11-01`), both included, either may be missing. Null for what is none of these.
 */
export function spanOf(value: string, now: number): { from: number | null; to: number | null } | null {
  const days = /^(older:)?(\d{1,5})d$/.exec(value)
  if (days !== null) {
    const at = now - Number(days[2]) * DAY_MS
    return days[1] === undefined ? { from: at, to: null } : { from: null, to: at }
  }
  const match = /^(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$/.exec(value)
  if (match === null || value === '..') return null
  const from = match[1] === undefined ? null : localDay(match[1])
  const to = match[2] === undefined ? null : localDay(match[2]) + DAY_MS - 1
  return Number.isNaN(from) || Number.isNaN(to) ? null : { from, to }
}

function bound(digits: string | undefined): number | null {
  return digits === undefined || digits === '' ? null : Number(digits)
}

function localDay(day: string): number {
  return new Date(`${day}T00:00:00`).getTime()
}
