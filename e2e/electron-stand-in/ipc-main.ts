import type * as Electron from 'electron'
import { cloneCodec } from './clone.ts'
import type { WebFrameMain } from './frames.ts'
import type { FromPage } from './messages.ts'
import { state } from './state.ts'
import { strict } from './strict.ts'

const codec = cloneCodec()
const handlers = new Map<string, (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown>()
const listeners = new Map<string, ((event: Electron.IpcMainEvent, ...args: unknown[]) => void)[]>()

export const ipcMain = strict('ipcMain', {
  handle(channel: string, handler: (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, handler)
  },
  removeHandler(channel: string): void {
    handlers.delete(channel)
  },
  on(channel: string, listener: (event: Electron.IpcMainEvent, ...args: unknown[]) => void): Electron.IpcMain {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
    return ipcMain as unknown as Electron.IpcMain
  },
} satisfies Partial<Electron.IpcMain>)

/**
 * Gives a page's message to whoever handles its channel, with the frame that sent it.
 * @param frame null if it is gone meanwhile
 */
export async function receiveFromPage(
  sender: object,
  frame: WebFrameMain | null,
  message: Exclude<FromPage, { kind: 'paths' }>,
): Promise<unknown> {
  const args = codec.decode(message.args) as unknown[]
  state.overheard?.fromPage.push(readable(args))
  const event = { sender, senderFrame: frame, type: 'frame', processId: 1, frameId: 1 }
  if (message.kind === 'send') {
    for (const listener of listeners.get(message.channel) ?? []) listener(event as unknown as Electron.IpcMainEvent, ...args)
    return undefined
  }
  const handler = handlers.get(message.channel)
  if (handler === undefined) throw new Error(`No handler registered for '${message.channel}'`)
  return await handler(event as unknown as Electron.IpcMainInvokeEvent, ...args)
}

/** A message for a test's eyes: a call of the bridge carries its argument as JSON, which is taken out of its quotes. */
function readable(args: unknown[]): string {
  const [call, input] = args
  if (typeof call !== 'string' || typeof input !== 'string') return JSON.stringify(args) ?? ''
  try {
    return JSON.stringify({ call, input: JSON.parse(input) })
  } catch {
    return JSON.stringify(args)
  }
}
