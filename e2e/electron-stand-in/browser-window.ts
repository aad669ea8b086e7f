import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import { app, chromiumForWindow, windowClosed, windowStays } from './app.ts'
import { cancellable, record, state } from './state.ts'
import { firing, NotInStandIn, notHere, strictClass } from './strict.ts'
import { WebContents } from './web-contents.ts'

type Used =
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'close'
  | 'restore'
  | 'maximize'
  | 'minimize'
  | 'isMinimized'
  | 'isMaximized'
  | 'isVisible'
  | 'isFocused'
  | 'isDestroyed'
  | 'getNormalBounds'
  | 'getBounds'
  | 'setProgressBar'

/** Every preference that the security of a page depends on, as Electron 45 sets it where the app says nothing. */
const defaults = {
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
  spellcheck: true,
} satisfies Electron.WebPreferences

/** Rights that the stand-in could not give to a page: such a window does not open at all. */
const impossible = ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'webviewTag'] as const

/** A window: a page of Chromium's without a frame around it. Shown, hidden, moved: it only remembers that. */
export class BrowserWindow extends EventEmitter implements Pick<Electron.BrowserWindow, Used> {
  readonly webContents: WebContents
  readonly #opened: Promise<void>
  #bounds: Electron.Rectangle
  #is = { visible: true, focused: true, minimized: false, maximized: false, destroyed: false }

  static getAllWindows(): BrowserWindow[] {
    return [...state.windows].filter((window) => window instanceof BrowserWindow)
  }

  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.isFocused()) ?? null
  }

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super()
    firing('BrowserWindow', this, ['ready-to-show', 'show', 'hide', 'focus', 'minimize', 'restore', 'maximize', 'close', 'closed'])
    const { preload, ...preferences } = { ...defaults, ...options.webPreferences }
    for (const right of impossible) if (preferences[right]) notHere(`window with ${right}`)
    if (preload === undefined) throw new NotInStandIn('window without a preload')
    const { x = 0, y = 0, width = 800, height = 600, show = true } = options
    this.#bounds = { x, y, width, height }
    this.#is.visible = show
    this.webContents = new WebContents({ preferences: { ...preferences, preload }, width, height })
    state.windows.add(this)
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    // Whoever drives Chromium closed the page; no guard of the app's was asked.
    this.webContents.once('destroyed', () => this.#closed())
    app.emit('web-contents-created', {}, this.webContents)
    this.#opened = chromiumForWindow().then((chromium) => this.webContents.open(chromium))
  }

  async loadURL(url: string): Promise<void> {
    await this.#opened
    await this.webContents.load(url)
  }

  close(): void {
    if (this.#is.destroyed) return
    const event = cancellable({})
    this.emit('close', event)
    if (event.defaultPrevented) windowStays()
    else void this.#opened.then(() => this.webContents.destroy(state.chromium))
  }

  show(): void {
    this.#is.visible = true
    this.#is.focused = true
    record('window shown')
    this.emit('show')
  }

  hide(): void {
    this.#is.visible = false
    this.#is.focused = false
    record('window hidden')
    this.emit('hide')
  }

  focus(): void {
    this.#is.focused = true
    record('window focused')
    this.emit('focus')
  }

  minimize(): void {
    this.#is.minimized = true
    this.#is.focused = false
    this.emit('minimize')
  }

  restore(): void {
    this.#is.minimized = false
    record('window restored')
    this.emit('restore')
  }

  maximize(): void {
    this.#is.maximized = true
    this.emit('maximize')
  }

  setProgressBar(progress: number): void {
    record('window progress', progress)
  }

  isVisible = (): boolean => this.#is.visible
  isFocused = (): boolean => this.#is.focused
  isMinimized = (): boolean => this.#is.minimized
  isMaximized = (): boolean => this.#is.maximized
  isDestroyed = (): boolean => this.#is.destroyed
  getBounds = (): Electron.Rectangle => ({ ...this.#bounds })
  getNormalBounds = (): Electron.Rectangle => ({ ...this.#bounds })

  #closed(): void {
    if (this.#is.destroyed) return
    this.#is.destroyed = true
    state.windows.delete(this)
    this.emit('closed')
    windowClosed()
  }
}
strictClass('BrowserWindow', BrowserWindow)
