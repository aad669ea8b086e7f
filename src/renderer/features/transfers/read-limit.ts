/** Bytes a second from what was typed as MB/s: null for nothing (no limit), undefined for what is no such number. */
export function readLimit(text: string): number | null | undefined {
  const bare = text.trim().replace(',', '.')
  if (bare === '') return null
  if (!/^\d+(\.\d*)?$|^\.\d+$/.test(bare)) return undefined
  const bytes = Math.round(Number(bare) * 1_000_000)
  return bytes >= 1000 && Number.isSafeInteger(bytes) ? bytes : undefined
}
