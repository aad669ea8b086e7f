import { describe, expect, it } from 'vitest'
import type { PreloadBridge } from '../../shared/bridge.ts'
import { createElectronBridge } from './electron.ts'

const preload = (answer: unknown): PreloadBridge => ({
  call: async () => answer,
  onDelta: (listener) => {
    listener({ seq: 1, freeBytes: 5 })
    return () => {}
  },
  addFiles: async () => [],
})

describe('the bridge over Electron', () => {
  it('gives the value of a good answer', async () => {
    const bridge = createElectronBridge(preload({ ok: true, value: { text: 'lines' } }))
    expect(await bridge.call('clouds.terminalHelp', { cloudId: 'a' })).toEqual({ text: 'lines' })
  })
  it('rejects with the error of a bad one', async () => {
    const bridge = createElectronBridge(preload({ ok: false, error: { code: 'quota', message: 'No room.' } }))
    await expect(bridge.call('clouds.terminalHelp', { cloudId: 'a' })).rejects.toMatchObject({ code: 'quota', message: 'No room.' })
  })
  it('does not pass on an answer that the command does not give', async () => {
    const bridge = createElectronBridge(preload({ ok: true, value: { text: 7 } }))
    await expect(bridge.call('clouds.terminalHelp', { cloudId: 'a' })).rejects.toThrow()
  })
  it('is connected from the start, and passes deltas on', () => {
    const bridge = createElectronBridge(preload(null))
    const seen: unknown[] = []
    bridge.onConnection((state) => seen.push(state))
    bridge.onDelta((delta) => seen.push(delta.freeBytes))
    expect(seen).toEqual(['connected', 5])
  })
})
