import { Button } from '../../components/button.tsx'
import { Shape } from '../../components/shape.tsx'
import { sentence } from '../../stores/core.ts'
import { changeEdit, type EditSession } from './edit-session.ts'
import { keepMine, takeTheirs } from './edit-state.ts'

interface FieldNotesProps {
  session: EditSession
  /** As in `problemsOf`. */
  field: string
  id: string
  problem: string | undefined
  conflict: boolean
  /** What somebody else wrote, as text. */
  theirs: string | null
}

/** What is to be said beside a field: that it cannot be sent like this, what the cloud refused, or that somebody else changed it too. */
export function FieldNotes({ session, field, id, problem, conflict, theirs }: FieldNotesProps) {
  const refused = session.refused?.field === field ? session.refused.error : null
  return (
    <div id={id} className="notes" aria-live="polite">
      {problem !== undefined && (
        <p className="hint danger">
          <Shape name="stop" tone="danger" /> {problem}
        </p>
      )}
      {refused !== null && (
        <p className="hint danger" title={refused.detail}>
          <Shape name="stop" tone="danger" />
          <span>
            {sentence(refused)}
            {refused.requestId !== undefined && <span className="t2"> Request {refused.requestId}</span>}
          </span>
        </p>
      )}
      {conflict && (
        <div className="hint warn">
          <Shape name="triangle" tone="warn" />
          <span className="grow">
            {theirs === null ? 'Somebody else took it away meanwhile.' : 'Somebody else changed it meanwhile, to: '}
            {theirs !== null && <span className="theirs">{theirs === '' ? '(empty)' : theirs}</span>}
          </span>
          <Button small onClick={() => changeEdit((edit) => takeTheirs(edit, field), field)}>
            Take theirs
          </Button>
          <Button small onClick={() => changeEdit((edit) => keepMine(edit, field), field)}>
            Keep mine
          </Button>
        </div>
      )}
    </div>
  )
}
