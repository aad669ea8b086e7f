import type { Transfer, TransferAction } from '../../../shared/domain.ts'
import { toast, toastFailure } from '../../components/toasts.tsx'
import { plural } from '../../lib/plural.ts'
import { saveText } from '../../lib/save-text.ts'
import { ask, bridge, sentence } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { openDialog } from '../../stores/ui.ts'
import { offerUndo } from '../../stores/undo.ts'
import { verifyTransfer } from '../checks/actions.ts'

/** Does what a row's button says. What would lose bytes is asked about first. */
export async function act(transfer: Transfer, action: TransferAction): Promise<void> {
  if (action === 'show-file') return showFile(transfer.id)
  if (action === 'cancel' && transfer.state === 'transferring' && transfer.bytesDone > 0) {
    openDialog({ kind: 'cancel-transfers', transferIds: [transfer.id] })
    return
  }
  if (action === 'verify-again') return await verifyTransfer(transfer)
  await actNow([transfer.id], action)
}

export async function actNow(ids: readonly string[], action: TransferAction): Promise<void> {
  const outcomes = await ask('transfers.act', { ids: [...ids], action })
  for (const { id, error } of outcomes ?? []) {
    if (error !== null) toastFailure(`${useData.getState().transfers.get(id)?.imageName ?? 'A transfer'}: ${sentence(error)}`)
  }
}

async function showFile(transferId: string): Promise<void> {
  const answer = await ask('dialog.showFile', { transferId })
  if (answer !== null && !answer.shown) toast(`It is at ${answer.path}`, { shape: 'info', tone: 't2' })
}

/** Takes what is over out of the list; for a minute it can be brought back. */
export async function clearDone(): Promise<void> {
  const cleared = await ask('transfers.clearDone', {})
  if (cleared === null) return
  const { ids } = cleared
  if (ids.length === 0) return toast('What is left needs you, or left something behind', { shape: 'info', tone: 't2' })
  offerUndo({
    done: `Cleared ${plural(ids.length, 'transfer')}`,
    run: async () => {
      const outcomes = await ask('transfers.bringBack', { ids })
      const failed = outcomes?.find(({ error }) => error !== null)?.error
      if (failed) toastFailure(sentence(failed))
    },
  })
}

/** Saves what was moved, when, and what was compared, as JSON. */
export async function exportReceipt(transferId: string): Promise<void> {
  const receipt = await ask('transfers.receipt', { id: transferId })
  if (receipt !== null) saveText(receipt.fileName, receipt.json)
}

/** All receipts of these transfers in one file. */
export async function exportReceipts(transferIds: readonly string[]): Promise<void> {
  try {
    const receipts = await Promise.all(transferIds.map((id) => bridge.call('transfers.receipt', { id })))
    const day = new Date().toISOString().slice(0, 10)
    saveText(`glancer-receipts-${day}.json`, `[\n${receipts.map((receipt) => receipt.json.trim()).join(',\n')}\n]\n`)
  } catch {
    toastFailure('The receipts could not be read.')
  }
}
