import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { App } from '../core/ports.ts'

/** The answers, in the order of the dialog's buttons. */
const answers = ['keep', 'now', 'when-done'] as const
const KEEP = 0

/**
 * Stands between the wish to quit and the end. With transfers running it asks first, and naming them; without, it lets go at once.
 * `leave` is called once, when the app is to end.
 */
export class QuitGuard {
  readonly #app: App
  readonly #window: () => BrowserWindow | null
  readonly #leave: () => void
  #asking = false
  #leaving = false
  #stopWaiting: (() => void) | null = null

  constructor(app: App, window: () => BrowserWindow | null, leave: () => void) {
    this.#app = app
    this.#window = window
    this.#leave = leave
  }

  /**
   * The person wants to quit, or to close the last window. @returns true if that may go on now; false if they were asked (or are being
   * asked), and `leave` will follow if that was the answer
   */
  mayLeave(): boolean {
    if (this.#leaving) return true
    if (this.#app.running().length === 0) {
      this.#leaving = true
      return true
    }
    if (!this.#asking) void this.#ask()
    return false
  }

  async #ask(): Promise<void> {
    this.#asking = true
    try {
      const question = quitQuestion(this.#app.running())
      const window = this.#window()
      const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question))
      const answer = answers[response] ?? 'keep'
      this.#stopWaiting?.()
      this.#stopWaiting = null
      if (answer === 'now') this.#end()
      if (answer === 'when-done') this.#wait()
    } finally {
      this.#asking = false
    }
  }

  #wait(): void {
    const look = (): void => {
      if (this.#app.running().length === 0) this.#end()
    }
    this.#stopWaiting = this.#app.onDelta(look)
    // The last one may have ended while the question was on the screen.
    look()
  }

  #end(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = null
    if (this.#leaving) return
    this.#leaving = true
    this.#leave()
  }
}

const SHOWN = 5
const doing = { upload: 'Uploading', download: 'Downloading', import: 'Importing', copy: 'Copying' } as const

/** The question, naming the transfers that would suffer. Exported for the tests. */
export function quitQuestion(running: ReturnType<App['running']>): MessageBoxOptions {
  const lines = running.slice(0, SHOWN).map(({ imageName, kind, percent }) => {
    return `${doing[kind]} ${imageName}${percent === null ? '' : ` (${Math.floor(percent)} %)`}`
  })
  if (running.length > SHOWN) lines.push(`and ${running.length - SHOWN} more`)
  return {
    type: 'warning',
    title: 'Quit Glancer?',
    message: running.length === 1 ? 'A transfer is running.' : `${running.length} transfers are running.`,
    detail: `${lines.join('\n')}\n\nAn upload that stops starts over at the next start; a download goes on where it stopped if the cloud's store can.`,
    buttons: ['Keep running', 'Quit now', 'Quit when done'],
    defaultId: KEEP,
    cancelId: KEEP,
    noLink: true,
  }
}
