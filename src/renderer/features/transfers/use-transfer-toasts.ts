import { useEffect } from 'react'
import type { Transfer } from '../../../shared/domain.ts'
import { toast } from '../../components/toasts.tsx'
import { lowerFirst } from '../../lib/text.ts'
import { useData } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { act } from './actions.ts'
import { noteThroughput } from './throughput.ts'
import { isMismatch, isRunning, phaseLook } from './words.ts'

/** Tells of transfers that end while their row is out of sight, and notes the throughput of each second. */
export function useTransferToasts(): void {
  useEffect(() => {
    const timer = setInterval(noteThroughput, 1000)
    const stop = useData.subscribe((now, before) => {
      if (now.transfers === before.transfers) return
      for (const transfer of now.transfers.values()) {
        const old = before.transfers.get(transfer.id)
        if (old !== undefined && old !== transfer && isRunning(old) && !isRunning(transfer)) tell(transfer)
      }
    })
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [])
}

function tell(transfer: Transfer): void {
  const { page, trayFolded } = useUi.getState()
  const details = { label: 'Details…', run: () => openDialog({ kind: 'transfer', transferId: transfer.id }) }
  if (isMismatch(transfer)) toast(`${transfer.imageName}: mismatch`, { shape: 'unequal', tone: 'danger', action: details })
  else if (transfer.state === 'failed') toast(`${transfer.imageName} failed`, { shape: 'stop', tone: 'danger', action: details })
  // A row in sight says it already.
  else if (transfer.state === 'done' && (page === 'settings' || (page === 'images' && trayFolded))) {
    const show = transfer.actions.includes('show-file')
      ? { action: { label: 'Show in folder', run: () => void act(transfer, 'show-file') } }
      : {}
    const { word, shape, tone } = phaseLook(transfer)
    toast(`${transfer.imageName} ${word === 'Not verifiable' ? 'done, not verifiable' : lowerFirst(word)}`, { shape, tone, ...show })
  }
}
