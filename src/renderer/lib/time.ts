const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (n: number): string => String(n).padStart(2, '0')
const dayOf = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()

/** Short enough for a column of 76 px: `now`, `3 min ago`, `2 h ago`, `yesterday`, `12 Nov`, `Mar 2024`. Local time. */
export function shortTime(at: number, now: number): string {
  const age = now - at
  if (age < MINUTE) return 'now'
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  const then = new Date(at)
  const today = dayOf(new Date(now))
  if (at >= today) return `${Math.floor(age / HOUR)} h ago`
  if (at >= dayOf(new Date(today - DAY / 2))) return 'yesterday'
  const month = MONTHS[then.getMonth()] ?? ''
  return then.getFullYear() === new Date(now).getFullYear() ? `${then.getDate()} ${month}` : `${month} ${then.getFullYear()}`
}

/** `14:02:26`. */
export function clockTime(at: number): string {
  const then = new Date(at)
  return `${two(then.getHours())}:${two(then.getMinutes())}:${two(then.getSeconds())}`
}

/** `14:02` for today, else the short date. */
export function endTime(at: number, now: number): string {
  return at >= dayOf(new Date(now)) ? clockTime(at).slice(0, 5) : shortTime(at, now)
}

/** `today, 14:02:11`, `yesterday, 14:02:11`, `12 Nov 2026, 14:02:11`: the exact value. */
export function exactTime(at: number, now: number): string {
  const then = new Date(at)
  const today = dayOf(new Date(now))
  const day =
    at >= today && at < today + DAY
      ? 'today'
      : at < today && at >= dayOf(new Date(today - DAY / 2))
        ? 'yesterday'
        : `${then.getDate()} ${MONTHS[then.getMonth()] ?? ''} ${then.getFullYear()}`
  return `${day}, ${clockTime(at)}`
}

export function startOfToday(now: number): number {
  return dayOf(new Date(now))
}
