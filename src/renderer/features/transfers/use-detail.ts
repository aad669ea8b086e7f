import { useEffect, useState } from 'react'
import type { Transfer, TransferDetail } from '../../../shared/domain.ts'
import { type ErrorShape, toErrorShape } from '../../../shared/errors.ts'
import { useNow } from '../../lib/use-now.ts'
import { bridge } from '../../stores/core.ts'
import { isRunning } from './words.ts'

/** The whole story of a transfer; read anew when its state changes, and each second while it runs. */
export function useDetail(transfer: Transfer): { detail: TransferDetail | null; error: ErrorShape | null } {
  const [detail, setDetail] = useState<TransferDetail | null>(null)
  const [error, setError] = useState<ErrorShape | null>(null)
  const second = useNow(1000)
  const { id, state, attempt } = transfer
  const beat = isRunning(transfer) ? second : 0
  useEffect(() => {
    // Named here since they are only reasons to ask again.
    void [state, attempt, beat]
    let left = false
    bridge.call('transfers.detail', { id }).then(
      (answer) => !left && setDetail(answer),
      (thrown: unknown) => !left && setError(toErrorShape(thrown)),
    )
    return () => {
      left = true
    }
  }, [id, state, attempt, beat])
  return { detail, error }
}
