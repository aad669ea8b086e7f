import { useRef } from 'react'

/**
 * A key for each of the rows in sight: a row that stays in sight keeps its own, and one that comes takes that of one that went. So the browser's elements
 * of a long list are filled anew instead of being made anew while it is scrolled.
 */
export function useSlots(ids: readonly string[]): number[] {
  const before = useRef<ReadonlyMap<string, number>>(new Map())
  const slots = slotsOf(ids, before.current)
  before.current = slots
  return ids.map((id) => slots.get(id) ?? -1)
}

/** @param ids each but once */
export function slotsOf(ids: readonly string[], before: ReadonlyMap<string, number>): Map<string, number> {
  const slots = new Map<string, number>()
  const taken = new Set<number>()
  for (const id of ids) {
    const slot = before.get(id)
    if (slot === undefined) continue
    slots.set(id, slot)
    taken.add(slot)
  }
  const free = [...before.values()].filter((slot) => !taken.has(slot))
  let next = 0
  for (const id of ids) {
    if (slots.has(id)) continue
    let slot = free.shift()
    while (slot === undefined) {
      if (!taken.has(next)) slot = next
      next++
    }
    slots.set(id, slot)
    taken.add(slot)
  }
  return slots
}
