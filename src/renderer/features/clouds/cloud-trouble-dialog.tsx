import { useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Shape } from '../../components/shape.tsx'
import { useCloud } from '../../stores/data.ts'
import { closeDialog, openDialog } from '../../stores/ui.ts'
import { choosePlace, hasPlaces, wantsOtherPlace } from './open-place.ts'
import { signIn } from './sign-in.ts'

/** Why a cloud is not signed in or does not answer, and what to do. */
export function CloudTroubleDialog({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const again = useRef<HTMLButtonElement>(null)
  const error = cloud?.state.kind === 'failed' || cloud?.state.kind === 'offline' ? cloud.state.error : null
  useEffect(() => {
    if (error === null) closeDialog()
  }, [error])
  if (cloud === undefined || error === null) return null
  return (
    <Dialog
      wide
      onClose={closeDialog}
      initialFocus={again}
      title={
        <>
          <Shape name="triangle" tone="danger" />
          {cloud.state.kind === 'offline' ? `${cloud.name} does not answer` : `Not signed in to ${cloud.name}`}
        </>
      }
    >
      <ErrorFacts error={error} extra={cloud.authUrl === null ? [] : [['Address', cloud.authUrl]]} />
      <div className="btns">
        <Button className="left" kind="quiet" onClick={() => openDialog({ kind: 'test-cloud', cloudId: cloud.id })}>
          Test the connection…
        </Button>
        <Button onClick={closeDialog}>Close</Button>
        {wantsOtherPlace(error) && hasPlaces(cloud) && <Button onClick={() => choosePlace(cloud.id)}>Project and region…</Button>}
        <Button
          ref={again}
          kind="primary"
          onClick={() => {
            closeDialog()
            void signIn(cloud.id)
          }}
        >
          Sign in again
        </Button>
      </div>
    </Dialog>
  )
}
