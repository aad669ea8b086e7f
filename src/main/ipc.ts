import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron'
import { z } from 'zod'
import type { App, Taken } from '../core/ports.ts'
import { channels } from '../shared/channels.ts'
import { GlancerError, toErrorShape } from '../shared/errors.ts'
import { type Answer, MESSAGE_LIMIT } from '../shared/protocol.ts'
import { PAGE_ORIGIN } from './scheme.ts'

const pathsSchema = z.array(z.string().min(1).max(32_768)).max(10_000)

/**
 * The bridge of the Electron host: every command of the protocol through one channel, dropped files through another, deltas back to the
 * window. Whoever else speaks on them (a frame, another window, a page that is not ours) is refused.
 *
 * @param making the core, which may still be starting: messages wait for it; null = there is none, and the app is about to end
 * @param window the one window there is now, or null
 * @returns ends the deltas and takes the handlers away
 */
export function connectPage(making: Promise<App | null>, window: () => BrowserWindow | null): () => void {
  ipcMain.handle(channels.call, async (event, name: unknown, input: unknown): Promise<Answer<unknown>> => {
    try {
      checkSender(event, window())
      const argument = readJson(input)
      return await (await running(making)).call(name, argument)
    } catch (thrown) {
      return { ok: false, error: toErrorShape(thrown) }
    }
  })
  ipcMain.handle(channels.addFiles, async (event, paths: unknown): Promise<Taken[]> => {
    checkSender(event, window())
    const list = pathsSchema.parse(paths)
    return (await running(making)).files.addPaths(list)
  })
  let stopped = false
  let stopDeltas = (): void => {}
  void making.then((app) => {
    if (app === null || stopped) return
    stopDeltas = app.onDelta((delta) => {
      const contents = window()?.webContents
      if (contents && !contents.isDestroyed()) contents.send(channels.delta, delta)
    })
  })
  return () => {
    stopped = true
    stopDeltas()
    ipcMain.removeHandler(channels.call)
    ipcMain.removeHandler(channels.addFiles)
  }
}

async function running(making: Promise<App | null>): Promise<App> {
  const app = await making
  if (app === null) throw new GlancerError('internal', 'Glancer could not start.')
  return app
}

/** @throws GlancerError `not-allowed` unless it is the main frame of our window, and that shows our page */
function checkSender(event: IpcMainInvokeEvent, window: BrowserWindow | null): void {
  const frame = event.senderFrame
  const ours = window !== null && event.sender === window.webContents && frame !== null && frame === window.webContents.mainFrame
  if (!ours || frame.origin !== PAGE_ORIGIN) throw new GlancerError('not-allowed', "Only Glancer's own page may do that.")
}

function readJson(input: unknown): unknown {
  if (typeof input !== 'string') throw new GlancerError('bad-argument', 'The argument of a command crosses as JSON text.')
  if (Buffer.byteLength(input) > MESSAGE_LIMIT) {
    throw new GlancerError('too-large', 'That is more than one command may carry.', { remedy: 'Do it in smaller portions.' })
  }
  try {
    return JSON.parse(input)
  } catch (cause) {
    throw new GlancerError('bad-argument', 'The argument of a command crosses as JSON text.', { cause })
  }
}
