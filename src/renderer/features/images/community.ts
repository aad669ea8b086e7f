import { useEffect } from 'react'
import { create } from 'zustand'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'

/** By cloud: whether the community images of others are being asked for, or are among its rows. */
const useAskedFor = create<Readonly<Record<string, 'asking' | 'known'>>>(() => ({}))

/** Null: nobody has looked for them yet, and what is known of community images is this project's own. */
export function useCommunity(cloudId: string | null): 'asking' | 'known' | null {
  return useAskedFor((asked) => (cloudId === null ? null : (asked[cloudId] ?? null)))
}

/** Glance lists the community images of others only to who asks. They are asked for where the sidebar's entry or the filter is chosen, and are rows from then on. */
export function useCommunityWhereWanted(): void {
  const cloudId = useUi((ui) => ui.cloudId)
  const wanted = useUi((ui) => ui.scope === 'community' || ui.filters.visibility.includes('community'))
  const listed = useData((data) => cloudId !== null && (data.images[cloudId]?.state.loadedAt ?? null) !== null)
  useEffect(() => {
    if (cloudId === null || !wanted || !listed) return
    const set = (now: 'asking' | 'known' | null): void =>
      useAskedFor.setState((asked) => {
        const { [cloudId]: _, ...others } = asked
        return now === null ? others : { ...others, [cloudId]: now }
      }, true)
    if (useAskedFor.getState()[cloudId] === undefined) set('asking')
    void ask('images.includeCommunity', { cloudId }).then((answer) => set(answer === null ? null : 'known'))
  }, [cloudId, wanted, listed])
}
