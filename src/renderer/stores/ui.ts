import { create } from 'zustand'
import type { FilterKey, Filters, TableLook } from '../../shared/image-table.ts'
import type { Summary } from '../features/image-actions/outcome-words.ts'
import { noFilters, type Scope } from '../features/images/filter.ts'
import { noSelection, type Selection } from '../features/images/selection.ts'
import type { Undoable } from './undo.ts'

export type Page = 'images' | 'transfers' | 'settings'

/** The one dialog that is open. Those of the upload sheet are its own. */
export type OpenDialog =
  | { kind: 'delete-images'; cloudId: string; imageIds: readonly string[] }
  | { kind: 'download'; cloudId: string; imageIds: readonly string[] }
  | { kind: 'share'; cloudId: string; imageIds: readonly string[] }
  | { kind: 'copy-to-stores'; cloudId: string; imageIds: readonly string[] }
  | { kind: 'copy-to-cloud'; cloudId: string; imageIds: readonly string[]; to: string | null }
  | { kind: 'remove-from-store'; cloudId: string; imageIds: readonly string[]; store: string | null }
  | { kind: 'outcomes'; summary: Summary; undoable: Undoable | null }
  | { kind: 'commands'; cloudId: string; imageIds: readonly string[] }
  | { kind: 'offered'; cloudId: string }
  | { kind: 'transfer'; transferId: string }
  | { kind: 'cancel-transfers'; transferIds: readonly string[] }
  | { kind: 'pause-transfers'; transferIds: readonly string[] }
  | { kind: 'limit-transfers'; transferIds: readonly string[] }
  /** A local file against an image; `checkId` once one was chosen. */
  | { kind: 'check'; cloudId: string; imageId: string; imageName: string; checkId: string | null }
  | { kind: 'import'; cloudId: string }
  | { kind: 'terminal-help'; cloudId: string }
  | { kind: 'cloud-trouble'; cloudId: string }
  | { kind: 'place'; cloudId: string }
  | { kind: 'test-cloud'; cloudId: string }
  | { kind: 'remove-cloud'; cloudId: string }
  | { kind: 'filter-range'; filter: FilterKey }
  | { kind: 'save-view' }
  | { kind: 'views' }
  | { kind: 'host-files' }
  | { kind: 'keyboard' }
  | { kind: 'palette' }

interface UiState {
  page: Page
  cloudId: string | null
  scope: Scope
  search: string
  filters: Filters
  /** How the table was made to look in this page; null = as it was kept. */
  look: TableLook | null
  /** The saved view that is shown, with what was changed of its look since. */
  view: { id: string; look: TableLook } | null
  selection: Selection
  /** On the transfers' own page. */
  transferSelection: Selection
  /** Beside the table where there is room. */
  inspector: boolean
  /** Over the table where there is none. */
  peek: boolean
  trayFolded: boolean
  /** Transfers unfolded on their page. */
  unfolded: ReadonlySet<string>
  dialog: OpenDialog | null
}

/** Where the person is and what they look at. Lives and dies with the page. */
export const useUi = create<UiState>(() => ({
  page: 'images',
  cloudId: null,
  scope: 'all',
  search: '',
  filters: noFilters,
  look: null,
  view: null,
  selection: noSelection,
  transferSelection: noSelection,
  inspector: true,
  peek: false,
  trayFolded: false,
  unfolded: new Set(),
  dialog: null,
}))

export function openDialog(dialog: OpenDialog): void {
  useUi.setState({ dialog })
}

export function closeDialog(): void {
  useUi.setState({ dialog: null })
}

/** Closes that dialog unless another one has taken its place: for an answer that may come late. */
export function closeIfStill(dialog: OpenDialog | null): void {
  if (useUi.getState().dialog === dialog) closeDialog()
}

export function goTo(page: Page): void {
  useUi.setState({ page, peek: false })
}

/** Shows a cloud's images; a cloud's filters and selection do not carry over to another. */
export function showCloud(cloudId: string, scope: Scope = 'all'): void {
  const same = useUi.getState().cloudId === cloudId
  useUi.setState({
    page: 'images',
    cloudId,
    scope,
    peek: false,
    ...(!same && { search: '', filters: noFilters, view: null, selection: noSelection }),
  })
}

/** Shows one image in its cloud's table, whatever was filtered before. */
export function showImage(cloudId: string, imageId: string): void {
  useUi.setState({
    page: 'images',
    cloudId,
    scope: 'all',
    search: '',
    filters: noFilters,
    inspector: true,
    selection: { ...noSelection, current: imageId, anchor: imageId },
  })
}

export function toggleUnfolded(transferId: string): void {
  useUi.setState(({ unfolded }) => {
    const next = new Set(unfolded)
    if (!next.delete(transferId)) next.add(transferId)
    return { unfolded: next }
  })
}
