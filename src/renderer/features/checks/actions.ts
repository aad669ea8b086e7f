import type { Transfer } from '../../../shared/domain.ts'
import { toErrorShape } from '../../../shared/errors.ts'
import { toastFailure } from '../../components/toasts.tsx'
import { ask, bridge, sentence } from '../../stores/core.ts'
import { openDialog, useUi } from '../../stores/ui.ts'

/** Asks for the file that is to be compared with this image. */
export function openCheck(cloudId: string, image: { id: string; name: string | null }): void {
  openDialog({ kind: 'check', cloudId, imageId: image.id, imageName: image.name ?? image.id, checkId: null })
}

/** Reads the file of a finished transfer again and compares it with the image as the cloud has it now. */
export async function verifyTransfer(transfer: Transfer): Promise<void> {
  const check = await ask('checks.ofTransfer', { transferId: transfer.id })
  if (check !== null) showCheck(check)
}

export function showCheck(check: { id: string; cloudId: string; imageId: string; imageName: string }): void {
  openDialog({ kind: 'check', cloudId: check.cloudId, imageId: check.imageId, imageName: check.imageName, checkId: check.id })
}

/** Compares this file, known by its id, in the dialog that is open. */
export async function checkFile(fileId: string): Promise<void> {
  const { dialog } = useUi.getState()
  if (dialog?.kind !== 'check') return
  const check = await ask('checks.start', { cloudId: dialog.cloudId, imageId: dialog.imageId, fileId })
  if (check === null) return
  // A file that the browser has goes to the host now.
  bridge.sendBodies([fileId])
  // Unless it was closed or turned to something else meanwhile.
  if (useUi.getState().dialog === dialog) openDialog({ ...dialog, checkId: check.id })
}

/** The first of the files that were dropped or picked; a folder's other files are not meant. */
export async function checkDropped(files: readonly File[] | DataTransfer): Promise<void> {
  try {
    const added = await bridge.addDropped(files)
    const good = added.find((file) => 'fileId' in file)
    const bad = added.find((file) => 'problem' in file)
    if (good !== undefined) await checkFile(good.fileId)
    else if (bad !== undefined) toastFailure(`${bad.name}: ${bad.problem}`)
  } catch (thrown) {
    toastFailure(sentence(toErrorShape(thrown)))
  }
}

/** The system's own dialog, where the host has one. */
export async function pickWithDialog(): Promise<void> {
  const picked = await ask('dialog.openFiles', {})
  const [fileId] = picked?.fileIds ?? []
  if (fileId !== undefined) await checkFile(fileId)
}
