import { useEffect, useRef, useState } from 'react'
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
  // An answer that takes longer than a second is taken all the same; only one that was asked for earlier than what is shown is not.
  const last = useRef({ id, asked: 0, shown: 0 })
  if (last.current.id !== id) last.current = { id, asked: 0, shown: 0 }
  useEffect(() => {
    // Named here since they are only reasons to ask again.
    void [state, attempt, beat]
    const about = last.current
    about.asked += 1
    const asked = about.asked
    const take = (show: () => void): void => {
      if (last.current !== about || asked < about.shown) return
      about.shown = asked
      show()
    }
    bridge.call('transfers.detail', { id }).then(
      (answer) => take(() => setDetail(answer)),
      (thrown: unknown) => take(() => setError(toErrorShape(thrown))),
    )
  }, [id, state, attempt, beat])
  return { detail, error }
}
