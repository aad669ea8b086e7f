import { FileQuestionMark, WifiOff } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { plural } from '../../lib/plural.ts'
import { endTime } from '../../lib/time.ts'
import { ask } from '../../stores/core.ts'
import { useCloud, useData } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'

/** Above rows that are not current: why, since when, and what goes on by itself. */
export function ListBanner() {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const known = useData((data) => (cloudId === null ? undefined : data.images[cloudId]))
  const waiting = useData(
    (data) => [...data.transfers.values()].filter((each) => each.cloudId === cloudId && each.state === 'waiting').length,
  )
  if (cloud === undefined || known === undefined || known.images.size === 0) return null
  const error = cloud.state.kind === 'offline' || cloud.state.kind === 'failed' ? cloud.state.error : known.state.error
  if (error === null) return null
  return (
    <div className="banner" role="status">
      <span className="t2">
        <Icon of={WifiOff} />
      </span>
      <div className="grow">
        <span className="medium">{error.message}</span>{' '}
        <span className="t2">
          {known.state.loadedAt !== null && `These rows are from ${endTime(known.state.loadedAt, Date.now())}. `}
          {waiting > 0 &&
            `${plural(waiting, 'transfer')} ${waiting === 1 ? 'waits and starts' : 'wait and start'} again by ${waiting === 1 ? 'itself' : 'themselves'}.`}
        </span>
      </div>
      {(cloud.state.kind === 'offline' || cloud.state.kind === 'failed') && (
        <Button small kind="quiet" onClick={() => openDialog({ kind: 'cloud-trouble', cloudId: cloud.id })}>
          What to do
        </Button>
      )}
      <Button small onClick={() => void ask('images.refresh', { cloudId: cloud.id })}>
        Try now
      </Button>
    </div>
  )
}

/** Rows that are missing because nothing can be made of them. */
export function LostRecords() {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const lost = useData((data) => (cloudId === null ? 0 : (data.images[cloudId]?.state.lost ?? 0)))
  if (cloud === undefined || lost === 0) return null
  return (
    <div className="banner" role="status">
      <span className="t2">
        <Icon of={FileQuestionMark} />
      </span>
      <div className="grow">
        <span className="medium">
          {cloud.name} lists {plural(lost, 'record')} without an id, which cannot be shown.
        </span>{' '}
        <span className="t2">All others are here. Who runs the cloud can look for what writes them.</span>
      </div>
    </div>
  )
}
