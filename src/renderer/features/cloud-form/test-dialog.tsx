import { useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Shape } from '../../components/shape.tsx'
import { useAsked } from '../../lib/use-asked.ts'
import { useCloud } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { openEditCloud } from './form-actions.ts'
import { TestReportView } from './test-report.tsx'

/** Tries a cloud that there is, step by step. */
export function TestDialog({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const test = useAsked('clouds.test', { cloudId })
  const close = useRef<HTMLButtonElement>(null)
  const { value: report, error } = test
  return (
    <Dialog
      wide
      onClose={closeDialog}
      initialFocus={close}
      title={test.asking ? `Testing ${cloud?.name ?? ''}` : `${cloud?.name ?? ''}: ${report?.ok === true ? 'it works' : 'the test failed'}`}
    >
      {test.asking ? (
        <p className="status t2" role="status">
          <Shape name="spinner" />
          Asking it, for half a minute at most
        </p>
      ) : (
        <>
          {report !== null && <TestReportView report={report} asked={cloud?.authUrl ?? null} />}
          {error !== null && <ErrorFacts error={error} />}
        </>
      )}
      <div className="btns">
        {cloud?.origin === 'added' && (
          <Button
            className="left"
            kind="quiet"
            onClick={() => {
              closeDialog()
              void openEditCloud(cloudId)
            }}
          >
            Edit…
          </Button>
        )}
        <Button disabled={test.asking} onClick={test.again}>
          Test again
        </Button>
        <Button ref={close} kind="primary" onClick={closeDialog}>
          Close
        </Button>
      </div>
    </Dialog>
  )
}
