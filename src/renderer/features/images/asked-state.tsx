import { Button } from '../../components/button.tsx'
import { Shape } from '../../components/shape.tsx'
import type { Asked } from '../../lib/use-asked.ts'

/** What is shown in the place of an answer that is not there yet, or did not come. Nothing once it is there. */
export function AskedState({ asked, what }: { asked: Asked<unknown>; what: string }) {
  if (asked.error !== null)
    return (
      <div className="asked-failed" role="alert">
        <p>
          <Shape name="triangle" tone="warn" /> {asked.error.message} <span className="t2">{asked.error.detail}</span>
        </p>
        <Button small onClick={asked.again}>
          Try again
        </Button>
      </div>
    )
  if (asked.value !== null) return null
  return (
    <p className="t2 status" role="status">
      <Shape name="spinner" /> Reading {what}
    </p>
  )
}
