// What `import … from 'electron'` gives in the main process of the stand-in. A name that is missing here does not link, and is named by Node.
import { firstRow } from './first-rows.ts'
import { pressAccelerator } from './menu.ts'
import { state } from './state.ts'
import { shownNotifications } from './system.ts'

export { app } from './app.ts'
export { BrowserWindow } from './browser-window.ts'
export { ipcMain } from './ipc-main.ts'
export { Menu, MenuItem } from './menu.ts'
export { protocol } from './protocol.ts'
export { session } from './session.ts'
export {
  dialog,
  Notification,
  nativeTheme,
  net,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
} from './system.ts'

/** For tests alone: what happened, and the system's side. Electron has nothing of that name. */
export const standIn = { state, pressAccelerator, shownNotifications, firstRow }
