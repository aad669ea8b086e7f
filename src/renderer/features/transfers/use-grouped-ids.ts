import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useData } from '../../stores/data.ts'
import { type Group, groups, inGroups } from './words.ts'

const SEPARATOR = '|'

/** The ids of each group in order. Changes only when a transfer changes its place, not with every byte. */
export function useGroupedIds(): Record<Group, string[]> {
  const flat = useData(
    useShallow((data) => {
      const sorted = inGroups(data.transfers.values())
      return groups.flatMap((group) => sorted[group].map((transfer) => `${group}${SEPARATOR}${transfer.id}`))
    }),
  )
  return useMemo(() => {
    const ids: Record<Group, string[]> = { 'needs-you': [], running: [], waiting: [], done: [] }
    for (const entry of flat) {
      const at = entry.indexOf(SEPARATOR)
      const group = groups.find((each) => each === entry.slice(0, at))
      if (group !== undefined) ids[group].push(entry.slice(at + 1))
    }
    return ids
  }, [flat])
}
