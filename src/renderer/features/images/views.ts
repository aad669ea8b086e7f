import type { SavedView } from '../../../shared/image-table.ts'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { useLook } from '../../stores/table-look.ts'
import { useUi } from '../../stores/ui.ts'
import { offerUndo } from '../../stores/undo.ts'
import { noFilters } from './filter.ts'

/** The views of a cloud: its own, and those for all. */
export function viewsOf(views: readonly SavedView[], cloudId: string | null): readonly SavedView[] {
  return views.filter((view) => view.cloudId === null || view.cloudId === cloudId)
}

/** Shows what a view keeps: its filters, search, columns and order. */
export function showView(view: SavedView): void {
  useUi.setState({
    page: 'images',
    scope: 'all',
    view: { id: view.id, look: view.look },
    filters: { ...noFilters, ...view.filters },
    search: view.search,
  })
}

/** Back to all images, in the look that the table has without a view. */
export function leaveView(): void {
  useUi.setState({ view: null, filters: noFilters, search: '' })
}

/** The view that is shown, and whether what is shown differs from what it keeps. */
export function useShownView(): { view: SavedView | undefined; changed: boolean } {
  const views = useData((data) => data.settings.views)
  const shown = useUi((ui) => ui.view)
  const filters = useUi((ui) => ui.filters)
  const search = useUi((ui) => ui.search)
  const look = useLook()
  const view = shown === null ? undefined : views.find((each) => each.id === shown.id)
  const changed =
    view !== undefined &&
    JSON.stringify([{ ...noFilters, ...view.filters }, view.search, view.look]) !==
      JSON.stringify([{ ...noFilters, ...filters }, search, look])
  return { view, changed }
}

/** Keeps what is shown now as this view. True when it was kept. */
export async function saveShown(view: Pick<SavedView, 'id' | 'name' | 'cloudId'>): Promise<boolean> {
  const { filters, search, view: shown, look } = useUi.getState()
  const kept: SavedView = { ...view, filters, search, look: shown?.look ?? look ?? useData.getState().settings.table }
  if ((await ask('views.save', kept)) === null) return false
  useUi.setState({ view: { id: kept.id, look: kept.look } })
  return true
}

export async function deleteView(view: SavedView): Promise<void> {
  if ((await ask('views.delete', { id: view.id })) === null) return
  if (useUi.getState().view?.id === view.id) leaveView()
  offerUndo({
    done: `View deleted: ${view.name}`,
    run: async () => {
      await ask('views.save', view)
    },
  })
}
