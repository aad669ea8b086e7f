import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IpcMainInvokeEvent } from 'electron'
import * as stub from 'electron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeApp } from '../core/hosting/testing/fake-app.ts'
import { channels } from '../shared/channels.ts'
import { MESSAGE_LIMIT } from '../shared/protocol.ts'
import { guardDownloads } from './downloads.ts'
import { connectPage } from './ipc.ts'
import { guardNavigation } from './navigation.ts'
import { refusePermissions } from './permissions.ts'
import { answerPage, declareScheme } from './scheme.ts'
import * as electron from './testing/electron-stub.ts'

/** The one place where the stub passes for the real thing; vitest gives the hosts the same objects under the name `electron`. */
const real = <T>(double: object): T => double as T

beforeEach(() => electron.resetElectron())

test('no test reaches the real Electron, which would start a download', () => {
  expect(stub.app).toBe(electron.app)
})

describe('messages of the page', () => {
  let app: FakeApp
  let window: electron.BrowserWindow
  let disconnect: () => void

  beforeEach(() => {
    app = new FakeApp()
    window = new electron.BrowserWindow({})
    disconnect = connectPage(Promise.resolve(app), () => real(window))
  })
  afterEach(() => disconnect())

  const own = (): object => ({ sender: window.webContents, senderFrame: window.webContents.mainFrame })
  const send = async (channel: string, event: object, ...args: unknown[]): Promise<unknown> =>
    electron.ipcHandlers.get(channel)?.(real<IpcMainInvokeEvent>(event), ...args)
  const call = (name: unknown, input: unknown, event = own()): Promise<unknown> => send(channels.call, event, name, input)

  test('a call of our page is run and answered', async () => {
    expect(await call('transfers.detail', '{"id":"t1"}')).toEqual({ ok: true, value: { echo: { id: 't1' } } })
  })

  test.each([
    ['a frame inside the page', () => ({ sender: window.webContents, senderFrame: { origin: 'app://glancer' } })],
    ['a frame that is gone', () => ({ sender: window.webContents, senderFrame: null })],
    ['another window', () => ({ sender: new electron.WebContents(), senderFrame: window.webContents.mainFrame })],
  ])('%s is refused', async (_who, event) => {
    expect(await call('app.snapshot', '{}', event())).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
    await expect(send(channels.addFiles, event(), ['/etc/passwd'])).rejects.toThrow('own page')
    expect(app.calls).toEqual([])
  })

  test.each(['https://evil.example', 'app://other', 'file://', 'null', ''])('our window showing %s is refused', async (origin) => {
    Object.assign(window.webContents.mainFrame, { origin })
    expect(await call('app.snapshot', '{}')).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
    expect(app.calls).toEqual([])
  })

  test('without a window, nobody is heard', async () => {
    disconnect()
    disconnect = connectPage(Promise.resolve(app), () => null)
    expect(await call('app.snapshot', '{}')).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
  })

  test.each(['no.such', '__proto__', 'toString', 7, null, {}])('the unknown command %j is refused', async (name) => {
    expect(await call(name, '{}')).toMatchObject({ ok: false, error: { code: 'unknown-command' } })
  })

  test.each(['{"id":5}', '{}', '[]', 'null', '{"id":"a","__proto__":{}}', '{"id":"a","more":1}'])(
    'the argument %s is refused',
    async (input) => {
      expect(await call('transfers.detail', input)).toMatchObject({ ok: false, error: { code: 'bad-argument' } })
      expect(app.calls).toEqual([])
    },
  )

  test.each([{ id: 'a' }, undefined, 5, '{', new Uint8Array(3)])('what is not JSON text is refused: %j', async (input) => {
    expect(await call('transfers.detail', input)).toMatchObject({ ok: false, error: { code: 'bad-argument' } })
  })

  test('a message over the limit is refused before anything is made of it', async () => {
    const error = { ok: false, error: { code: 'too-large' } }
    expect(await call('transfers.detail', JSON.stringify({ id: 'x'.repeat(MESSAGE_LIMIT) }))).toMatchObject(error)
    // The limit is in bytes, and this sign has three.
    expect(await call('transfers.detail', JSON.stringify({ id: '€'.repeat(MESSAGE_LIMIT / 2) }))).toMatchObject(error)
  })

  test('a very deep message is an error, not a crash', async () => {
    expect(await call('transfers.detail', `${'['.repeat(500_000)}${']'.repeat(500_000)}`)).toMatchObject({ ok: false })
  })

  test('dropped files cross as paths, and only as a bounded list of them', async () => {
    expect(await send(channels.addFiles, own(), ['/a.iso'])).toEqual([{ fileId: 'file-6' }])
    for (const wrong of ['/a.iso', [''], [5], Array.from({ length: 10_001 }, () => '/a')]) {
      await expect(send(channels.addFiles, own(), wrong)).rejects.toThrow()
    }
  })

  test('what the page asks while the core starts waits for it; without a core it is refused', async () => {
    disconnect()
    const making = Promise.withResolvers<FakeApp | null>()
    disconnect = connectPage(making.promise, () => real(window))
    const early = call('transfers.detail', '{"id":"t1"}')
    await Promise.resolve()
    expect(app.calls).toEqual([])
    making.resolve(app)
    expect(await early).toMatchObject({ ok: true })
    app.emit({ seq: 1 })
    expect(window.webContents.sent).toHaveLength(1)
    disconnect()
    disconnect = connectPage(Promise.resolve(null), () => real(window))
    expect(await call('transfers.detail', '{"id":"t1"}')).toMatchObject({ ok: false, error: { code: 'internal' } })
  })

  test('deltas go to the window, until the end', async () => {
    await Promise.resolve()
    app.emit({ seq: 1 })
    expect(window.webContents.sent).toEqual([[channels.delta, { seq: 1 }]])
    disconnect()
    app.emit({ seq: 2 })
    expect(window.webContents.sent).toHaveLength(1)
    expect(electron.ipcHandlers.size).toBe(0)
  })
})

