import { type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron'
import type { HostPort } from '../core/ports.ts'

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
    showFile: async (path) => {
      shell.showItemInFolder(path)
      return true
    },
  }
}
