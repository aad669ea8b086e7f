import { create } from 'zustand'
import { useData } from '../../stores/data.ts'
import { rateOf } from './rates.tsx'

/** Seconds that the graph looks back. */
export const SECONDS = 120

interface Throughput {
  /** Bytes a second, the newest last. */
  up: readonly number[]
  down: readonly number[]
}

const none = (): number[] => Array.from({ length: SECONDS }, () => 0)

export const useThroughput = create<Throughput>(() => ({ up: none(), down: none() }))

/** Notes the rates of this second; called once a second for as long as the page lives. */
export function noteThroughput(): void {
  const transfers = useData.getState().transfers
  const up = rateOf(transfers.values(), 'upload')
  const down = rateOf(transfers.values(), 'download')
  const before = useThroughput.getState()
  // A still graph is not drawn again every second.
  if (up === 0 && down === 0 && before.up.every((rate) => rate === 0) && before.down.every((rate) => rate === 0)) return
  useThroughput.setState({ up: [...before.up.slice(1), up], down: [...before.down.slice(1), down] })
}

/** A round top for an axis, at least 1 MB/s: 1, 1.5, 3, 6 or 15 times a power of ten, so that thirds of it are round too. */
export function axisTop(largest: number): number {
  const floor = Math.max(largest, 1_000_000)
  const power = 10 ** Math.floor(Math.log10(floor))
  const step = [1.5, 3, 6, 9, 15].find((factor) => factor * power >= floor) ?? 15
  return step * power
}

/** The path of a line over a box; the first value is at the left edge, the last at the right. */
export function linePath(values: readonly number[], top: number, width: number, height: number): string {
  const step = width / Math.max(1, values.length - 1)
  return values
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${(height * (1 - Math.min(1, value / top))).toFixed(1)}`)
    .join('')
}

/** The same as steps, for few values. */
export function stepPath(values: readonly number[], top: number, width: number, height: number): string {
  const step = width / Math.max(1, values.length)
  return values
    .map((value, index) => {
      const y = (height * (1 - Math.min(1, value / top))).toFixed(1)
      return `${index === 0 ? 'M0 ' : 'V'}${y}H${((index + 1) * step).toFixed(1)}`
    })
    .join('')
}
