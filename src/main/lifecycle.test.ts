import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeApp } from '../core/hosting/testing/fake-app.ts'
import type { AppPorts } from '../core/ports.ts'
import { GlancerError } from '../shared/errors.ts'
import type { Delta } from '../shared/protocol.ts'
import { readBounds } from './bounds.ts'
import { desktopHost } from './dialogs.ts'
import { APP_ID, start } from './lifecycle.ts'
import { menuTemplate } from './menu.ts'
import { findPaths, type Paths } from './paths.ts'
import { quitQuestion } from './quit-guard.ts'
import * as electron from './testing/electron-stub.ts'

/** For what comes soon: a machine that is busy with other things takes many times as long as an idle one. */
const SOON = { timeout: 15_000 }

const upload = { imageName: 'debian-13', kind: 'upload', percent: 41.7 } as const
const delta: Delta = { seq: 1 }
const macOs = process.platform === 'darwin'

let folder: string
let paths: Paths
let app: FakeApp
let ports: AppPorts | null

beforeEach(async () => {
  electron.resetElectron()
  folder = await mkdtemp(join(tmpdir(), 'glancer-main-'))
  paths = findPaths(['--data-dir', join(folder, 'data')], 'linux', {})
  app = new FakeApp()
  ports = null
})
afterEach(() => rm(folder, { recursive: true }))

async function launch(): Promise<electron.BrowserWindow | undefined> {
  await start(async (given) => {
    ports = given
    return app
  }, paths)
  return electron.windows[0]
}
const gone = (): boolean => electron.happened.includes('gone')
/** The person answers the question that is on the screen. */
async function answer(response: number): Promise<void> {
  await vi.waitFor(() => expect(electron.questions).toHaveLength(1), SOON)
  pressed.resolve({ response, checkboxChecked: false })
}
let pressed: PromiseWithResolvers<{ response: number; checkboxChecked: boolean }>
beforeEach(() => {
  pressed = Promise.withResolvers()
  electron.script.messageBox = () => pressed.promise
})

test('Windows knows it by the name that its installer gives it', async () => {
  await launch()
  const config = await readFile(new URL('../../electron-builder.yml', import.meta.url), 'utf8')
  expect(config).toContain(`appId: ${APP_ID}\n`)
  expect(electron.happened).toContain(`setAppUserModelId ${APP_ID}`)
})

describe('every path', () => {
  test.each(['/opt/glancer', '/opt/Glancer/resources/app.asar'])('is found in %s', (root) => {
    const found = findPaths(['--data-dir', '/data'], 'linux', {}, pathToFileURL(`${root}/out/main/places-B1x2y3.js`).href)
    expect(found).toEqual({
      dataDir: '/data',
      browserDir: '/data/browser',
      boundsFile: '/data/browser/window.json',
      pageRoot: `${root}/out/renderer/`,
      preload: `${root}/out/preload/index.cjs`,
      icon: `${root}/resources/icons/256.png`,
      files: [],
    })
  })
})

