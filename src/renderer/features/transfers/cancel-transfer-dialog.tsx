import { useEffect, useRef } from 'react'
import { formatBytesOf } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { lowerFirst } from '../../lib/text.ts'
import { useTransfer } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { actNow } from './actions.ts'
import { kindWords } from './kinds.ts'
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
  const kind = kindWords(transfer)
  return (
    <Dialog title={`Cancel ${lowerFirst(kind.moving)} ${transfer.imageName}?`} onClose={closeDialog} initialFocus={keep}>
      <p>
        {formatBytesOf(transfer.bytesDone, transfer.bytesTotal ?? transfer.bytesDone)}{' '}
        {kind.sends ? 'were sent and are given up: Glance cannot resume an upload.' : 'came so far and are deleted.'}
      </p>
      <div className="btns">
        <Button
          onClick={() => {
            closeDialog()
            void actNow([transferId], 'cancel')
          }}
        >
          Cancel the {kind.noun}
        </Button>
        <Button ref={keep} kind="primary" onClick={closeDialog}>
          Keep running
        </Button>
      </div>
    </Dialog>
  )
}
