import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Transfer } from '../../../shared/domain.ts'
import { formatRate } from '../../../shared/units.ts'
import { Icon } from '../../components/icon.tsx'
import { useData } from '../../stores/data.ts'
import { kindWords } from './kinds.ts'

/** Bytes a second of all running transfers together, by direction. */
function rateOf(transfers: Iterable<Transfer>, way: 'sends' | 'receives'): number {
  let sum = 0
  for (const transfer of transfers) {
    if (kindWords(transfer)[way] && transfer.state === 'transferring') sum += transfer.bytesPerSecond ?? 0
  }
  return sum
}

export function Rates() {
  const up = useData((data) => rateOf(data.transfers.values(), 'sends'))
  const down = useData((data) => rateOf(data.transfers.values(), 'receives'))
  return (
    <span className="t2 rates">
      {up > 0 && (
        <>
          <Icon of={ArrowUp} size={12} /> {formatRate(up)}
        </>
      )}
      {down > 0 && (
        <>
          <Icon of={ArrowDown} size={12} className="ml-2" /> {formatRate(down)}
        </>
      )}
    </span>
  )
}
