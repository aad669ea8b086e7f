/** A round top for an axis, at least 1.5 MB/s: 1.5, 3, 6, 9 or 15 times a power of ten, so that its thirds are round too. */
export function axisTop(largest: number): number {
  const floor = Math.max(largest, 1_000_000)
  const power = 10 ** Math.floor(Math.log10(floor))
  const step = [1.5, 3, 6, 9, 15].find((factor) => factor * power >= floor) ?? 15
  return step * power
}

/** The path of a line over a box; the first value is at the left edge, the last at the right. */
export function linePath(values: readonly number[], top: number, width: number, height: number): string {
  const step = width / Math.max(1, values.length - 1)
  return values.map((value, index) => `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${y(value, top, height)}`).join('')
}

/** The same as steps, for few values. */
export function stepPath(values: readonly number[], top: number, width: number, height: number): string {
  const step = width / Math.max(1, values.length)
  return values.map((value, index) => `${index === 0 ? 'M0 ' : 'V'}${y(value, top, height)}H${((index + 1) * step).toFixed(1)}`).join('')
}

function y(value: number, top: number, height: number): string {
  return (height * (1 - Math.min(1, value / top))).toFixed(1)
}
