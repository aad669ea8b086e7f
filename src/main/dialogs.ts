import { type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron'
import type { HostPort } from '../core/ports.ts'
import { systemKeyRing } from './secrets.ts'

/** What only a desktop has: the system's own file dialogs and its file manager. */
export function desktopHost(window: () => BrowserWindow | null): HostPort {
  const choose = async (options: OpenDialogOptions): Promise<string[] | null> => {
    const parent = window()
    const { canceled, filePaths } = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options))
    return canceled || filePaths.length === 0 ? null : filePaths
  }
  return {
    kind: 'electron',
    mayBrowse: false,
    // No filter by ending: what a file is, its first bytes say.
    openFiles: () =>
      choose({ title: 'Upload images', buttonLabel: 'Choose', properties: ['openFile', 'multiSelections', 'showHiddenFiles'] }),
    chooseFolder: async () =>
      (await choose({ title: 'Download to', buttonLabel: 'Choose', properties: ['openDirectory', 'createDirectory'] }))?.[0] ?? null,
    chooseFile: async (purpose) => {
      const title = purpose === 'openrc' ? 'Open an openrc or clouds.yaml file' : 'Choose a certificate or key in PEM form'
      return (await choose({ title, buttonLabel: 'Choose', properties: ['openFile', 'showHiddenFiles'] }))?.[0] ?? null
    },
    keyRing: systemKeyRing(process.platform),
    showFile: async (path) => {
      shell.showItemInFolder(path)
      return true
    },
  }
}
