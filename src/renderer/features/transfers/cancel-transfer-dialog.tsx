import { useEffect, useRef } from 'react'
import { formatBytesOf } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useTransfer } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { actNow } from './actions.ts'
import { isRunning } from './words.ts'

/** Says what is lost before a transfer that moves bytes is cancelled. It closes by itself when there is nothing left to cancel. */
export function CancelTransferDialog({ transferId }: { transferId: string }) {
  const transfer = useTransfer(transferId)
  const keep = useRef<HTMLButtonElement>(null)
  const over = transfer === undefined || !isRunning(transfer)
  useEffect(() => {
    if (over) closeDialog()
  }, [over])
  if (transfer === undefined || over) return null
  const up = transfer.direction === 'upload'
  return (
    <Dialog title={`Cancel ${up ? 'sending' : 'receiving'} ${transfer.imageName}?`} onClose={closeDialog} initialFocus={keep}>
      <p>
        {formatBytesOf(transfer.bytesDone, transfer.bytesTotal ?? transfer.bytesDone)}{' '}
        {up ? 'were sent and are given up: Glance cannot resume an upload.' : 'came so far and are deleted.'}
      </p>
      <div className="btns">
        <Button
          onClick={() => {
            closeDialog()
            void actNow([transferId], 'cancel')
          }}
        >
          Cancel the {transfer.direction}
        </Button>
        <Button ref={keep} kind="primary" onClick={closeDialog}>
          Keep running
        </Button>
      </div>
    </Dialog>
  )
}
