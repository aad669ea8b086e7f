import type { TableLook } from '../../shared/image-table.ts'
import { ask } from './core.ts'
import { useData } from './data.ts'
import { useUi } from './ui.ts'

/** A width that is being changed by key comes in many steps; the last one is kept. */
const KEEP_AFTER_MS = 300

/** How the table looks now: as the saved view has it, else as the person has set it up. */
export function useLook(): TableLook {
  const kept = useData((data) => data.settings.table)
  return useUi((ui) => (ui.view === null ? ui.look : ui.view.look)) ?? kept
}

function lookNow(): TableLook {
  const { view, look } = useUi.getState()
  return view?.look ?? look ?? useData.getState().settings.table
}

let timer: ReturnType<typeof setTimeout> | undefined

function keep(): void {
  clearTimeout(timer)
  timer = undefined
  const { look } = useUi.getState()
  if (look !== null) void ask('app.changeSettings', { table: look })
}

/**
 * Changes it, and keeps it for the next time; in a saved view the change stays with the page until it is saved there.
 * @param step one of many that follow each other by key, of which the last one is kept
 */
export function changeLook(change: (look: TableLook) => TableLook, step = false): void {
  const before = lookNow()
  const next = change(before)
  if (next === before) return
  const { view } = useUi.getState()
  if (view !== null) {
    useUi.setState({ view: { ...view, look: next } })
    return
  }
  useUi.setState({ look: next })
  clearTimeout(timer)
  if (step) timer = setTimeout(keep, KEEP_AFTER_MS)
  else keep()
}

// A page that is left in the middle of such steps.
globalThis.addEventListener?.('pagehide', () => timer !== undefined && keep())
