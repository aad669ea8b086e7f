import { create } from 'zustand'
import { useData } from '../../stores/data.ts'
import { movedSince, type Positions } from './moved-bytes.ts'

/** Seconds that the graph looks back. */
export const SECONDS = 120

interface Throughput {
  /** Bytes a second, the newest last. */
  up: readonly number[]
  down: readonly number[]
}

const none = (): number[] => Array.from({ length: SECONDS }, () => 0)

export const useThroughput = create<Throughput>(() => ({ up: none(), down: none() }))

let positions: Positions | null = null

/** Notes what moved in this second; called once a second for as long as the page lives. */
export function noteThroughput(): void {
  const data = useData.getState()
  // After a lost connection the first look only finds out where the transfers are.
  const moved = movedSince(data.connection === 'connected' ? positions : null, data.transfers.values())
  positions = moved.positions
  const before = useThroughput.getState()
  // A still graph is not drawn again every second.
  if (moved.up === 0 && moved.down === 0 && before.up.every((rate) => rate === 0) && before.down.every((rate) => rate === 0)) return
  useThroughput.setState({ up: [...before.up.slice(1), moved.up], down: [...before.down.slice(1), moved.down] })
}
