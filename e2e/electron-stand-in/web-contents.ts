import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import type { CdpSession, Protocol } from './cdp.ts'
import type { Chromium } from './chromium.ts'
import { cloneCodec } from './clone.ts'
import { Frames, type WebFrameMain } from './frames.ts'
import { receiveFromPage } from './ipc-main.ts'
import type { FromPage, ToPage } from './messages.ts'
import { answerRequest } from './requests.ts'
import { applyPermissions } from './session.ts'
import { cancellable, record, state } from './state.ts'
import { firing, strictClass } from './strict.ts'
import { PRELOAD_WORLD, type Scripts, worldScripts } from './worlds.ts'

const codec = cloneCodec()
/** The last two are sent by tests: a page here can neither be redirected by the network nor embed a webview. */
const events = [
  'dom-ready',
  'did-finish-load',
  'will-frame-navigate',
  'render-process-gone',
  'destroyed',
  'will-redirect',
  'will-attach-webview',
]

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0]
type Used =
  | 'send'
  | 'isDestroyed'
  | 'reload'
  | 'getURL'
  | 'setWindowOpenHandler'
  | 'setZoomLevel'
  | 'getZoomLevel'
  | 'forcefullyCrashRenderer'
  | 'id'

export interface PageOptions {
  /** Whole, with Electron's defaults. */
  preferences: Electron.WebPreferences & { preload: string; contextIsolation: boolean }
  width: number
  height: number
}

/** The page of a window. */
export class WebContents extends EventEmitter implements Pick<Electron.WebContents, Used> {
  static #last = 0
  readonly id = ++WebContents.#last
  readonly #options: PageOptions
  readonly #frames = new Frames()
  readonly #scripts: Scripts
  #openHandler: OpenHandler | null = null
  #session: CdpSession | null = null
  #targetId = ''
  #destroyed = false
  #zoomLevel = 0
  /** The main process sent the page there itself; that is no event of navigation. */
  #ordered: string | null = null
  #loads: PromiseWithResolvers<void>[] = []

  constructor(options: PageOptions) {
    super()
    firing('WebContents', this, events)
    this.#options = options
    this.#scripts = worldScripts(options.preferences.preload, options.preferences.contextIsolation)
  }

