import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useCloud } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { removeCloud } from './form-actions.ts'

/** Takes a cloud that was added here out of Glancer. */
export function RemoveCloudDialog({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const keep = useRef<HTMLButtonElement>(null)
  const [removing, setRemoving] = useState(false)
  const gone = cloud === undefined
  useEffect(() => {
    if (gone) closeDialog()
  }, [gone])
  if (cloud === undefined) return null
  const remove = async (): Promise<void> => {
    setRemoving(true)
    if (await removeCloud(cloudId, cloud.name)) closeDialog()
    else setRemoving(false)
  }
  return (
    <Dialog title={`Remove ${cloud.name} from Glancer?`} onClose={closeDialog} initialFocus={keep}>
      <p>Its settings and its secret are forgotten here. In the cloud nothing changes: its images stay.</p>
      <div className="btns">
        <Button disabled={removing} onClick={() => void remove()}>
          {removing ? 'Removing…' : 'Remove'}
        </Button>
        <Button ref={keep} kind="primary" onClick={closeDialog}>
          Keep it
        </Button>
      </div>
    </Dialog>
  )
}
