import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'

/**
 * What takes the place of `electron` in unit tests (see vitest.config.ts): the parts that the desktop host uses, each held to Electron's own
 * types by `satisfies` or `implements`. It does nothing by itself; it remembers what it was told, and the tests play the person and the system.
 */

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown

/** What happened, in order: `quit`, `exit 1`, `setPath userData /x`, `external https://…`. Cleared by `resetElectron`. */
export const happened: string[] = []
/** What the next dialogs answer. */
export const script = {
  singleInstance: true,
  online: true,
  openDialog: { canceled: true, filePaths: [] } as Electron.OpenDialogReturnValue,
  messageBox: (): Promise<Electron.MessageBoxReturnValue> => Promise.resolve({ response: 0, checkboxChecked: false }),
}
export const questions: Electron.MessageBoxOptions[] = []
export const windows: BrowserWindow[] = []
export const ipcHandlers = new Map<string, Handler>()
export const schemeHandlers = new Map<string, (request: Request) => Response | Promise<Response>>()

/** Back to the state of a process that has just begun. */
export function resetElectron(): void {
  for (const emitter of [app, powerMonitor, ipcRenderer, session.defaultSession]) emitter.removeAllListeners()
  for (const list of [happened, questions, windows, notifications]) list.length = 0
  nativeTheme.themeSource = 'system'
  ipcHandlers.clear()
  schemeHandlers.clear()
  script.singleInstance = true
  script.online = true
  script.openDialog = { canceled: true, filePaths: [] }
  script.messageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  enableSandbox: () => void happened.push('enableSandbox'),
  setAppUserModelId: (id: string) => void happened.push(`setAppUserModelId ${id}`),
  setPath: (name: string, path: string) => void happened.push(`setPath ${name} ${path}`),
  requestSingleInstanceLock: (data?: Record<string, unknown>) => {
    if (!script.singleInstance) happened.push(`hand over ${JSON.stringify(data)}`)
    return script.singleInstance
  },
  whenReady: () => {
    happened.push('whenReady')
    return Promise.resolve()
  },
  getVersion: () => '0.0.0',
  quit: () => {
    happened.push('quit')
    const event = cancellable()
    app.emit('before-quit', event)
    if (!event.defaultPrevented) happened.push('gone')
  },
  exit: (code?: number) => void happened.push(`exit ${code ?? 0}`),
} satisfies Partial<Electron.App>)

/** An event whose default can be prevented, as far as the host looks at it. */
export function cancellable<T extends object>(more: T = {} as T): T & { defaultPrevented: boolean; preventDefault: () => void } {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true
    },
  }
  return event
}

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0]

export class WebContents
  extends EventEmitter
  implements Pick<Electron.WebContents, 'send' | 'isDestroyed' | 'reload' | 'setWindowOpenHandler' | 'getURL'>
{
  readonly mainFrame = { origin: 'app://glancer' } as Electron.WebFrameMain
  readonly sent: [string, ...unknown[]][] = []
  openHandler: OpenHandler | null = null
  reloads = 0
  send(channel: string, ...args: unknown[]): void {
    this.sent.push([channel, ...args])
  }
  isDestroyed(): boolean {
    return false
  }
  reload(): void {
    this.reloads += 1
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }
  getURL(): string {
    return 'app://glancer/'
  }
}

type WindowPart = Pick<
  Electron.BrowserWindow,
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'restore'
  | 'maximize'
  | 'isMinimized'
  | 'isMaximized'
  | 'getNormalBounds'
  | 'isFocused'
  | 'setProgressBar'
>

export class BrowserWindow extends EventEmitter implements WindowPart {
  readonly webContents = new WebContents()
  readonly options: Electron.BrowserWindowConstructorOptions
  readonly did: string[] = []
  focused = false
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    windows.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  async loadURL(url: string): Promise<void> {
    this.did.push(`load ${url}`)
  }
  show(): void {
    this.did.push('show')
  }
  hide(): void {
    this.did.push('hide')
  }
  focus(): void {
    this.did.push('focus')
  }
  restore(): void {
    this.did.push('restore')
  }
  maximize(): void {
    this.did.push('maximize')
  }
  setProgressBar(progress: number): void {
    this.did.push(`progress ${progress}`)
  }
  isFocused(): boolean {
    return this.focused
  }
  isMinimized(): boolean {
    return false
  }
  isMaximized(): boolean {
    return false
  }
  getNormalBounds(): Electron.Rectangle {
    return { x: 10, y: 20, width: 1000, height: 700 }
  }
  /** The person clicks the window's cross. */
  clickClose(): void {
    const event = cancellable()
    this.emit('close', event)
    if (event.defaultPrevented) return
    this.emit('closed')
    app.emit('window-all-closed')
  }
}

