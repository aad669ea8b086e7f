import type { Transfer } from '../../../shared/domain.ts'

/** The last transfer of this image that compared something: what this app itself knows of the image's bytes. */
export function lastCompared(transfers: Iterable<Transfer>, cloudId: string | null, imageId: string): Transfer | undefined {
  let last: Transfer | undefined
  for (const transfer of transfers) {
    if (transfer.imageId === imageId && transfer.cloudId === cloudId) last = later(last, transfer)
  }
  return last
}

/** The same for all images of a cloud, in one pass. */
export function allLastCompared(transfers: Iterable<Transfer>, cloudId: string | null): Map<string, Transfer> {
  const last = new Map<string, Transfer>()
  for (const transfer of transfers) {
    if (transfer.imageId === null || transfer.cloudId !== cloudId) continue
    const found = later(last.get(transfer.imageId), transfer)
    if (found !== undefined) last.set(transfer.imageId, found)
  }
  return last
}

function later(known: Transfer | undefined, next: Transfer): Transfer | undefined {
  if (next.verification === null) return known
  return known === undefined || (next.endedAt ?? 0) > (known.endedAt ?? 0) ? next : known
}
