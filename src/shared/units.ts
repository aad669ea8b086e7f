const UNITS: readonly string[] = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** A number and its unit, apart, since the page sets the unit in a lighter tone. */
export interface Quantity {
  value: string
  unit: string
}

/**
 * A byte count in decimal units with three digits: 618201088 -> 618.2 MB is the table's form (`one decimal` above 100), 1618000000 -> 1.62 GB.
 * Whole bytes and whole kilobytes below 1 MB stay short: 999 B, 64.5 kB.
 */
export function bytesQuantity(bytes: number): Quantity {
  if (!Number.isFinite(bytes) || bytes < 0) return { value: '–', unit: '' }
  let step = 0
  let value = bytes
  while (value >= 999.95 && step < UNITS.length - 1) {
    value /= 1000
    step++
  }
  const unit = UNITS[step] ?? 'B'
  if (step === 0) return { value: String(Math.round(value)), unit }
  return { value: value < 9.995 ? value.toFixed(2) : value.toFixed(1), unit }
}

/** `618.2 MB`, with a no-break space, so that a number never parts from its unit. */
export function formatBytes(bytes: number): string {
  const { value, unit } = bytesQuantity(bytes)
  return unit === '' ? value : `${value}\u00a0${unit}`
}

/** `214 GB`: room on a disk, where tenths of a large number tell nothing. */
export function formatRoughBytes(bytes: number): string {
  const { value, unit } = bytesQuantity(bytes)
  const number = Number(value)
  return number >= 100 ? `${Math.round(number)}\u00a0${unit}` : formatBytes(bytes)
}

/** `618,201,088 bytes`: the exact value, for the inspector and for hovering. */
export function formatExactBytes(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} ${bytes === 1 ? 'byte' : 'bytes'}`
}

/** `5.36 of 11.4 GB` where both share a unit, else `980 MB of 1.2 GB`; the unit of the total leads. */
export function formatBytesOf(done: number, total: number): string {
  const whole = bytesQuantity(total)
  const step = UNITS.indexOf(whole.unit)
  if (step < 0) return formatBytes(done)
  const scaled = done / 1000 ** step
  const digits = step === 0 ? 0 : scaled < 9.995 && done !== total ? 2 : total === done ? (whole.value.split('.')[1]?.length ?? 0) : 1
  return `${scaled.toFixed(digits)} of ${whole.value}\u00a0${whole.unit}`
}

/** `118 MB/s`: whole numbers from 10 on, since a rate's tenths only flicker. */
export function rateQuantity(bytesPerSecond: number): Quantity {
  const { value, unit } = bytesQuantity(bytesPerSecond)
  const number = Number(value)
  const text =
    Number.isFinite(number) && number >= 10
      ? String(Math.round(number))
      : Number.isFinite(number)
        ? number.toFixed(unit === 'B' ? 0 : 1)
        : value
  return { value: text, unit: unit === '' ? '' : `${unit}/s` }
}

export function formatRate(bytesPerSecond: number): string {
  const { value, unit } = rateQuantity(bytesPerSecond)
  return unit === '' ? value : `${value}\u00a0${unit}`
}

/** A span of time in its largest fitting unit: `0.4 s`, `51 s`, `4 min`, `3 h 20 min`. Seconds under ten keep a decimal. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–'
  if (seconds < 9.95) return `${seconds.toFixed(1)}\u00a0s`
  if (seconds < 90) return `${Math.round(seconds)}\u00a0s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes}\u00a0min`
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return rest === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h ${rest}\u00a0min`
}

/** Time left: no decimals, since an estimate has none. */
export function formatTimeLeft(seconds: number): string {
  return seconds < 9.95 ? `${Math.max(1, Math.round(seconds))}\u00a0s` : formatDuration(seconds)
}

/** `47 %`; never 100 before the last byte. */
export function formatPercent(done: number, total: number): string {
  if (total <= 0) return done >= total ? '100\u00a0%' : '0\u00a0%'
  const percent = done >= total ? 100 : Math.min(99, Math.floor((done / total) * 100))
  return `${percent}\u00a0%`
}

/** A digest in groups of eight, for reading; copying gives it without spaces. */
export function groupDigest(hex: string): string {
  return hex.replace(/(.{8})(?=.)/g, '$1 ')
}
