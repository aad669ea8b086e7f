import type { ErrorShape } from '../../../shared/errors.ts'
import { Shape } from '../../components/shape.tsx'
import { sentence } from '../../stores/core.ts'

/** What is to be said below a field: a sentence of ours, or what the cloud said. */
export function FieldNote({ id, note }: { id: string; note: ErrorShape | string | null }) {
  return (
    <div id={id} className="notes" aria-live="polite">
      {note !== null && (
        <p className="hint danger">
          <Shape name="stop" tone="danger" />
          <span>{typeof note === 'string' ? note : sentence(note)}</span>
        </p>
      )}
    </div>
  )
}
