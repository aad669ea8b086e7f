import { useEffect, useRef } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Transfer } from '../../../shared/domain.ts'
import { formatBytes, formatBytesOf } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { plural } from '../../lib/plural.ts'
import { lowerFirst } from '../../lib/text.ts'
import { useData } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { actNow } from './actions.ts'
import { kindWords } from './kinds.ts'
import { isRunning } from './words.ts'

/** Says what is lost before transfers that move bytes are cancelled. It closes by itself when there is nothing left to cancel. */
export function CancelTransfersDialog({ transferIds }: { transferIds: readonly string[] }) {
  const all = useData(useShallow((data) => transferIds.flatMap((id) => data.transfers.get(id) ?? [])))
  const transfers = all.filter((transfer) => transfer.actions.includes('cancel'))
  const keep = useRef<HTMLButtonElement>(null)
  const over = !transfers.some(isRunning)
  useEffect(() => {
    if (over) closeDialog()
  }, [over])
  const [first] = transfers
  if (first === undefined || over) return null
  const one = transfers.length === 1
  return (
    <Dialog
      title={one ? `Cancel ${lowerFirst(kindWords(first).moving)} ${first.imageName}?` : `Cancel ${transfers.length} transfers?`}
      onClose={closeDialog}
      initialFocus={keep}
    >
      {one ? <One transfer={first} /> : <Several transfers={transfers} />}
      <div className="btns">
        <Button
          onClick={() => {
            closeDialog()
            void actNow(
              transfers.map(({ id }) => id),
              'cancel',
            )
          }}
        >
          {one ? `Cancel the ${kindWords(first).noun}` : 'Cancel them'}
        </Button>
        <Button ref={keep} kind="primary" onClick={closeDialog}>
          Keep running
        </Button>
      </div>
    </Dialog>
  )
}

function One({ transfer }: { transfer: Transfer }) {
  const { bytesDone, bytesTotal } = transfer
  return (
    <p>
      {formatBytesOf(bytesDone, bytesTotal ?? bytesDone)}{' '}
      {kindWords(transfer).sends
        ? 'were sent and are given up: Glance cannot resume an upload. The image stays behind without data, and you can delete it then.'
        : 'came so far. They stay as an unfinished .part file, which you can delete then.'}
    </p>
  )
}

function Several({ transfers }: { transfers: readonly Transfer[] }) {
  const moving = transfers.filter(isRunning)
  const sum = (some: readonly Transfer[]): string => formatBytes(some.reduce((bytes, { bytesDone }) => bytes + bytesDone, 0))
  const [up, down] = [moving.filter((transfer) => kindWords(transfer).sends), moving.filter(({ kind }) => kind === 'download')]
  return (
    <>
      {up.length > 0 && (
        <p>
          {plural(up.length, 'upload')}: {sum(up)} were sent and are given up, since Glance cannot resume an upload. Their images stay
          behind without data, and you can delete them then.
        </p>
      )}
      {down.length > 0 && (
        <p>
          {plural(down.length, 'download')}: {sum(down)} came so far. They stay as unfinished .part files, which you can delete then.
        </p>
      )}
      {transfers.length > up.length + down.length && (
        <p>{plural(transfers.length - up.length - down.length, 'other')} move no bytes from here.</p>
      )}
    </>
  )
}
