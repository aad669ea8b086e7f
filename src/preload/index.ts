import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { PreloadBridge } from '../shared/bridge.ts'
import { channels } from '../shared/channels.ts'

// Runs sandboxed, in a world of its own: the page gets these three functions and neither `ipcRenderer` nor a path.

const bridge: PreloadBridge = {
  call: async (name, input) => ipcRenderer.invoke(channels.call, name, JSON.stringify(input ?? null)),

  onDelta: (listener) => {
    const forward = (_event: unknown, delta: unknown): void => listener(delta)
    ipcRenderer.on(channels.delta, forward)
    return () => {
      ipcRenderer.off(channels.delta, forward)
    }
  },

  addFiles: async (files) => {
    // A file that a script made up has no path.
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')
    const taken: unknown[] = paths.length === 0 ? [] : await ipcRenderer.invoke(channels.addFiles, paths)
    const unreal = files.filter((file) => webUtils.getPathForFile(file) === '')
    return [...taken, ...unreal.map(({ name }) => ({ name, problem: 'This is not a file on this computer.' }))]
  },
}

contextBridge.exposeInMainWorld('glancer', bridge)
