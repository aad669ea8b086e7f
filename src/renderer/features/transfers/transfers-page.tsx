import { ArrowUpDown } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Receipt } from '../../components/own-icons.ts'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { AtOnceSelect, SpeedLimitSelect } from '../settings/transfer-settings.tsx'
import { exportReceipts } from './actions.ts'
import { PauseAll } from './pause-all.tsx'
import { ThroughputGraph } from './throughput-graph.tsx'
import { TransferRow } from './transfer-row.tsx'
import { useGroupedIds } from './use-grouped-ids.ts'
import { counted, type Group, groups } from './words.ts'

const titles: Record<Group, string> = { 'needs-you': 'Needs you', running: 'Running', waiting: 'Waiting', done: 'Done' }

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
        <Button disabled={ids.done.length === 0} onClick={() => void ask('transfers.clearDone', {})}>
          Clear done
        </Button>
      </header>
      {any && <ThroughputGraph />}
      {any ? (
        <section className="tlist fill" aria-label="Transfers">
          {groups.map((group) => ids[group].length > 0 && <TransferGroup key={group} of={group} ids={ids[group]} />)}
        </section>
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

function TransferGroup({ of: group, ids }: { of: Group; ids: readonly string[] }) {
  return (
    <section aria-label={titles[group]}>
      <div className="grp">
        <h2 className="medium">{titles[group]}</h2>
        <span className="t2">{ids.length}</span>
        <span className="grow" />
        {group === 'done' && ids.length > 1 && (
          <Button kind="quiet" small icon={Receipt} onClick={() => void exportReceipts(ids)}>
            Export all receipts…
          </Button>
        )}
      </div>
      <ul>
        {ids.map((id) => (
          <TransferRow key={id} id={id} unfolds />
        ))}
      </ul>
    </section>
  )
}
