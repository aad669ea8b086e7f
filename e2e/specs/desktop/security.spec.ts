import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { pageHeaders } from '../../../src/core/hosting/page-policy.ts'
import { expect, test } from '../../fixtures/test.ts'

const repository = new URL('../../../', import.meta.url)
const textOf = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, repository)), 'utf8')

/**
 * Electron's own security checklist (https://www.electronjs.org/docs/latest/tutorial/security), point by point and under its names. What
 * cannot be observed from outside Electron's binary is named as that, here and in CONTRIBUTING.md; nothing is left out.
 */
test('Electron’s security checklist, all twenty points', async ({ app, console, desktop, desktopHost, target }, testInfo) => {
  console.expect(/Content Security Policy|policy:|ermissions policy violation|Refused to|Not allowed to (load|navigate|launch)/)
  const unseen = (what: string): void => void testInfo.annotations.push({ type: 'not observable here', description: what })
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(
      (window): Electron.WebPreferences => Reflect.apply(Reflect.get(window.webContents, 'getLastWebPreferences'), window.webContents, []),
    ),
  )
  expect(preferences).toHaveLength(1)
  const [set = {}] = preferences
  const address = await app.page.evaluate('location.href')
  const policy = pageHeaders("'none'")['Content-Security-Policy'] ?? ''
  const point = (name: string, check: () => Promise<void> | void): Promise<void> => test.step(name, async () => check())

  await point('1. Only load secure content', async () => {
    expect.soft(await app.page.evaluate('isSecureContext')).toBe(true)
    const loaded = await app.page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)")
    expect.soft([...new Set(loaded as string[])]).toEqual([await app.page.evaluate('location.origin')])
    if (target === 'stand-in') expect.soft(await desktopHost.standIn.network()).toEqual([])
  })
  await point('2. Do not enable Node.js integration for remote content', async () => {
    expect.soft(set).toMatchObject({ nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false })
    expect
      .soft(await app.page.evaluate('[typeof process, typeof require, typeof module, typeof Buffer]'))
      .toEqual(Array(4).fill('undefined'))
  })
  await point('3. Enable context isolation', async () => {
    expect.soft(set.contextIsolation).toBe(true)
    // What the page does to the language does not reach the preload: its calls still arrive whole.
    const answer = await app.page.evaluate(
      "(async () => { const kept = JSON.stringify; JSON.stringify = () => 'forged'; try { return (await glancer.call('app.snapshot', {})).ok } finally { JSON.stringify = kept } })()",
    )
    expect.soft(answer).toBe(true)
  })
  await point('4. Enable process sandboxing', async () => {
    expect.soft(set.sandbox).toBe(true)
    if (target === 'stand-in')
      expect.soft(await desktopHost.standIn.happened((what) => (what === 'app sandboxed' ? [what] : []))).toHaveLength(1)
    unseen('4: that the renderer’s process really is sandboxed (app.getAppMetrics() of a real Electron says so)')
  })
  await point('5. Handle session permission requests from remote content', async () => {
    const states = await app.page.evaluate(
      `Promise.all(['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'idle-detection']
        .map(async (name) => [name, (await navigator.permissions.query({ name })).state]))`,
    )
    for (const [name, state] of states as [string, string][]) expect.soft(state, name).toBe('denied')
    expect.soft(await app.page.evaluate('Notification.requestPermission()')).toBe('denied')
    const location = "new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('told'), (error) => done(error.code)))"
    expect.soft(await app.page.evaluate(location)).toBe(1)
    expect.soft(await app.page.evaluate("navigator.clipboard.readText().then(() => 'read', (error) => error.name)")).toBe('NotAllowedError')
    unseen('5: requests for USB, serial, HID and Bluetooth devices, which need a device')
  })
  await point('6. Do not disable webSecurity', async () => {
    expect.soft(set.webSecurity).toBe(true)
  })
  await point('7. Define a Content Security Policy', async () => {
    const session = await app.page.context().newCDPSession(app.page)
    const headers: Record<string, string> = {}
    session.on('Network.responseReceived', ({ type, response }) => void (type === 'Document' && Object.assign(headers, response.headers)))
    await session.send('Network.enable')
    await app.page.reload()
    await expect(app.sidebar.root).toBeVisible()
    const name = Object.keys(headers).find((header) => header.toLowerCase() === 'content-security-policy') ?? ''
    expect.soft(headers[name]).toBe(policy)
    expect.soft(policy).toMatch(/^default-src 'none'/)
    expect.soft(policy).not.toContain('unsafe')
    expect.soft(policy).toContain("connect-src 'none'")
    await session.detach()
  })
  await point('8. Do not set allowRunningInsecureContent to true', () => {
    expect.soft(set.allowRunningInsecureContent ?? false).toBe(false)
  })
  await point('9. Do not enable experimental features', () => {
    expect.soft(set.experimentalFeatures ?? false).toBe(false)
  })
  await point('10. Do not use enableBlinkFeatures', () => {
    expect.soft(set.enableBlinkFeatures ?? '').toBe('')
  })
  await point('11. Do not use allowpopups for webviews', async () => {
    expect.soft(await app.page.locator('webview').count()).toBe(0)
    expect.soft(set.webviewTag ?? false).toBe(false)
  })
  await point('12. Verify webview options before creation', async () => {
    const prevented = await desktop.app.evaluate(({ BrowserWindow }) => {
      const event = { defaultPrevented: false, preventDefault: () => Object.assign(event, { defaultPrevented: true }) }
      BrowserWindow.getAllWindows()[0]?.webContents.emit('will-attach-webview', event, {}, {})
      return event.defaultPrevented
    })
    expect.soft(prevented).toBe(true)
  })
  await point('13. Disable or limit navigation', async () => {
    await app.page.evaluate("{ location.href = '/elsewhere.html' }")
    await app.page.evaluate("{ location.href = 'https://example.org/13' }")
    await expect.poll(() => desktop.outside()).toContain('https://example.org/13')
    expect.soft(await app.page.evaluate('location.href')).toBe(address)
  })
  await point('14. Disable or limit creation of new windows', async () => {
    await app.page.evaluate("{ window.open('https://example.org/14'); window.open('about:blank'); window.open('/') }")
    await expect.poll(() => desktop.outside()).toContain('https://example.org/14')
    expect.soft(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })
  await point('15. Do not use shell.openExternal with untrusted content', async () => {
    await app.page.evaluate(
      "{ for (const url of ['file:///bin/sh', 'ms-settings:', 'smb://x/y', 'javascript:1']) try { window.open(url) } catch {} }",
    )
    for (const url of await desktop.outside()) expect.soft(url).toMatch(/^https?:\/\//)
  })
  await point('16. Use a current version of Electron', async () => {
    const version = JSON.parse(await textOf('package.json')).devDependencies.electron
    expect.soft(version, 'an exact version').toMatch(/^\d+\.\d+\.\d+$/)
    unseen('16: that no newer version is out, which only the network knows')
  })
  await point('17. Validate the sender of all IPC messages', async () => {
    if (target !== 'stand-in') return unseen('17: a message of a frame that was taken over, which only the stand-in can send')
    await app.page.evaluate("{ document.body.append(document.createElement('iframe')) }")
    expect
      .soft(JSON.stringify(await desktopHost.standIn.sendAsFrame('about:blank', 'glancer:call', 'app.snapshot', '{}')))
      .toContain('not-allowed')
  })
  await point('18. Avoid usage of the file:// protocol and prefer usage of custom protocols', async () => {
    const urls = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
    )
    expect.soft(urls).toEqual(['app://glancer/'])
  })
  await point('19. Check which fuses you can change', async () => {
    const fuses = parse(await textOf('electron-builder.yml')).electronFuses
    expect.soft(fuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    })
    unseen('19: that the fuses are flipped in the binary that ships')
  })
  await point('20. Do not expose Electron APIs to untrusted web content', async () => {
    expect
      .soft(await app.page.evaluate('Object.entries(glancer).map(([name, value]) => name + " " + typeof value).sort()'))
      .toEqual(['addFiles function', 'call function', 'onDelta function'])
    // A listener gets the delta alone: the event's sender would be the ipcRenderer.
    const seen = app.page.evaluate('new Promise((done) => { const stop = glancer.onDelta((...args) => { stop(); done(args.length) }) })')
    await app.page.evaluate("glancer.call('app.changeSettings', { speedLimit: 1000000 })")
    expect.soft(await seen).toBe(1)
  })
})
