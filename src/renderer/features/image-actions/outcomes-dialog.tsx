import { useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Shape } from '../../components/shape.tsx'
import { closeDialog } from '../../stores/ui.ts'
import { type Undoable, undo } from '../../stores/undo.ts'
import { groupFailures, type Summary, summaryLine } from './outcome-words.ts'

const NAMES_SHOWN = 20

/** What an action did not do, for which images, and why; failures with the same words stand together. */
export function OutcomesDialog({ summary, undoable }: { summary: Summary; undoable: Undoable | null }) {
  const close = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      wide
      title={
        <>
          <Shape name="stop" tone="danger" /> {summaryLine(summary)}
        </>
      }
      onClose={closeDialog}
      initialFocus={close}
    >
      {groupFailures(summary).map(({ error, outcomes }) => (
        <section key={`${error.code} ${error.message}`} aria-label={error.message}>
          {summary.outcomes.length > 1 && (
            <ul className="pts">
              {outcomes.slice(0, NAMES_SHOWN).map(({ id, label }) => (
                <li key={id} className="medium">
                  {label}
                </li>
              ))}
              {outcomes.length > NAMES_SHOWN && <li className="t2">and {(outcomes.length - NAMES_SHOWN).toLocaleString('en-US')} more</li>}
            </ul>
          )}
          <ErrorFacts error={error} />
        </section>
      ))}
      <div className="btns">
        {undoable !== null && (
          <Button
            onClick={() => {
              closeDialog()
              void undo(undoable)
            }}
          >
            Undo what was done
          </Button>
        )}
        <Button ref={close} kind="primary" onClick={closeDialog}>
          Close
        </Button>
      </div>
    </Dialog>
  )
}