describe('starting', () => {
  test('sandbox, scheme and folder are settled before Electron is ready', async () => {
    await launch()
    const ready = electron.happened.indexOf('whenReady')
    expect(electron.happened.slice(0, ready)).toEqual([
      'enableSandbox',
      'setAppUserModelId org.glancer.Glancer',
      'scheme app standard secure codeCache',
      `setPath userData ${paths.browserDir}`,
    ])
    expect((await stat(paths.dataDir)).mode & 0o777).toBe(0o700)
    expect(ports).toMatchObject({ dataDir: paths.dataDir, host: { kind: 'electron', mayBrowse: false } })
  })

  test('the window is walled off, and shown once there is something to see', async () => {
    const window = await launch()
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      preload: paths.preload,
    })
    expect(window?.did).toEqual(['load app://glancer/'])
    window?.emit('ready-to-show')
    expect(window?.did).toEqual(['load app://glancer/', 'show'])
    expect(window?.webContents.openHandler).not.toBeNull()
    expect(electron.permissionHandlers.request).toBeTypeOf('function')
    expect(electron.schemeHandlers.has('app')).toBe(true)
  })

  test('a second Glancer on the same data makes way, and the first comes to the front', async () => {
    const window = await launch()
    electron.script.singleInstance = false
    let made = false
    await start(async () => {
      made = true
      return app
    }, paths)
    expect(made).toBe(false)
    expect(electron.windows).toHaveLength(1)
    expect(electron.happened).toContain('quit')
    electron.app.emit('second-instance', {}, [], '/', { files: [] })
    expect(window?.did).toContain('focus')
  })

  test('a core that cannot start says why, and the app ends', async () => {
    await start(() => Promise.reject(new GlancerError('not-allowed', 'Another Glancer uses this folder.')), paths)
    expect(electron.happened.slice(-2)).toEqual(['error Glancer cannot start: Another Glancer uses this folder.', 'exit 1'])
    // Its page was being loaded meanwhile; it was never shown.
    expect(electron.windows.flatMap(({ did }) => did)).not.toContain('show')
  })

  test('the page is loaded while the core starts, and may be closed before that is done', async () => {
    const making = Promise.withResolvers<FakeApp>()
    const started = start(() => making.promise, paths)
    await vi.waitFor(() => expect(electron.windows[0]?.did).toContain('load app://glancer/'), SOON)
    electron.app.quit()
    expect(gone()).toBe(false)
    making.resolve(app)
    await started
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
    expect(app.told).toEqual(['close'])
  })

  test('a page that crashed is loaded again', async () => {
    const window = await launch()
    window?.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(window?.webContents.reloads).toBe(1)
    window?.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    expect(window?.webContents.reloads).toBe(1)
  })
})

describe('files that the system opens with Glancer', () => {
  test('come with the command line, as absolute paths', async () => {
    paths = findPaths(['--data-dir', join(folder, 'data'), '/images/a.iso', 'b.qcow2', '--no-sandbox'], 'linux', {})
    expect(paths.files).toEqual(['/images/a.iso', join(process.cwd(), 'b.qcow2')])
    await launch()
    expect(app.told).toContain('file /images/a.iso')
  })

  test('a second start hands its own over before it makes way', async () => {
    electron.script.singleInstance = false
    paths = findPaths(['--data-dir', join(folder, 'data'), '/images/a.iso'], 'linux', {})
    await launch()
    expect(electron.happened).toContain('hand over {"files":["/images/a.iso"]}')
    expect(electron.windows).toEqual([])
  })

  test('the first one takes them, and nothing that is not a list of files', async () => {
    const window = await launch()
    for (const data of [undefined, null, { files: '/x' }, { files: [7] }, { files: [''] }, []]) {
      electron.app.emit('second-instance', {}, [], '/', data)
    }
    expect(app.told.filter((line) => line.startsWith('file'))).toEqual([])
    electron.app.emit('second-instance', {}, [], '/', { files: ['/images/a.iso'] })
    expect(app.told).toContain('file /images/a.iso')
    expect(window?.did).toContain('focus')
  })

  test('macOS opens them by an event, which may come before the core is there', async () => {
    const started = start(async () => {
      const event = electron.cancellable()
      electron.app.emit('open-file', event, '/images/early.iso')
      expect(event.defaultPrevented).toBe(true)
      return app
    }, paths)
    await started
    electron.app.emit('open-file', electron.cancellable(), '/images/late.iso')
    expect(app.told.filter((line) => line.startsWith('file'))).toEqual(['file /images/early.iso', 'file /images/late.iso'])
  })
})

