import { useEffect } from 'react'
import { bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { anyFilter } from './filter.ts'

/** Nobody is asked for every letter that is typed. */
const ASK_AFTER_MS = 400

/**
 * Has the cloud's own filters look for what the page cannot know yet: while a long list is still being read, and where it is longer than what is read
 * of it. What they find joins the known rows. Everywhere else the page filters by itself, which is at once, works offline, and knows parts of names,
 * several owners and stores, for which Glance has no filter.
 */
export function useServerFind(): void {
  const cloudId = useUi((ui) => ui.cloudId)
  const filters = useUi((ui) => ui.filters)
  const search = useUi((ui) => ui.search)
  const partial = useData((data) => {
    const state = cloudId === null ? undefined : data.images[cloudId]?.state
    return state !== undefined && state.error === null && !state.remembered && (state.loadedAt === null || state.more)
  })
  useEffect(() => {
    if (cloudId === null || !partial || (search.trim() === '' && !anyFilter(filters))) return
    // A cloud that cannot be asked is said to be so where its list is; here nothing is lost.
    const timer = setTimeout(() => void bridge.call('images.find', { cloudId, filters, search }).catch(() => {}), ASK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [cloudId, filters, search, partial])
}