export const ipcMain = {
  handle: (channel: string, handler: Handler) => void ipcHandlers.set(channel, handler),
  removeHandler: (channel: string) => void ipcHandlers.delete(channel),
} satisfies Partial<Electron.IpcMain>

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => {
    for (const { scheme, privileges } of schemes) happened.push(`scheme ${scheme} ${Object.keys(privileges ?? {}).join(' ')}`)
  },
  handle: (scheme, handler) => void schemeHandlers.set(scheme, handler),
} satisfies Partial<Electron.Protocol>

export const shell = {
  openExternal: async (url: string) => void happened.push(`external ${url}`),
  showItemInFolder: (path: string) => void happened.push(`folder ${path}`),
} satisfies Partial<Electron.Shell>

export const dialog = {
  showErrorBox: (title: string, content: string) => void happened.push(`error ${title}: ${content}`),
  showOpenDialog: async () => script.openDialog,
  showMessageBox: async (...args: [Electron.BaseWindow, Electron.MessageBoxOptions] | [Electron.MessageBoxOptions]) => {
    const options = args.at(-1) as Electron.MessageBoxOptions
    questions.push(options)
    return script.messageBox()
  },
} satisfies Partial<Electron.Dialog>

/** The key ring: seals by turning the text round, so that a test sees that it was used. */
export const keyRing: { available: boolean; backend: ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>; stale: boolean } = {
  available: true,
  backend: 'gnome_libsecret',
  stale: false,
}

export const safeStorage = {
  isAsyncEncryptionAvailable: async () => keyRing.available,
  getSelectedStorageBackend: () => keyRing.backend,
  encryptStringAsync: async (text: string) => Buffer.from([...text].reverse().join('')),
  decryptStringAsync: async (sealed: Buffer) => ({
    result: [...sealed.toString('utf8')].reverse().join(''),
    shouldReEncrypt: keyRing.stale,
  }),
} satisfies Partial<Electron.SafeStorage>

type RequestHandler = Exclude<Parameters<Electron.Session['setPermissionRequestHandler']>[0], null>
type CheckHandler = Exclude<Parameters<Electron.Session['setPermissionCheckHandler']>[0], null>
type DeviceHandler = Exclude<Parameters<Electron.Session['setDevicePermissionHandler']>[0], null>
export const permissionHandlers: { request?: RequestHandler | null; check?: CheckHandler | null; device?: DeviceHandler | null } = {}

export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: RequestHandler | null) => {
      permissionHandlers.request = handler
    },
    setPermissionCheckHandler: (handler: CheckHandler | null) => {
      permissionHandlers.check = handler
    },
    setDevicePermissionHandler: (handler: DeviceHandler | null) => {
      permissionHandlers.device = handler
    },
  } satisfies Partial<Electron.Session>),
}

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template as unknown as Electron.Menu,
  setApplicationMenu: () => void happened.push('menu'),
} satisfies Partial<typeof Electron.Menu>

export const powerMonitor = new EventEmitter()

export const powerSaveBlocker = {
  start: (type: 'prevent-app-suspension' | 'prevent-display-sleep') => {
    happened.push(`awake ${type}`)
    return 7
  },
  stop: (id: number) => {
    happened.push(`asleep ${id}`)
    return true
  },
} satisfies Partial<Electron.PowerSaveBlocker>

export const notifications: Notification[] = []
export class Notification extends EventEmitter implements Pick<Electron.Notification, 'show'> {
  readonly #options: Electron.NotificationConstructorOptions
  static isSupported(): boolean {
    return true
  }
  constructor(options: Electron.NotificationConstructorOptions) {
    super()
    this.#options = options
    notifications.push(this)
  }
  show(): void {
    happened.push(`notice ${this.#options.title}: ${this.#options.body}`)
  }
}

export const nativeTheme = { themeSource: 'system' } satisfies Partial<Electron.NativeTheme> as Pick<Electron.NativeTheme, 'themeSource'>

export const net = { isOnline: () => script.online } satisfies Partial<Electron.Net>

export const screen = {
  getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }) as Electron.Display,
} satisfies Partial<Electron.Screen>

// The preload's side.

export const exposed = new Map<string, unknown>()
export const contextBridge = {
  exposeInMainWorld: (key: string, api: unknown) => void exposed.set(key, api),
} satisfies Partial<Electron.ContextBridge>

export const invoked: [string, ...unknown[]][] = []
export const ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (channel: string, ...args: unknown[]): Promise<unknown> => {
    invoked.push([channel, ...args])
    return []
  },
} satisfies Partial<Electron.IpcRenderer>)

/** Files that have a path on the disk; every other has none. */
export const filePaths = new Map<File, string>()
export const webUtils = { getPathForFile: (file: File) => filePaths.get(file) ?? '' } satisfies Partial<Electron.WebUtils>
