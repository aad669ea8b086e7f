import { useSyncExternalStore } from 'react'

/** The same border as in the style sheets: below it the inspector lies over the table. */
const narrow = matchMedia('(max-width: 1120px)')

export function isNarrow(): boolean {
  return narrow.matches
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, isNarrow)
}

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}
