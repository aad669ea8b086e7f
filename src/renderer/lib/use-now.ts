import { useSyncExternalStore } from 'react'

const TEXT_EVERY_MS = 30_000

interface Ticker {
  now: number
  listeners: Set<() => void>
  subscribe(listener: () => void): () => void
}

const tickers = new Map<number, Ticker>()

function tickerOf(everyMs: number): Ticker {
  const known = tickers.get(everyMs)
  if (known !== undefined) return known
  let timer: ReturnType<typeof setInterval> | undefined
  const ticker: Ticker = {
    now: Date.now(),
    listeners: new Set(),
    subscribe(listener) {
      ticker.listeners.add(listener)
      timer ??= setInterval(() => {
        ticker.now = Date.now()
        for (const each of ticker.listeners) each()
      }, everyMs)
      return () => {
        ticker.listeners.delete(listener)
        if (ticker.listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
  tickers.set(everyMs, ticker)
  return ticker
}

/** The time, anew every `everyMs` milliseconds. All who ask for the same interval share one timer, so that their texts change together. */
export function useNow(everyMs: number): number {
  const ticker = tickerOf(everyMs)
  // The first reader after a pause must not see the time of the last tick.
  if (ticker.listeners.size === 0) ticker.now = Date.now()
  return useSyncExternalStore(ticker.subscribe, () => ticker.now)
}

/** A text about a time, such as how long ago it was. Whoever shows it is drawn anew only when the text changes. */
export function useTimeText(at: number, say: (at: number, now: number) => string): string {
  const ticker = tickerOf(TEXT_EVERY_MS)
  if (ticker.listeners.size === 0) ticker.now = Date.now()
  return useSyncExternalStore(ticker.subscribe, () => (Number.isNaN(at) ? '' : say(at, ticker.now)))
}
