import type { Transfer } from '../../../shared/domain.ts'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { targets } from '../images/selection.ts'

/** The transfers that keys and palette mean: those that are chosen on their page. */
export function chosenTransfers(): Transfer[] {
  const { page, transferSelection } = useUi.getState()
  if (page !== 'transfers') return []
  const { transfers } = useData.getState()
  return targets(transferSelection).flatMap((id) => transfers.get(id) ?? [])
}
