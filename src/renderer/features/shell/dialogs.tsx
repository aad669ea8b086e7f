import { useUi } from '../../stores/ui.ts'
import { CheckDialog } from '../checks/check-dialog.tsx'
import { CloudSheet } from '../cloud-form/cloud-sheet.tsx'
import { RemoveCloudDialog } from '../cloud-form/remove-dialog.tsx'
import { TestDialog } from '../cloud-form/test-dialog.tsx'
import { CloudTroubleDialog } from '../clouds/cloud-trouble-dialog.tsx'
import { PlaceDialog } from '../clouds/place-dialog.tsx'
import { TerminalHelpDialog } from '../clouds/terminal-help-dialog.tsx'
import { CopySheet } from '../copy/copy-sheet.tsx'
import { DownloadDialog } from '../download/download-dialog.tsx'
import { HostFilesDialog } from '../host-files/host-files-dialog.tsx'
import { CommandsDialog } from '../image-actions/commands-dialog.tsx'
import { OfferedDialog } from '../image-actions/offered-dialog.tsx'
import { OutcomesDialog } from '../image-actions/outcomes-dialog.tsx'
import { ShareDialog } from '../image-actions/share-dialog.tsx'
import { CopyToStoresDialog, RemoveFromStoreDialog } from '../image-actions/store-dialogs.tsx'
import { EditSheet } from '../image-edit/edit-sheet.tsx'
import { DeleteImagesDialog } from '../images/delete-images-dialog.tsx'
import { FilterRangeDialog } from '../images/filter-range-dialog.tsx'
import { SaveViewDialog, ViewsDialog } from '../images/view-dialogs.tsx'
import { ImportSheet } from '../import/import-sheet.tsx'
import { CommandPalette } from '../palette/command-palette.tsx'
import { KeyboardHelp } from '../palette/keyboard-help.tsx'
import { CancelTransfersDialog } from '../transfers/cancel-transfers-dialog.tsx'
import { LimitDialog } from '../transfers/limit-dialog.tsx'
import { PauseDialog } from '../transfers/pause-dialog.tsx'
import { TransferDialog } from '../transfers/transfer-dialog.tsx'
import { UploadSheet } from '../upload/upload-sheet.tsx'

export function Dialogs() {
  return (
    <>
      <UploadSheet />
      <EditSheet />
      <CloudSheet />
      <OneDialog />
    </>
  )
}

function OneDialog() {
  const dialog = useUi((ui) => ui.dialog)
  switch (dialog?.kind) {
    case undefined:
      return null
    case 'delete-images':
      return <DeleteImagesDialog cloudId={dialog.cloudId} imageIds={dialog.imageIds} />
    case 'share':
      return <ShareDialog cloudId={dialog.cloudId} imageIds={dialog.imageIds} />
    case 'copy-to-stores':
      return <CopyToStoresDialog cloudId={dialog.cloudId} imageIds={dialog.imageIds} />
    case 'copy-to-cloud':
      return <CopySheet cloudId={dialog.cloudId} imageIds={dialog.imageIds} to={dialog.to} />
    case 'remove-from-store':
      return <RemoveFromStoreDialog cloudId={dialog.cloudId} imageIds={dialog.imageIds} store={dialog.store} />
    case 'commands':
      return <CommandsDialog cloudId={dialog.cloudId} imageIds={dialog.imageIds} />
    case 'offered':
      return <OfferedDialog cloudId={dialog.cloudId} />
    case 'outcomes':
      return <OutcomesDialog summary={dialog.summary} undoable={dialog.undoable} />
    case 'download':
      return <DownloadDialog cloudId={dialog.cloudId} imageIds={dialog.imageIds} />
    case 'transfer':
      return <TransferDialog transferId={dialog.transferId} />
    case 'cancel-transfers':
      return <CancelTransfersDialog transferIds={dialog.transferIds} />
    case 'pause-transfers':
      return <PauseDialog transferIds={dialog.transferIds} />
    case 'limit-transfers':
      return <LimitDialog transferIds={dialog.transferIds} />
    case 'check':
      return <CheckDialog about={dialog} />
    case 'import':
      return <ImportSheet cloudId={dialog.cloudId} />
    case 'terminal-help':
      return <TerminalHelpDialog cloudId={dialog.cloudId} />
    case 'place':
      return <PlaceDialog cloudId={dialog.cloudId} />
    case 'cloud-trouble':
      return <CloudTroubleDialog cloudId={dialog.cloudId} />
    case 'test-cloud':
      return <TestDialog cloudId={dialog.cloudId} />
    case 'remove-cloud':
      return <RemoveCloudDialog cloudId={dialog.cloudId} />
    case 'filter-range':
      return <FilterRangeDialog filter={dialog.filter} />
    case 'save-view':
      return <SaveViewDialog />
    case 'views':
      return <ViewsDialog />
    case 'host-files':
      return <HostFilesDialog />
    case 'keyboard':
      return <KeyboardHelp />
    case 'palette':
      return <CommandPalette />
  }
}
