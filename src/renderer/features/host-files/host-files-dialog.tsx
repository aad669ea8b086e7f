import { ask } from '../../stores/core.ts'
import { closeDialog } from '../../stores/ui.ts'
import { addIds } from '../upload/actions.ts'
import { HostChooser } from './host-chooser.tsx'

/** Web host: files of the machine that the host runs on go into the upload sheet. */
export function HostFilesDialog() {
  return (
    <HostChooser
      kind="files"
      start={null}
      onClose={closeDialog}
      onFiles={async (folder, names) => {
        const picked = await ask('files.pick', { folder, names: [...names] })
        if (picked === null) return
        closeDialog()
        await addIds(picked.fileIds.map((fileId) => ({ fileId })))
      }}
    />
  )
}
