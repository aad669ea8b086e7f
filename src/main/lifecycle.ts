import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { type BrowserWindow, dialog, app as electron, session } from 'electron'
import { workerUrls } from '../core/hosting/places.ts'
import type { App, AppPorts } from '../core/ports.ts'
import { toErrorShape } from '../shared/errors.ts'
import { announceTransfers } from './announce.ts'
import { desktopHost } from './dialogs.ts'
import { guardDownloads } from './downloads.ts'
import { type Handed, takeHandedFiles } from './handed-files.ts'
import { connectPage } from './ipc.ts'
import { setMenu } from './menu.ts'
import { guardNavigation } from './navigation.ts'
import type { Paths } from './paths.ts'
import { refusePermissions } from './permissions.ts'
import { watchPower } from './power.ts'
import { QuitGuard } from './quit-guard.ts'
import { declareScheme, servePage } from './scheme.ts'
import { followTheme } from './theme.ts'
import { openWindow } from './window.ts'

/**
 * The life of the desktop app, from before Electron is ready to after the core is closed.
 *
 * @param makeApp `createApp` of the core
 * @returns when the window is open and the core runs, or when it is clear that it will not
 */
export async function start(makeApp: (ports: AppPorts) => Promise<App>, paths: Paths): Promise<void> {
  // All of this has to happen before Electron is ready, so nothing is awaited yet.
  electron.enableSandbox()
  electron.setAppUserModelId(APP_ID)
  declareScheme()
  mkdirSync(paths.dataDir, { recursive: true, mode: 0o700 })
  mkdirSync(paths.browserDir, { recursive: true, mode: 0o700 })
  electron.setPath('userData', paths.browserDir)
  if (!electron.requestSingleInstanceLock({ files: paths.files } satisfies Handed)) return electron.quit()
  electron.on('web-contents-created', (_event, contents) => guardNavigation(contents))
  let window: BrowserWindow | null = null
  const current = (): BrowserWindow | null => window
  const connectFiles = takeHandedFiles(paths.files, () => bringToFront(window))

  await electron.whenReady()
  refusePermissions(session.defaultSession)
  guardDownloads(session.defaultSession)
  setMenu(process.platform, electron.isPackaged)
  servePage(paths.pageRoot)
  // The page is loaded while the core starts; what it asks meanwhile waits.
  const making = makeOrExplain(makeApp, portsOf(paths, current))
  const stops = [connectPage(making, current)]
  let guard: QuitGuard | null = null
  const mayLeave = (): boolean => guard?.mayLeave() ?? true
  let closed = false
  electron.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    if (!mayLeave()) return
    closed = true
    for (const stop of stops) stop()
    window?.hide()
    // What the core cannot close in order is in the journal anyway: the app ends in any case.
    making
      .then((app) => app?.close())
      .catch((error: unknown) => log('error', `closing: ${String(error)}`))
      .finally(() => electron.quit())
  })
  const open = (): void => {
    const opened = openWindow(paths)
    window = opened
    opened.on('close', (event) => {
      // On macOS a program lives on without a window, and so do its transfers.
      if (process.platform !== 'darwin' && !closed && !mayLeave()) event.preventDefault()
    })
    opened.on('closed', () => {
      window = null
    })
  }
  electron.on('window-all-closed', () => {
    if (process.platform !== 'darwin') electron.quit()
  })
  electron.on('activate', () => (window ? bringToFront(window) : open()))
  open()

  const app = await making
  if (app === null) return electron.exit(1)
  if (closed) return
  guard = new QuitGuard(app, current, () => electron.quit())
  stops.push(
    watchPower(app),
    followTheme(app),
    announceTransfers(app, current, () => bringToFront(window)),
  )
  connectFiles(app)
}

/** As in electron-builder.yml: by it Windows knows whose notices, progress and pinned icon these are. It counts nowhere else. */
export const APP_ID = 'org.glancer.Glancer'

const log: AppPorts['log'] = (level, text) => process.stderr.write(`${level}: ${text}\n`)

function portsOf(paths: Paths, window: () => BrowserWindow | null): AppPorts {
  return {
    dataDir: paths.dataDir,
    version: electron.getVersion(),
    env: process.env,
    homeDir: homedir(),
    cwd: process.cwd(),
    workers: workerUrls(),
    host: desktopHost(window),
    log,
  }
}

/** The core, or null after the person was told why there is none: another Glancer has the data folder, or the disk is full. */
async function makeOrExplain(makeApp: (ports: AppPorts) => Promise<App>, ports: AppPorts): Promise<App | null> {
  try {
    return await makeApp(ports)
  } catch (error) {
    const { code, message, detail, remedy } = toErrorShape(error)
    dialog.showErrorBox('Glancer cannot start', [code === 'internal' ? detail : message, remedy].filter(Boolean).join('\n\n'))
    return null
  }
}

function bringToFront(window: BrowserWindow | null): void {
  if (!window) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
