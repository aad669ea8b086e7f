import { ArrowUpDown } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { useData } from '../../stores/data.ts'
import { AtOnceSelect, SpeedLimitSelect } from '../settings/transfer-settings.tsx'
import { clearDone } from './actions.ts'
import { PauseAll } from './pause-all.tsx'
import { ThroughputGraph } from './throughput-graph.tsx'
import { TransferList } from './transfer-list.tsx'
import { useGroupedIds } from './use-grouped-ids.ts'
import { counted, groups } from './words.ts'

export function TransfersPage() {
  const ids = useGroupedIds()
  const words = useData((data) =>
    counted([...data.transfers.values()].filter((transfer) => transfer.state !== 'done' || transfer.verification?.kind === 'mismatch')),
  )
  const any = groups.some((group) => ids[group].length > 0)
  return (
    <>
      <header className="toolbar">
        <h1>Transfers</h1>
        <span className="where cut">{words}</span>
        <span className="grow" />
        <span className="small t2" aria-hidden="true">
          At once
        </span>
        <AtOnceSelect />
        <span className="small t2 ml-2" aria-hidden="true">
          Speed limit
        </span>
        <SpeedLimitSelect />
        <PauseAll />
        <Button disabled={ids.done.length === 0} onClick={() => void clearDone()}>
          Clear done
        </Button>
      </header>
      {any && <ThroughputGraph />}
      {any ? (
        <TransferList ids={ids} />
      ) : (
        <div className="fill">
          <EmptyState icon={ArrowUpDown} title="No transfers yet">
            Uploads and downloads stand here with their progress, what limits them, and how they were verified.
          </EmptyState>
        </div>
      )}
    </>
  )
}
