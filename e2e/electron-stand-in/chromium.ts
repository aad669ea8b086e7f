import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { CdpConnection, type CdpSession } from './cdp.ts'

const START_MS = 30_000
const END_MS = 10_000
const CLOSE_MS = 2_000

/** A page that the browser made, on our order or on a page's. */
export interface Target {
  id: string
  session: CdpSession
}

/** Chromium, taking the part of Electron's browser process: no window, no network, one profile below the app's own folder. */
export class Chromium {
  /** Where a test connects to drive the pages. */
  readonly endpoint: string
  readonly #child: ChildProcess
  readonly #connection: CdpConnection
  readonly #expected = new Map<string, (target: Target) => void>()
  readonly #early = new Map<string, Target>()
  readonly #gone = new Map<string, () => void>()
  /** Pages that were ordered and not yet named. */
  #ordered = 0

  private constructor(child: ChildProcess, endpoint: string, connection: CdpConnection) {
    this.#child = child
    this.endpoint = endpoint
    this.#connection = connection
  }

  static async start(profile: string): Promise<Chromium> {
    const child = spawn(
      process.env.GLANCER_CHROMIUM || 'chromium',
      [
        '--headless=new',
        '--remote-debugging-port=0',
        `--user-data-dir=${join(profile, 'chromium')}`,
        '--no-startup-window',
        '--no-first-run',
        '--no-default-browser-check',
        // What is not answered by the app itself is answered by nobody.
        '--host-resolver-rules=MAP * ~NOTFOUND',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-gpu',
        '--disable-popup-blocking',
        '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows',
        '--disable-background-timer-throttling',
        '--password-store=basic',
        '--use-mock-keychain',
        '--lang=en-GB',
        // Chromium's own sandbox refuses to run as root; that is one thing that the stand-in cannot prove anyway.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TZ: 'UTC' } },
    )
    process.once('exit', () => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stderr })
    const said: string[] = []
    const endpoint = await new Promise<string>((resolve, reject) => {
      void setTimeout(START_MS, undefined, { ref: false }).then(() => reject(new Error(`Chromium did not start.\n${said.join('\n')}`)))
      lines.on('line', (line) => {
        said.push(line)
        const found = /^DevTools listening on (ws:\S+)$/.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`Chromium ended at once.\n${said.join('\n')}`)))
    })
    const connection = await CdpConnection.open(endpoint)
    const chromium = new Chromium(child, endpoint, connection)
    await chromium.#listen()
    return chromium
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** The whole browser's side: permissions, for instance. */
  get root(): CdpSession {
    return this.#connection.root
  }

  /** A new page, not yet running: nothing happens in it before `Runtime.runIfWaitingForDebugger`. */
  async openPage(gone: () => void): Promise<Target> {
    this.#ordered++
    const { targetId } = await this.root.send('Target.createTarget', { url: 'about:blank', newWindow: true })
    this.#ordered--
    this.#gone.set(targetId, gone)
    const early = this.#early.get(targetId)
    if (early) return early
    return await new Promise((resolve) => this.#expected.set(targetId, resolve))
  }

  async closePage(id: string): Promise<void> {
    // A page that holds something open (an address of another program, a window of its own) may keep its answer back; it goes all the same.
    await Promise.race([
      this.root.send('Target.closeTarget', { targetId: id }).catch(() => {}),
      setTimeout(CLOSE_MS, undefined, { ref: false }),
    ])
  }

  /** Ends it in order, so that what the page keeps is on disk. */
  async close(): Promise<void> {
    const exited = once(this.#child, 'exit')
    void setTimeout(END_MS, undefined, { ref: false }).then(() => this.#child.kill('SIGKILL'))
    this.root.send('Browser.close').catch(() => {})
    await exited
  }

  /**
   * Takes away a page that a page opened. It stands still, and with it everything in its process, the page that opened it too; so it is let go
   * first, with every request of its held back.
   */
  async #refuse({ id, session }: Target): Promise<void> {
    session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }).catch(() => {})
    session.send('Runtime.runIfWaitingForDebugger').catch(() => {})
    await this.closePage(id)
  }

  async #listen(): Promise<void> {
    this.root.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      const target = { id: targetInfo.targetId, session: this.#connection.session(sessionId) }
      if (targetInfo.type !== 'page') {
        target.session.send('Runtime.runIfWaitingForDebugger').catch(() => {})
        return
      }
      const expected = this.#expected.get(target.id)
      this.#expected.delete(target.id)
      if (expected) expected(target)
      else if (this.#ordered > 0 && targetInfo.openerId === undefined) this.#early.set(target.id, target)
      else void this.#refuse(target)
    })
    this.root.on('Target.detachedFromTarget', ({ targetId }) => {
      if (targetId === undefined) return
      this.#gone.get(targetId)?.()
      this.#gone.delete(targetId)
      this.#early.delete(targetId)
    })
    await this.root.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
  }
}
