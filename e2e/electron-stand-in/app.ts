import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Electron from 'electron'
import { Chromium } from './chromium.ts'
import { followDownloads } from './downloads.ts'
import type { FromApp } from './remote.ts'
import { takeInstanceLock } from './single-instance.ts'
import { cancellable, record, state } from './state.ts'
import { firing, strict } from './strict.ts'

const paths = new Map<string, string>([
  ['home', homedir()],
  ['temp', tmpdir()],
  ['appData', join(homedir(), '.config')],
])
const ready = Promise.withResolvers<void>()
let isReady = false
let quitting = false
let ended = false
let folder = ''

/** Those that come here, or that a test sends in the system's place. */
const events = [
  'will-finish-launching',
  'ready',
  'web-contents-created',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'activate',
  'second-instance',
  'open-file',
]

export const app = strict(
  'app',
  Object.assign(firing('app', new EventEmitter(), events), {
    isPackaged: false as boolean,
    enableSandbox: () => {
      if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
      record('app sandboxed')
    },
    getPath: (name: string): string => {
      const path = paths.get(name)
      if (path === undefined) throw new Error(`Failed to get '${name}' path`)
      return path
    },
    setPath: (name: string, path: string) => void paths.set(name, path),
    getAppPath: () => folder,
    getVersion: (): string => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version,
    requestSingleInstanceLock: (data?: Record<string, unknown>): boolean =>
      takeInstanceLock(app.getPath('userData'), data ?? {}, (argv, cwd, more) => app.emit('second-instance', {}, argv, cwd, more)),
    isReady: () => isReady,
    whenReady: () => ready.promise,
    quit: () => {
      if (quitting || ended) return
      const event = cancellable({})
      app.emit('before-quit', event)
      if (event.defaultPrevented) return
      quitting = true
      if (state.windows.size === 0) void end(0)
      for (const window of [...state.windows]) {
        if (quitting) window.close()
      }
    },
    exit: (code = 0) => void leave(code),
    setAppUserModelId: (id: string) => record('app.setAppUserModelId', id),
  } satisfies Partial<Electron.App>),
)

/** The app's folder, before its main file is loaded. */
export function setAppFolder(path: string, packaged: boolean): void {
  folder = path
  app.isPackaged = packaged
  paths.set('userData', join(paths.get('appData') ?? '', 'glancer'))
}

/** The app's main file has been evaluated: Electron is ready now, unless the app wants to end. */
export async function becomeReady(): Promise<void> {
  if (quitting || ended) return
  // Electron is its own browser; the stand-in starts one beside the app's first steps.
  const starting = Chromium.start(app.getPath('userData'))
  chromium = starting
  isReady = true
  app.emit('will-finish-launching')
  ready.resolve()
  app.emit('ready', {}, {})
  state.chromium = await starting
  await followDownloads(state.chromium, app.getPath('userData'))
  process.send?.({ kind: 'browser', endpoint: state.chromium.endpoint, pid: state.chromium.pid } satisfies FromApp)
}
let chromium: Promise<Chromium> | null = null

/** The browser that a new window's page is made in. */
export async function chromiumForWindow(): Promise<Chromium> {
  if (chromium === null) throw new Error('Cannot create BrowserWindow before app is ready')
  return await chromium
}

/** A window is gone: the last step of quitting, or the wish to quit. */
export function windowClosed(): void {
  if (state.windows.size > 0) return
  if (quitting) void end(0)
  else if (!app.emit('window-all-closed')) app.quit()
}

/** A window's guard said no. */
export function windowStays(): void {
  quitting = false
}

async function end(code: number): Promise<void> {
  const event = cancellable({})
  app.emit('will-quit', event)
  if (event.defaultPrevented) {
    quitting = false
    return
  }
  await leave(code)
}

async function leave(code: number): Promise<void> {
  if (ended) return
  ended = true
  app.emit('quit', {}, code)
  await (await chromium?.catch(() => null))?.close()
  process.exit(code)
}

// As Electron does on Linux and macOS.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit())
