/**
 * Shares a cap evenly among transfers: who may have less by a cap of its own leaves the rest to the others.
 * @param total bytes a second for all together; null = no cap. @param own the cap of each; null = none.
 * @returns what each may have; null = as much as it likes.
 */
export function shareRate(total: number | null, own: readonly (number | null)[]): (number | null)[] {
  if (total === null) return [...own]
  const shares = new Array<number>(own.length).fill(0)
  const order = own.map((cap, n) => ({ cap: cap ?? Number.POSITIVE_INFINITY, n })).toSorted((a, b) => a.cap - b.cap)
  let left = total
  for (const [taken, { cap, n }] of order.entries()) {
    const share = Math.max(1, Math.min(cap, Math.floor(left / (order.length - taken))))
    shares[n] = share
    left -= share
  }
  return shares
}
