import type * as Electron from 'electron'
import type { CloneCodec } from '../clone.ts'
import type { FromPage, Names, ToPage } from '../messages.ts'
import type { Membrane } from './membrane.ts'

type Listener = (event: Electron.IpcRendererEvent, ...args: unknown[]) => void

/**
 * The preload's surroundings: `require('electron')` as a sandboxed preload has it, in a world of its own, before the page's scripts.
 *
 * @param wall makes the wall to the page's world; null where the window has no context isolation
 */
export function isolatedWorld(
  codec: CloneCodec,
  names: Names,
  wall: ((before: (args: unknown[]) => Promise<void> | null) => Membrane) | null,
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  // As Electron without `nodeIntegrationInSubFrames`.
  if (window !== window.top) return
  const world = globalThis as unknown as Record<string, unknown>
  const post = (message: FromPage): void => (world[names.binding] as (text: string) => void)(JSON.stringify(message))
  const refuse = (name: string): never => {
    throw new Error(`The stand-in for Electron has no ${name}.`)
  }
  const strict = <T extends object>(name: string, object: T): T =>
    new Proxy(object, {
      get: (target, key) =>
        typeof key === 'symbol' || key in target || key === 'then' ? Reflect.get(target, key) : refuse(`${name}.${key}`),
    })

  let last = 0
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const listeners = new Map<string, Listener[]>()
  // The browser's own algorithm says what can be cloned; the codec carries what it made of it.
  const encode = (args: unknown[]): string => {
    try {
      return codec.encode(structuredClone(args))
    } catch {
      throw new Error('An object could not be cloned.')
    }
  }

  const ipcRenderer = strict('ipcRenderer', {
    async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      const id = ++last
      const text = encode(args)
      return await new Promise((resolve, reject) => {
        open.set(id, { resolve, reject })
        post({ kind: 'invoke', id, channel, args: text })
      })
    },
    send(channel: string, ...args: unknown[]): void {
      post({ kind: 'send', channel, args: encode(args) })
    },
    on(channel: string, listener: Listener): Electron.IpcRenderer {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer as Electron.IpcRenderer
    },
    off(channel: string, listener: Listener): Electron.IpcRenderer {
      const left = listeners.get(channel) ?? []
      listeners.set(channel, left.toSpliced(left.lastIndexOf(listener), left.includes(listener) ? 1 : 0))
      return ipcRenderer as Electron.IpcRenderer
    },
  } satisfies Partial<Electron.IpcRenderer>) as Partial<Electron.IpcRenderer>

  const paths = new WeakMap<File, string>()
  const asked = new Map<number, { files: File[]; done(): void }>()
  const filesIn = (value: unknown): File[] => {
    if (value instanceof File) return [value]
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(filesIn) : []
  }
  /** A path has to be asked for over the debugging protocol, so that is done while the files are on their way into this world. */
  const learnPaths = (args: unknown[]): Promise<void> | null => {
    const files = filesIn(args)
    if (files.length === 0) return null
    const token = ++last
    return new Promise((resolve) => {
      asked.set(token, { files, done: resolve })
      post({ kind: 'paths', token, count: files.length })
    })
  }
  world[names.files] = (token: number, index: number): File | undefined => asked.get(token)?.files[index]

  const webUtils = strict('webUtils', {
    getPathForFile: (file: File): string => paths.get(file) ?? refuse('path of a file that did not come through the contextBridge'),
  } satisfies Partial<Electron.WebUtils>)

  const membrane = wall?.(learnPaths) ?? null
  const contextBridge = strict('contextBridge', {
    exposeInMainWorld(key: string, api: unknown): void {
      if (membrane === null) throw new Error('contextBridge API can only be used when contextIsolation is enabled')
      membrane.expose(key, api)
    },
  } satisfies Partial<Electron.ContextBridge>)

  world[names.receive] = (text: string): void => {
    const message = JSON.parse(text) as ToPage
    switch (message.kind) {
      case 'answer':
        open.get(message.id)?.resolve(codec.decode(message.value))
        open.delete(message.id)
        break
      case 'refusal':
        open.get(message.id)?.reject(new Error(message.message))
        open.delete(message.id)
        break
      case 'event': {
        const args = codec.decode(message.args) as unknown[]
        const event = { sender: ipcRenderer } as unknown as Electron.IpcRendererEvent
        for (const listener of listeners.get(message.channel) ?? []) listener(event, ...args)
        break
      }
      case 'paths': {
        const request = asked.get(message.token)
        asked.delete(message.token)
        for (const [index, file] of (request?.files ?? []).entries()) paths.set(file, message.paths[index] ?? '')
        request?.done()
      }
    }
  }

  const electron = strict("require('electron')", { contextBridge, ipcRenderer, webUtils })
  const module = { exports: {} }
  preload((name) => (name === 'electron' ? electron : refuse(`require('${name}') in a sandboxed preload`)), module, module.exports)
}
