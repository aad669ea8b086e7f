import { beforeEach, describe, expect, test } from 'vitest'
import * as electron from '../main/testing/electron-stub.ts'
import type { PreloadBridge } from '../shared/bridge.ts'
import { channels } from '../shared/channels.ts'
import './index.ts'

const bridge = electron.exposed.get('glancer') as PreloadBridge

beforeEach(() => {
  electron.resetElectron()
  electron.invoked.length = 0
})

describe('what the page gets', () => {
  test('is one object of three functions', () => {
    expect([...electron.exposed.keys()]).toEqual(['glancer'])
    expect(Object.keys(bridge).sort()).toEqual(['addFiles', 'call', 'onDelta'])
    expect(Object.values(bridge).every((value) => typeof value === 'function')).toBe(true)
  })

  test('a call crosses as JSON text, on the one channel for calls', async () => {
    await bridge.call('transfers.detail', { id: 'a' })
    await bridge.call('app.snapshot', undefined)
    expect(electron.invoked).toEqual([
      [channels.call, 'transfers.detail', '{"id":"a"}'],
      [channels.call, 'app.snapshot', 'null'],
    ])
  })

  test('what cannot be JSON fails here', async () => {
    await expect(bridge.call('x', 1n)).rejects.toThrow(TypeError)
  })

  test('deltas come without the event, whose sender would reach the ipcRenderer', () => {
    const got: unknown[][] = []
    const stop = bridge.onDelta((...args) => got.push(args))
    electron.ipcRenderer.emit(channels.delta, { sender: electron.ipcRenderer }, { seq: 1 })
    stop()
    electron.ipcRenderer.emit(channels.delta, {}, { seq: 2 })
    expect(got).toEqual([[{ seq: 1 }]])
  })

  test('a dropped file goes to the core by path; one that a script made up goes nowhere', async () => {
    const [real, unreal] = [new File([], 'a.iso'), new File(['x'], 'made-up.iso')]
    electron.filePaths.set(real, '/images/a.iso')
    expect(await bridge.addFiles([real, unreal])).toEqual([{ name: 'made-up.iso', problem: 'This is not a file on this computer.' }])
    expect(electron.invoked).toEqual([[channels.addFiles, ['/images/a.iso']]])
    electron.invoked.length = 0
    await bridge.addFiles([unreal])
    expect(electron.invoked).toEqual([])
  })
})
