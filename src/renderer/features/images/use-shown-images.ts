import { useMemo } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { useCloud, useImages } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { inScope, matches, searchWords } from './filter.ts'
import { sortImages } from './sort.ts'

/** The rows as they are shown, and how many there are in all. Sorting is apart from filtering, so that typing only filters. */
export function useShownImages(): { shown: readonly Image[]; total: number } {
  const cloudId = useUi((ui) => ui.cloudId)
  const images = useImages(cloudId)
  const projectId = useCloud(cloudId)?.projectId ?? null
  const sort = useUi((ui) => ui.sort)
  const scope = useUi((ui) => ui.scope)
  const search = useUi((ui) => ui.search)
  const filters = useUi((ui) => ui.filters)
  const sorted = useMemo(() => sortImages(images.values(), sort), [images, sort])
  const scoped = useMemo(
    () => (scope === 'all' ? sorted : sorted.filter((image) => inScope(image, scope, projectId))),
    [sorted, scope, projectId],
  )
  const shown = useMemo(() => {
    const words = searchWords(search)
    return scoped.filter((image) => matches(image, filters, words))
  }, [scoped, search, filters])
  return { shown, total: scoped.length }
}
