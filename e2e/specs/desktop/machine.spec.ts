import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../../fixtures/test.ts'

test('the machine stays awake while a transfer runs, sleeps when asked to, and the transfer lives through it', async ({
  app,
  files,
  host,
  desktop,
  desktopHost,
}) => {
  await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'go' } } })
  await app.drop((await files.raw('disk.raw')).path)
  await app.sheet.upload()
  await expect(app.transfers.row('disk').root).toContainText(/Sending|saving/)
  const awake = (): Promise<string[]> =>
    desktopHost.standIn.happened((what) => (what.startsWith('powerSaveBlocker') ? [what.replace('powerSaveBlocker.', '')] : []))
  await expect.poll(awake).toEqual(['start'])
  await desktop.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
  await desktop.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))
  await host.open('go')
  await expect(app.transfers.row('disk').root).toContainText('Verified')
  await expect.poll(awake).toEqual(['start', 'stop'])
})

test('with nobody looking, one notice says how the transfers ended; a click brings the window back', async ({
  app,
  files,
  host,
  desktop,
  desktopHost,
}) => {
  await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'go' } } })
  await app.drop((await files.raw('one.raw')).path, (await files.iso('two.iso')).path)
  await app.sheet.upload()
  await expect(app.transfers.row('one').root).toContainText(/Sending|saving/)
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  await host.open('go')
  const notices = (): Promise<unknown[]> => desktopHost.standIn.happened((what, details) => (what === 'notification' ? details : []))
  await expect.poll(notices).toEqual(['2 transfers ended', '2 verified'])
  await desktopHost.standIn.clickNotice()
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized()))).toEqual([
    false,
  ])
})

test('the theme of the settings is the system’s too', async ({ app, desktop }) => {
  const theme = (): Promise<string> => desktop.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)
  expect(await theme()).toBe('system')
  await app.page.evaluate("glancer.call('app.changeSettings', { theme: 'dark' })")
  await expect.poll(theme).toBe('dark')
})

test('a page whose process dies comes back; the transfer never noticed', async ({ app, files, host, console, desktop, desktopHost }) => {
  console.expect(/the page crashed/)
  await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'go' } } })
  await app.drop((await files.raw('disk.raw')).path)
  await app.sheet.upload()
  await expect(app.transfers.row('disk').root).toContainText(/Sending|saving/)
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
  const row = (): Promise<string> => desktopHost.standIn.text('li[aria-label=disk]')
  await expect.poll(row).toMatch(/Sending|saving/)
  await host.open('go')
  await expect.poll(row).toContain('Verified')
})

test('the window opens where it was closed; zoom is the menu’s', async ({ app, desktop, desktopHost }) => {
  const zoom = (item: string): Promise<number> =>
    desktop.app.evaluate(({ BrowserWindow, Menu }, label) => {
      const all = (menu: Electron.Menu | null): Electron.MenuItem[] =>
        menu?.items.flatMap((one) => [one, ...all(one.submenu ?? null)]) ?? []
      all(Menu.getApplicationMenu())
        .find((one) => one.label === label)
        ?.click()
      return BrowserWindow.getAllWindows()[0]?.webContents.getZoomLevel() ?? -1
    }, item)
  const width = (): Promise<number> => app.page.evaluate('innerWidth')
  const before = await width()
  expect(await zoom('Zoom In')).toBe(0.5)
  await expect.poll(width).toBeLessThan(before)
  expect(await zoom('Actual Size')).toBe(0)
  await expect.poll(width).toBe(before)
  const bounds = await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())
  await desktopHost.close()
  expect(JSON.parse(await readFile(join(desktopHost.dataDir, 'browser', 'window.json'), 'utf8'))).toMatchObject({ ...bounds })
})
