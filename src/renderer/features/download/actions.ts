import { toast } from '../../components/toasts.tsx'
import { plural } from '../../lib/plural.ts'
import { remember, remembered } from '../../lib/remembered.ts'
import { ask, bridge } from '../../stores/core.ts'
import { openDialog, useUi } from '../../stores/ui.ts'

/** Asks where to, the host's way: the system's dialog in Electron, a dialog of the page in the web host. */
export function downloadImages(cloudId: string, imageIds: readonly string[]): void {
  if (bridge.host === 'web') openDialog({ kind: 'download', cloudId, imageIds })
  else void downloadByDialog(cloudId, imageIds)
}

async function downloadByDialog(cloudId: string, imageIds: readonly string[]): Promise<void> {
  const folder = await ask('dialog.chooseFolder', {})
  if (folder !== null) await startDownload(cloudId, imageIds, folder.folderId, 'rename')
}

export async function startDownload(
  cloudId: string,
  imageIds: readonly string[],
  folderId: string,
  ifExists: 'rename' | 'replace',
): Promise<boolean> {
  const started = await ask('downloads.start', { cloudId, imageIds: [...imageIds], folderId, ifExists })
  if (started === null) return false
  const { trayFolded, page } = useUi.getState()
  if (page === 'images' && trayFolded) toast(`${plural(started.transferIds.length, 'download')} started`, { shape: 'half', tone: 'accent' })
  return true
}

const FOLDER = 'download-folder'

/** The folder of the last download, so that the next one begins there. */
export function lastFolder(): string | null {
  return remembered(FOLDER)
}

export function rememberFolder(folder: string): void {
  remember(FOLDER, folder)
}