describe('the page comes from app://', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'glancer-scheme-'))
    await writeFile(join(root, 'index.html'), '<!doctype html>')
    await writeFile(`${root}.json`, 'secret')
  })
  afterEach(async () => {
    await rm(root, { recursive: true })
    await rm(`${root}.json`)
  })
  const get = (url: string, method = 'GET'): Promise<Response> => answerPage(root, { url, method })

  test('with a policy that lets it speak to no network', async () => {
    const answer = await get('app://glancer/')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('<!doctype html>')
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each([
    'app://glancer/missing.js',
    'app://other/index.html',
    'app://glancer/../x.json',
    'app://glancer/%2e%2e/x.json',
    'app://glancer/..%2fx.json',
    'app://glancer/..%5cx.json',
    'app://glancer//etc/hosts.json',
    'app://glancer/%00.html',
    'nonsense',
  ])('%s is not there', async (url) => {
    const answer = await get(url.replaceAll('x.json', `${root.split('/').at(-1)}.json`))
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('is read, never written', async () => {
    expect((await get('app://glancer/index.html', 'POST')).status).toBe(404)
  })

  test('the scheme has an origin, and no rights beyond', () => {
    declareScheme()
    expect(electron.happened).toEqual(['scheme app standard secure codeCache'])
  })
})

describe('the window stays on the page', () => {
  let contents: electron.WebContents
  beforeEach(() => {
    contents = new electron.WebContents()
    guardNavigation(real(contents))
  })
  const go = (name: string, url: string, isMainFrame = true): boolean => {
    const event = electron.cancellable({ url, isMainFrame })
    contents.emit(name, event)
    return !event.defaultPrevented
  }

  test('it may load itself again, and nothing else', () => {
    expect(go('will-frame-navigate', 'app://glancer/')).toBe(true)
    for (const url of ['app://glancer/other', 'app://evil/', 'file:///etc/passwd', 'data:text/html,x', 'javascript:alert(1)']) {
      expect(go('will-frame-navigate', url)).toBe(false)
    }
    expect(go('will-frame-navigate', 'app://glancer/', false)).toBe(false)
    expect(go('will-redirect', 'https://example.org/')).toBe(false)
    expect(go('will-attach-webview', '')).toBe(false)
    expect(electron.happened).toEqual([])
  })

  test('a link for a browser opens in the browser; other schemes nowhere', () => {
    expect(go('will-frame-navigate', 'https://docs.openstack.org/glance/')).toBe(false)
    for (const url of ['http://example.org/', 'file:///bin/sh', 'smb://host/x', 'ms-settings:', 'vscode://x', 'nonsense']) {
      expect(contents.openHandler?.({ url } as Parameters<NonNullable<typeof contents.openHandler>>[0])).toEqual({ action: 'deny' })
    }
    expect(electron.happened).toEqual(['external https://docs.openstack.org/glance/', 'external http://example.org/'])
  })

  test('a frame inside the page cannot send the person anywhere', () => {
    expect(go('will-frame-navigate', 'https://example.org/', false)).toBe(false)
    expect(electron.happened).toEqual([])
  })
})

describe('permissions', () => {
  beforeEach(() => refusePermissions(real(electron.session.defaultSession)))
  type Permission = Parameters<NonNullable<typeof electron.permissionHandlers.request>>[1]
  const asked = (permission: Permission, page = 'app://glancer/'): boolean => {
    let granted = true
    const contents = Object.assign(new electron.WebContents(), { getURL: () => page })
    electron.permissionHandlers.request?.(
      real(contents),
      permission,
      (decision) => {
        granted = decision
      },
      real({}),
    )
    const checked = electron.permissionHandlers.check?.(null, permission, page, real({}))
    expect(checked).toBe(granted)
    return granted
  }

  test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem', 'hid', 'unknown'] as const)(
    '%s is refused',
    (permission) => {
      expect(asked(permission)).toBe(false)
    },
  )

  test('only our page may copy text', () => {
    expect(asked('clipboard-sanitized-write')).toBe(true)
    expect(asked('clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
    expect(asked('clipboard-sanitized-write', 'app://glancer.evil/')).toBe(false)
  })

  test('devices are refused', () => {
    expect(electron.permissionHandlers.device?.(real({ deviceType: 'usb' }))).toBe(false)
  })
})

describe('downloads of the browser part', () => {
  test.each([
    ['blob:app://glancer/5f0c', false],
    ['blob:app://glancer.evil/5f0c', true],
    ['app://glancer/assets/index.js', true],
    ['https://example.org/x.exe', true],
    ['data:text/plain,x', true],
  ])('%s: refused is %s', (url, refused) => {
    guardDownloads(real(electron.session.defaultSession))
    const event = electron.cancellable()
    electron.session.defaultSession.emit('will-download', event, { getURL: () => url })
    expect(event.defaultPrevented).toBe(refused)
  })
})
