/**
 * Speed and time left of one attempt. The speed is an exponential average over about three seconds, so that it can be read; it is null in the
 * first second, rather than wrong. The clock (milliseconds) is given.
 */
export interface ProgressMeter {
  /** Bytes done so far. Where a resumed download begins is given first, and counts as no movement; a fall means that it began again. */
  update(bytes: number): void
  bytesPerSecond(): number | null
  secondsLeft(total: number | null): number | null
  /** Bytes of each whole second since the start, oldest first; at most the last 600. */
  perSecond(): readonly number[]
}

const AVERAGE_MS = 3000
const SHORTEST_SPAN_MS = 50
/** What moves before this only fills the buffers of the sockets: it says nothing of how fast it goes on. */
const BURST_MS = 500
const SECONDS_KEPT = 600

export function createProgressMeter(now: () => number): ProgressMeter {
  const begun = now()
  const seconds: number[] = []
  let secondsDropped = 0
  /** What the last call said, and what the rate was last worked out from. */
  let seen: number | null = null
  let marked = { bytes: 0, at: begun }
  let rate: number | null = null

  const addToSecond = (at: number, moved: number): void => {
    const index = Math.max(0, Math.floor((at - begun) / 1000) - secondsDropped)
    while (seconds.length <= index) seconds.push(0)
    seconds[index] = (seconds[index] ?? 0) + moved
    while (seconds.length > SECONDS_KEPT) {
      seconds.shift()
      secondsDropped++
    }
  }

  return {
    update(bytes) {
      const at = now()
      if (seen === null || bytes < seen) {
        seen = bytes
        marked = { bytes, at }
        return
      }
      if (bytes > seen) addToSecond(at, bytes - seen)
      seen = bytes
      if (at - begun <= BURST_MS) {
        marked = { bytes, at }
        return
      }
      const span = at - marked.at
      if (span < SHORTEST_SPAN_MS) return
      const instant = ((bytes - marked.bytes) * 1000) / span
      rate = rate === null ? instant : rate + (1 - Math.exp(-span / AVERAGE_MS)) * (instant - rate)
      marked = { bytes, at }
    },
    bytesPerSecond: () => (now() - begun < 2 * BURST_MS ? null : rate),
    secondsLeft(total) {
      if (total === null || seen === null || rate === null || rate < 1 || now() - begun < 1500) return null
      return Math.max(0, total - seen) / rate
    },
    perSecond: () => seconds,
  }
}
