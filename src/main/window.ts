import { BrowserWindow } from 'electron'
import { readBounds, writeBounds } from './bounds.ts'
import { PAGE_URL } from './scheme.ts'

export interface WindowOptions {
  preload: string
  icon: string
  boundsFile: string
}

/** Opens the window of the page, where it was last time, and shows it once there is something to see. */
export function openWindow({ preload, icon, boundsFile }: WindowOptions): BrowserWindow {
  const bounds = readBounds(boundsFile)
  const window = new BrowserWindow({
    ...(bounds ?? { width: 1280, height: 800 }),
    minWidth: 800,
    minHeight: 500,
    show: false,
    icon,
    title: 'Glancer',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // The checker would fetch its dictionaries from the network.
      spellcheck: false,
    },
  })
  if (bounds?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeBounds(boundsFile, window))
  // A page that crashed comes back; the core and its transfers never noticed.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.webContents.reload()
  })
  // Closed before it was there, for instance; nobody waits for it.
  window.loadURL(PAGE_URL).catch((error: unknown) => process.stderr.write(`warn: the page: ${String(error)}\n`))
  return window
}
