import type { Image } from '../../../shared/domain.ts'
import { type ErrorShape, toErrorShape } from '../../../shared/errors.ts'
import type { Outcomes } from '../../../shared/image-protocol.ts'
import { toast } from '../../components/toasts.tsx'
import { openDialog } from '../../stores/ui.ts'
import { keepUndo, offerUndo } from '../../stores/undo.ts'
import { imageLabel } from '../images/image-label.ts'
import { failuresOf, type Outcome, type Summary, summaryLine } from './outcome-words.ts'

/** Runs one command for many images and gives what became of each, also when the command as a whole failed. */
export async function outcomesOf(images: readonly Image[], work: () => Promise<Outcomes>): Promise<Outcome[]> {
  const label = new Map(images.map((image) => [image.id, imageLabel(image)]))
  try {
    return (await work()).map(({ id, error }) => ({ id, error, label: label.get(id) ?? id }))
  } catch (thrown) {
    const error: ErrorShape = toErrorShape(thrown)
    return images.map((image) => ({ id: image.id, label: imageLabel(image), error }))
  }
}

/** Says once what became of all: a line where all went well, with a way back if there is one; else a dialog with what did not, and why. */
export function tellOutcome(summary: Summary, back?: (ids: readonly string[]) => Promise<void>): void {
  const good = summary.outcomes.filter(({ error }) => error === null).map(({ id }) => id)
  const line = summaryLine(summary)
  const undoable = good.length > 0 && back !== undefined ? { done: line, run: () => back(good) } : null
  if (failuresOf(summary).length > 0) {
    if (undoable !== null) keepUndo(undoable)
    openDialog({ kind: 'outcomes', summary, undoable })
  } else if (undoable !== null) offerUndo(undoable)
  else toast(line, { shape: 'tick', tone: 'ok' })
}
