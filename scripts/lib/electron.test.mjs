import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findElectron } from './electron.mjs'

let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'glancer-electron-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function put(file) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), '')
  return join(root, file)
}

test('without a runtime it says why, and how to get one', () => {
  expect(findElectron({ root, platform: 'linux', env: { DISPLAY: ':0' } }).missing).toContain('npx install-electron')
  const env = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: join(root, 'elsewhere') }
  expect(findElectron({ root, platform: 'linux', env }).missing).toContain(`nothing at ${join(root, 'elsewhere', 'electron')}`)
})

test.each([
  ['linux', 'electron'],
  ['darwin', 'Electron.app/Contents/MacOS/Electron'],
  ['win32', 'electron.exe'],
])('the runtime on %s is found in the package, or where the variable points', (platform, name) => {
  const env = { WAYLAND_DISPLAY: 'wayland-0' }
  const installed = put(join('node_modules/electron/dist', name))
  expect(findElectron({ root, platform, env }).file).toBe(installed)
  const unpacked = put(join('unpacked', name))
  expect(findElectron({ root, platform, env: { ...env, ELECTRON_OVERRIDE_DIST_PATH: join(root, 'unpacked') } }).file).toBe(unpacked)
})

test('without a screen a runtime is of no use', () => {
  put('node_modules/electron/dist/electron')
  expect(findElectron({ root, platform: 'linux', env: {} })).toEqual({ missing: 'There is no screen here' })
})
