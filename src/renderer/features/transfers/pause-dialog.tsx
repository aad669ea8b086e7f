import { useEffect, useRef } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { formatBytes } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { plural } from '../../lib/plural.ts'
import { useData } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { actNow } from './actions.ts'
import { losesBytes } from './words.ts'

/** What a pause means, where no button could say it before: a key was pressed, and uploads would lose what they sent. */
export function PauseDialog({ transferIds }: { transferIds: readonly string[] }) {
  const all = useData(useShallow((data) => transferIds.flatMap((id) => data.transfers.get(id) ?? [])))
  const meant = all.filter((transfer) => transfer.actions.includes('pause'))
  const uploads = meant.filter(losesBytes)
  const keep = useRef<HTMLButtonElement>(null)
  const over = uploads.length === 0
  useEffect(() => {
    if (over) closeDialog()
  }, [over])
  if (over) return null
  const sent = uploads.reduce((bytes, { bytesDone }) => bytes + bytesDone, 0)
  return (
    <Dialog
      title={meant.length === 1 ? `Pause ${meant[0]?.imageName}?` : `Pause ${meant.length} transfers?`}
      onClose={closeDialog}
      initialFocus={keep}
    >
      <p>
        Glance cannot resume an upload: {uploads.length === 1 ? 'it starts' : `${plural(uploads.length, 'upload')} start`} again from byte
        0, and {formatBytes(sent)} are sent a second time. {meant.length > uploads.length && 'Downloads keep their bytes.'}
      </p>
      <div className="btns">
        <Button
          onClick={() => {
            closeDialog()
            void actNow(
              meant.map(({ id }) => id),
              'pause',
            )
          }}
        >
          Pause
        </Button>
        <Button ref={keep} kind="primary" onClick={closeDialog}>
          Keep running
        </Button>
      </div>
    </Dialog>
  )
}
