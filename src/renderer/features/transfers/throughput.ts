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
