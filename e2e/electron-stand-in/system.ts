import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import { record, state } from './state.ts'
import { firing, notHere, strict, strictClass } from './strict.ts'

// What the app does to the system, and what the system tells it: recorded, and played by the test. A test takes the part of a person before a
// dialog as it would with the real Electron: it puts a function of its own in the dialog's place.

export const dialog = strict('dialog', {
  showErrorBox: (title: string, content: string) => {
    record('dialog.showErrorBox', title, content)
    process.stderr.write(`${title}: ${content}\n`)
  },
  showOpenDialog: async (): Promise<Electron.OpenDialogReturnValue> => notHere('person who answers showOpenDialog'),
  showMessageBox: async (): Promise<Electron.MessageBoxReturnValue> => notHere('person who answers showMessageBox'),
} satisfies Partial<Electron.Dialog>)

export const shell = strict('shell', {
  openExternal: async (url: string) => record('shell.openExternal', url),
  showItemInFolder: (path: string) => record('shell.showItemInFolder', path),
} satisfies Partial<Electron.Shell>)

export const powerMonitor = strict('powerMonitor', firing('powerMonitor', new EventEmitter(), ['suspend', 'resume']))

const awake = new Set<number>()
let lastBlocker = 0
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: (type: 'prevent-app-suspension' | 'prevent-display-sleep') => {
    awake.add(++lastBlocker)
    record('powerSaveBlocker.start', type)
    return lastBlocker
  },
  stop: (id: number) => {
    record('powerSaveBlocker.stop', id)
    return awake.delete(id)
  },
} satisfies Partial<Electron.PowerSaveBlocker>)

export const net = strict('net', {
  isOnline: () => {
    for (const tell of state.askedOnline.splice(0)) tell()
    return state.online
  },
} satisfies Partial<Electron.Net>)

const display = { workArea: { x: 0, y: 0, width: 1920, height: 1080 } } as Electron.Display
export const screen = strict('screen', {
  getDisplayMatching: () => display,
} satisfies Partial<Electron.Screen>)

export class Notification extends EventEmitter implements Pick<Electron.Notification, 'show' | 'close'> {
  readonly #options: Electron.NotificationConstructorOptions

  static isSupported(): boolean {
    return true
  }

  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super()
    firing('Notification', this, ['show', 'click', 'close'])
    this.#options = options
  }

  show(): void {
    record('notification', this.#options.title, this.#options.body)
    shownNotifications.push(this)
    this.emit('show')
  }

  close(): void {
    this.emit('close')
  }
}
strictClass('Notification', Notification)

/** For tests: those on the screen; `emit('click')` is the person's click. */
export const shownNotifications: Notification[] = []

const sealed = 'sealed by the stand-in:'
/** Not a secret store: it only cannot be read by eye, and behaves as the real one does with and without a key ring. */
export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => (state.keyRing === 'absent' ? 'basic_text' : 'gnome_libsecret'),
  encryptStringAsync: async (text: string) => {
    if (state.keyRing === 'locked') throw new Error('Error while encrypting the text provided to safeStorage.encryptStringAsync.')
    return Buffer.from(sealed + Buffer.from(text).toString('base64'))
  },
  decryptStringAsync: async (data: Buffer) => ({ result: unseal(data), shouldReEncrypt: false }),
} satisfies Partial<Electron.SafeStorage>)

function unseal(data: Buffer): string {
  const text = String(data)
  if (state.keyRing === 'locked' || !text.startsWith(sealed))
    throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.')
  return String(Buffer.from(text.slice(sealed.length), 'base64'))
}

/** The system's colours; the page's own come from Chromium, which a test sets. */
export const nativeTheme = strict('nativeTheme', { themeSource: 'system' as const } satisfies Partial<Electron.NativeTheme>)
