import { ask, bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { addIds } from './actions.ts'

/** Opens the upload sheet with what the system opened with the app: before this page was there, and whenever it happens again. */
export function watchHandedOver(): () => void {
  if (bridge.host === 'web') return () => {}
  const take = async (): Promise<void> => {
    const files = await ask('files.takeWaiting', {})
    if (files !== null) await addIds(files)
  }
  // The clouds have to be known, since one of them is proposed as the target.
  let taken = false
  const first = ({ ready }: { ready: boolean }): void => {
    if (!ready || taken) return
    taken = true
    void take()
  }
  first(useData.getState())
  const stopReady = useData.subscribe(first)
  const stopDeltas = bridge.onDelta((delta) => {
    if (delta.filesWaiting && taken) void take()
  })
  return () => {
    stopReady()
    stopDeltas()
  }
}
