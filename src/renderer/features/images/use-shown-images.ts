import { useMemo, useRef } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { useNow } from '../../lib/use-now.ts'
import { useCloud, useImages } from '../../stores/data.ts'
import { useLook } from '../../stores/table-look.ts'
import { useUi } from '../../stores/ui.ts'
import { inScope, matcher } from './filter.ts'
import { type Sort, sortAgain, sortImages } from './sort.ts'

/** A filter by time is read anew so often. */
const TIMES_EVERY_MS = 60_000

/** The rows as they are shown, and how many there are in all. Sorting is apart from filtering, so that typing only filters. */
export function useShownImages(): { shown: readonly Image[]; total: number } {
  const cloudId = useUi((ui) => ui.cloudId)
  const images = useImages(cloudId)
  const projectId = useCloud(cloudId)?.projectId ?? null
  const { sort } = useLook()
  const scope = useUi((ui) => ui.scope)
  const search = useUi((ui) => ui.search)
  const filters = useUi((ui) => ui.filters)
  const minute = useNow(TIMES_EVERY_MS)
  // Without a filter by time the minute says nothing.
  const now = filters.updated.length + filters.created.length > 0 ? minute : 0
  const sorted = useSorted(cloudId, images, sort)
  const scoped = useMemo(
    () => (scope === 'all' ? sorted : sorted.filter((image) => inScope(image, scope, projectId))),
    [sorted, scope, projectId],
  )
  const shown = useMemo(() => scoped.filter(matcher(filters, search, now)), [scoped, search, filters, now])
  return { shown, total: scoped.length }
}

/** The images in order. A change of a few of them starts from the order that was. */
function useSorted(cloudId: string | null, images: ReadonlyMap<string, Image>, sort: Sort): readonly Image[] {
  const before = useRef<{ cloudId: string | null; sort: Sort; sorted: readonly Image[] } | null>(null)
  return useMemo(() => {
    const last = before.current
    const same = last !== null && last.cloudId === cloudId && last.sort.by === sort.by && last.sort.descending === sort.descending
    const sorted = same ? sortAgain(last.sorted, images, sort) : sortImages(images.values(), sort)
    before.current = { cloudId, sort, sorted }
    return sorted
  }, [cloudId, images, sort])
}
