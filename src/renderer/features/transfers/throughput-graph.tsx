import type { Transfer } from '../../../shared/domain.ts'
import { formatBytes, formatRate } from '../../../shared/units.ts'
import { startOfToday } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { useData } from '../../stores/data.ts'
import { axisTop, linePath } from './graph.ts'
import { kindWords } from './kinds.ts'
import { useThroughput } from './throughput.ts'

const WIDTH = 1128
const HEIGHT = 78.75
const TOP = 5.25

/** Both directions over the last two minutes. */
export function ThroughputGraph() {
  const { up, down } = useThroughput()
  const top = axisTop(Math.max(...up, ...down))
  const nowUp = up.at(-1) ?? 0
  const nowDown = down.at(-1) ?? 0
  const ticks = [3, 2, 1, 0].map((third) => (top / 1_000_000 / 3) * third)
  return (
    <div className="gwrap">
      <div className="gkey small">
        <span className="medium">Last 2 minutes</span>
        <span>
          <i />
          Sending {nowUp > 0 && formatRate(nowUp)}
        </span>
        <span>
          <i className="k-dn" />
          Receiving {nowDown > 0 && formatRate(nowDown)}
        </span>
        <span className="grow" />
        <Today />
      </div>
      <div className="gbox">
        <div className="gy">
          {ticks.map((tick) => (
            <span key={tick}>{tick < 10 && tick % 1 !== 0 ? tick.toFixed(1) : Math.round(tick)}</span>
          ))}
        </div>
        <svg
          className="graph"
          viewBox={`0 0 ${WIDTH} 104`}
          width="100%"
          height="104"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Throughput of the last two minutes, up to ${formatRate(top)}`}
        >
          {[0, 1, 2, 3].map((line) => (
            <path key={line} className="gl" d={`M0 ${TOP + (HEIGHT / 3) * line}H${WIDTH}`} />
          ))}
          <g transform={`translate(0 ${TOP})`}>
            <path className="g-up" d={linePath(up, top, WIDTH, HEIGHT)} />
            <path className="g-dn" d={linePath(down, top, WIDTH, HEIGHT)} />
          </g>
        </svg>
        <div className="gx">
          <span>2 min ago</span>
          <span>1 min</span>
          <span>now, in MB/s</span>
        </div>
      </div>
    </div>
  )
}

function Today() {
  const today = startOfToday(useNow(30_000))
  const sum = (way: 'sends' | 'receives') => (data: { transfers: ReadonlyMap<string, Transfer> }) => {
    let bytes = 0
    for (const transfer of data.transfers.values()) {
      if (kindWords(transfer)[way] && transfer.state === 'done' && (transfer.endedAt ?? 0) >= today) bytes += transfer.bytesDone
    }
    return bytes
  }
  const sent = useData(sum('sends'))
  const received = useData(sum('receives'))
  if (sent + received === 0) return null
  const parts = [sent > 0 ? `${formatBytes(sent)} sent` : null, received > 0 ? `${formatBytes(received)} received` : null]
  return <span className="t2">today {parts.filter((part) => part !== null).join(', ')}</span>
}
