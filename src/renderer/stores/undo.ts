import { create } from 'zustand'
import { toast } from '../components/toasts.tsx'

export interface Undoable {
  /** What was done, as a toast says it: `Saved: name`. */
  done: string
  run(): Promise<void>
}

/** The last thing that can be taken back, until something else is done or it was taken back. */
export const useUndo = create<{ last: Undoable | null }>(() => ({ last: null }))

/** Says that something was done, and offers to take it back: in the toast, by its key, and in the palette for longer. */
export function offerUndo(undoable: Undoable): void {
  keepUndo(undoable)
  toast(undoable.done, { shape: 'tick', tone: 'ok', action: { label: 'Undo', run: () => void undo(undoable) } })
}

/** The same without a word: whoever calls says it in a place of their own. */
export function keepUndo(undoable: Undoable): void {
  useUndo.setState({ last: undoable })
}

/** Takes the last thing back. An older one, whose toast is still there, is taken back too. */
export async function undo(undoable: Undoable | null = useUndo.getState().last): Promise<void> {
  if (undoable === null) return
  if (useUndo.getState().last === undoable) useUndo.setState({ last: null })
  await undoable.run()
}
