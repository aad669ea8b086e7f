import type { Limit } from '../../../shared/domain.ts'
import { formatPercent } from '../../../shared/units.ts'

/** One cause, and how long it limited the transfer in all. */
interface Share {
  cause: string
  seconds: number
}

/** The causes, the one that lasted longest first; of two that lasted as long the earlier. */
export function limitShares(limits: readonly Limit[]): Share[] {
  const sums = new Map<string, number>()
  for (const { cause, seconds } of limits) sums.set(cause, (sums.get(cause) ?? 0) + seconds)
  return [...sums].map(([cause, seconds]) => ({ cause, seconds })).toSorted((a, b) => b.seconds - a.seconds)
}

/** What limited a transfer as one sentence, null where less than a second of it is known: "mostly network, 72 % of the time; disk 28 %". */
export function limitSentence(limits: readonly Limit[]): string | null {
  const shares = limitShares(limits)
  const [first, ...others] = shares
  if (first === undefined) return null
  if (others.length === 0) return `${first.cause}, all the time`
  const total = shares.reduce((sum, { seconds }) => sum + seconds, 0)
  const words = (share: Share): string => `${share.cause} ${formatPercent(share.seconds, total)}`
  if (first.seconds * 2 <= total) return `${shares.map(words).join(', ')} of the time`
  return `mostly ${first.cause}, ${formatPercent(first.seconds, total)} of the time; ${others.map(words).join(', ')}`
}