  /** Has Chromium make the page and puts everything in place before anything runs in it. */
  async open(chromium: Chromium): Promise<void> {
    const { id, session } = await chromium.openPage(() => this.#gone())
    this.#targetId = id
    this.#session = session
    const { names, main, preload } = this.#scripts
    const isolated = this.#options.preferences.contextIsolation
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === names.binding) void this.#receive(JSON.parse(payload), executionContextId)
    })
    session.on('Fetch.requestPaused', (paused) => void this.#request(session, paused))
    session.on('Page.loadEventFired', () => this.#loaded())
    session.on('Page.domContentEventFired', () => this.emit('dom-ready'))
    session.on('Page.windowOpen', ({ url }) => this.#askToOpen(url))
    session.on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }))
    // All at once: Chromium takes a session's orders one after the other.
    await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('DOM.enable'),
      session.send('Inspector.enable'),
      session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      session.send('Runtime.addBinding', { name: names.binding, ...(isolated && { executionContextName: PRELOAD_WORLD }) }),
      // In this order: the page's side of the wall has to stand when the preload exposes something through it.
      main === null ? null : session.send('Page.addScriptToEvaluateOnNewDocument', { source: main }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: preload, ...(isolated && { worldName: PRELOAD_WORLD }) }),
      this.#frames.follow(session),
      this.#applySize(),
      session.send('Runtime.runIfWaitingForDebugger'),
    ])
  }

  get mainFrame(): WebFrameMain {
    return this.#frames.main
  }

  /** Resolves when the page is loaded, as `loadURL` of Electron does. */
  async load(url: string): Promise<void> {
    await applyPermissions(url)
    const loaded = Promise.withResolvers<void>()
    this.#loads.push(loaded)
    this.#ordered = url
    const answer = await this.#must().send('Page.navigate', { url: state.addresses.inside(url) })
    if (answer.errorText !== undefined) loaded.reject(new Error(`${answer.errorText} loading '${url}'`))
    await loaded.promise
  }

  send(channel: string, ...args: unknown[]): void {
    // Node's own algorithm refuses what Electron's refuses: functions, promises, symbols.
    this.#toPage({ kind: 'event', channel, args: codec.encode(structuredClone(args)) })
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  getURL(): string {
    return this.mainFrame.url
  }

  reload(): void {
    this.#ordered = this.getURL()
    this.#must()
      .send('Page.navigate', { url: state.addresses.inside(this.getURL()) })
      .catch(() => {})
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  setZoomLevel(level: number): void {
    this.#zoomLevel = level
    void this.#applySize()
  }

  getZoomLevel(): number {
    return this.#zoomLevel
  }

  /** Electron has it too, without saying so in its types: its own tests read it. */
  getLastWebPreferences(): Electron.WebPreferences {
    return { ...this.#options.preferences }
  }

  forcefullyCrashRenderer(): void {
    this.#session?.send('Page.crash').catch(() => {})
  }

  /** Lets go of the page; the window does that when it is closed. */
  async destroy(chromium: Chromium | null): Promise<void> {
    if (this.#destroyed) return
    this.#destroyed = true
    await chromium?.closePage(this.#targetId)
    this.emit('destroyed')
  }

  /** The page wants to open another one. The stand-in shows none in any case; Electron would, without a no from the app. */
  #askToOpen(url: string): void {
    const answer = this.#openHandler?.({
      url: state.addresses.outside(url),
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'no-referrer' },
    } as Electron.HandlerDetails)
    if (answer?.action !== 'deny') record('window opened', url)
  }

  /**
   * For tests: a message as a frame inside the page would send it if somebody had taken over its renderer and found the way out. What comes
   * back is what Electron would hand to that frame.
   */
  async sendAsFrame(url: string, channel: string, ...args: unknown[]): Promise<ToPage> {
    const session = this.#must()
    const frame = this.#frames.find(url)
    if (frame === null) throw new Error(`The page has no frame that shows ${url}.`)
    const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frame.id, worldName: PRELOAD_WORLD })
    const { binding, receive } = this.#scripts.names
    const message: FromPage = { kind: 'invoke', id: 0, channel, args: codec.encode(args) }
    const [post, text, answer] = [binding, JSON.stringify(message), receive].map((part) => JSON.stringify(part))
    const expression = `new Promise((resolve) => { globalThis[${answer}] = resolve; globalThis[${post}](${text}) })`
    const { result } = await session.send('Runtime.evaluate', { contextId: executionContextId, expression, awaitPromise: true })
    return JSON.parse(String(result.value))
  }

  /** For tests: runs in the preload's world, which the page's policy does not bind. Undefined where there is no page yet, or no more. */
  async evaluate(expression: string): Promise<unknown> {
    const contextId = this.#preloadWorld()
    if (contextId === null || this.#session === null) return undefined
    return await this.#session.send('Runtime.evaluate', { contextId, expression, awaitPromise: true, returnByValue: true }).then(
      ({ result }) => result.value,
      () => undefined,
    )
  }

  async #receive(message: FromPage, world: number): Promise<void> {
    if (message.kind === 'paths') return await this.#tellPaths(message.token, message.count)
    try {
      const value = await receiveFromPage(this, this.#frames.ofWorld(world), message)
      if (message.kind === 'invoke') this.#toPage({ kind: 'answer', id: message.id, value: codec.encode(structuredClone(value)) }, world)
    } catch (error) {
      const text = `Error invoking remote method '${message.channel}': ${String(error)}`
      if (message.kind === 'invoke') this.#toPage({ kind: 'refusal', id: message.id, message: text }, world)
    }
  }

  /** The paths of files that are on their way into the preload's world; '' for one that a script made up. */
  async #tellPaths(token: number, count: number): Promise<void> {
    const session = this.#must()
    const contextId = this.#preloadWorld()
    if (contextId === null) return
    const pathOf = async (index: number): Promise<string> => {
      const expression = `globalThis[${JSON.stringify(this.#scripts.names.files)}](${token}, ${index})`
      const { result } = await session.send('Runtime.evaluate', { contextId, expression })
      if (result.objectId === undefined) return ''
      return (await session.send('DOM.getFileInfo', { objectId: result.objectId })).path
    }
    const paths = await Promise.all(Array.from({ length: count }, (_, index) => pathOf(index).catch(() => '')))
    this.#toPage({ kind: 'paths', token, paths })
  }

  #preloadWorld(): number | null {
    return this.#frames.worldOfMain(this.#options.preferences.contextIsolation ? PRELOAD_WORLD : '')
  }

  #toPage(message: ToPage, contextId: number | null = this.#preloadWorld()): void {
    // No page yet, or one that is on its way out: Electron drops the message too.
    if (contextId === null || this.#session === null) return
    state.overheard?.toPage.push(JSON.stringify(message))
    const expression = `globalThis[${JSON.stringify(this.#scripts.names.receive)}](${JSON.stringify(JSON.stringify(message))})`
    this.#session.send('Runtime.evaluate', { contextId, expression }).catch(() => {})
  }

  async #request(session: CdpSession, paused: Protocol.Fetch.requestPausedPayload): Promise<void> {
    const url = state.addresses.outside(paused.request.url)
    if (paused.resourceType === 'Document') {
      const isMainFrame = paused.frameId === this.#frames.main.id
      const ordered = isMainFrame && url === this.#ordered
      if (isMainFrame) this.#ordered = null
      const event = cancellable({ url, isMainFrame, isSameDocument: false, frame: this.#frames.byId(paused.frameId) })
      if (paused.redirectedRequestId !== undefined) this.emit('will-redirect', event)
      else if (!ordered) this.emit('will-frame-navigate', event)
      if (event.defaultPrevented) {
        await session.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Aborted' }).catch(() => {})
        return
      }
    }
    await answerRequest(session, paused)
  }

  #loaded(): void {
    for (const { resolve } of this.#loads) resolve()
    this.#loads = []
    this.emit('did-finish-load')
  }

  async #applySize(): Promise<void> {
    const scale = 1.2 ** this.#zoomLevel
    const { width, height } = this.#options
    await this.#session?.send('Emulation.setDeviceMetricsOverride', {
      width: Math.round(width / scale),
      height: Math.round(height / scale),
      deviceScaleFactor: scale,
      mobile: false,
    })
  }

  #must(): CdpSession {
    if (this.#session === null || this.#destroyed) throw new Error('Object has been destroyed')
    return this.#session
  }

  #gone(): void {
    for (const { reject } of this.#loads) reject(new Error('The page is gone.'))
    this.#loads = []
    if (this.#destroyed) return
    this.#destroyed = true
    this.emit('destroyed')
  }
}
strictClass('WebContents', WebContents)