describe('quitting', () => {
  test('with nothing running it closes the core, then goes', async () => {
    await launch()
    electron.app.quit()
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
    expect(app.told.at(-1)).toBe('close')
    expect(electron.questions).toEqual([])
  })

  test.skipIf(macOs)('so does closing the window', async () => {
    const window = await launch()
    window?.clickClose()
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
    expect(app.told.at(-1)).toBe('close')
  })

  test('a core that fails to close does not keep the app', async () => {
    await launch()
    app.close = () => Promise.reject(new Error('disk'))
    electron.app.quit()
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
  })

  test('a running transfer is named, and "Keep running" keeps it', async () => {
    app.transfers = [upload]
    const window = await launch()
    if (macOs) electron.app.quit()
    else window?.clickClose()
    await answer(0)
    expect(electron.questions[0]).toMatchObject({ buttons: ['Keep running', 'Quit now', 'Quit when done'], defaultId: 0, cancelId: 0 })
    expect(electron.questions[0]?.detail).toContain('Uploading debian-13 (41 %)')
    await Promise.resolve()
    app.transfers = []
    app.emit(delta)
    expect(gone()).toBe(false)
    expect(app.told).not.toContain('close')
  })

  test('"Quit now" closes the core in order and goes', async () => {
    app.transfers = [upload]
    await launch()
    electron.app.quit()
    expect(gone()).toBe(false)
    await answer(1)
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
    expect(app.told.at(-1)).toBe('close')
  })

  test('"Quit when done" goes with the end of the last transfer, not before', async () => {
    app.transfers = [upload, upload]
    await launch()
    electron.app.quit()
    await answer(2)
    await new Promise((resolve) => setImmediate(resolve))
    app.transfers = [upload]
    app.emit(delta)
    expect(app.told).not.toContain('close')
    app.transfers = []
    app.emit(delta)
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
  })

  test('"Quit when done" goes at once if the last one ended while the question was on the screen', async () => {
    app.transfers = [upload]
    await launch()
    electron.app.quit()
    app.transfers = []
    await answer(2)
    await vi.waitFor(() => expect(gone()).toBe(true), SOON)
  })

  test('asking twice does not ask twice', async () => {
    app.transfers = [upload]
    await launch()
    electron.app.quit()
    electron.app.quit()
    await answer(0)
    expect(electron.questions).toHaveLength(1)
  })

  test('the question stays short with many transfers', () => {
    const { message, detail } = quitQuestion(
      Array.from({ length: 40 }, (_, index) => ({ ...upload, imageName: `image-${index}`, percent: null })),
    )
    expect(message).toBe('40 transfers are running.')
    expect(detail).toContain('Uploading image-4\nand 35 more')
  })
})

describe('the machine', () => {
  test('sleep, waking and the network reach the core', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      await launch()
      electron.powerMonitor.emit('suspend')
      electron.powerMonitor.emit('resume')
      vi.advanceTimersByTime(20_000)
      electron.script.online = false
      vi.advanceTimersByTime(20_000)
      expect(app.told).toEqual(['online', 'suspend', 'resume', 'offline'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('it is kept awake while transfers run, and only then', async () => {
    await launch()
    app.emit(delta)
    app.transfers = [upload]
    app.emit(delta)
    app.emit(delta)
    app.transfers = []
    app.emit(delta)
    app.emit(delta)
    expect(electron.happened.filter((line) => /awake|asleep/.test(line))).toEqual(['awake prevent-app-suspension', 'asleep 7'])
  })
})

describe('the dialogs', () => {
  const host = desktopHost(() => null)

  test('a closed dialog is null, not an empty list', async () => {
    expect(await host.openFiles?.()).toBeNull()
    expect(await host.chooseFolder?.()).toBeNull()
    expect(await host.chooseFile?.('certificate')).toBeNull()
  })

  test('give paths to the core only', async () => {
    electron.script.openDialog = { canceled: false, filePaths: ['/a', '/b'] }
    expect(await host.openFiles?.()).toEqual(['/a', '/b'])
    expect(await host.chooseFolder?.()).toBe('/a')
    expect(await host.chooseFile?.('openrc')).toBe('/a')
    expect(await host.showFile?.('/a')).toBe(true)
    expect(electron.happened).toEqual(['folder /a'])
  })
})

describe('the window remembers its place', () => {
  test('after it was closed', async () => {
    const window = await launch()
    window?.emit('close', electron.cancellable())
    expect(readBounds(paths.boundsFile)).toEqual({ x: 10, y: 20, width: 1000, height: 700, maximized: false })
  })

  test.each(['', 'null', '{"x":1}', JSON.stringify({ x: 5000, y: 0, width: 800, height: 600, maximized: false })])(
    'but not this: %s',
    async (text) => {
      const file = join(folder, 'window.json')
      await writeFile(file, text)
      expect(readBounds(file)).toBeNull()
    },
  )
})

describe('the menu', () => {
  test('reloading and developer tools are not for installed apps', () => {
    const roles = (packaged: boolean): string => JSON.stringify(menuTemplate('linux', packaged))
    expect(roles(false)).toContain('toggleDevTools')
    expect(roles(true)).not.toMatch(/toggleDevTools|reload/)
  })
})
