import { expect, test } from '../../fixtures/test.ts'

test.describe('with a transfer running', () => {
  test.beforeEach(async ({ app, files, host }) => {
    await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'go' } } })
    await app.drop((await files.raw('disk.raw')).path)
    await app.sheet.upload()
    await expect(app.transfers.row('disk').root).toContainText(/Sending|saving/)
  })

  test('closing the window asks, names it, and “Keep running” keeps it', async ({ app, host, desktop }) => {
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    const question = await desktop.question()
    expect(question.message).toBe('A transfer is running.')
    expect(question.detail).toContain('Uploading disk')
    expect(question.buttons?.[question.cancelId ?? -1]).toBe('Keep running')
    // Asked once, however often.
    await desktop.app.evaluate(({ app }) => app.quit())
    expect(await desktop.questions()).toBe(1)
    await desktop.press('Keep running')
    await host.open('go')
    await expect(app.transfers.row('disk').root).toContainText('Verified')
  })

  test('“Quit now” ends in order, and the next start goes on with it', async ({ app, desktop, desktopHost, host }) => {
    await desktop.app.evaluate(({ app }) => app.quit())
    await desktop.press('Quit now')
    expect(await desktopHost.standIn.exited).toEqual([0, null])
    await host.start()
    const window = await desktopHost.window()
    await expect(window.getByRole('listitem', { name: 'disk' })).toContainText('Verified')
    expect(app.page.isClosed()).toBe(true)
  })

  test('“Quit when done” goes on, and ends with it', async ({ app, desktop, desktopHost, host }) => {
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await desktop.press('Quit when done')
    await expect(app.transfers.row('disk').root).toContainText(/Sending|saving/)
    await host.open('go')
    expect(await desktopHost.standIn.exited).toEqual([0, null])
    await host.start()
    const window = await desktopHost.window()
    await expect(window.getByRole('listitem', { name: 'disk' })).toContainText('Verified')
  })
})

test('with nothing running, closing the window ends the app without a word', async ({ app, desktop, desktopHost, files }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await desktopHost.standIn.exited).toEqual([0, null])
})

test('the menu quits, by its item and by its keys', async ({ app, desktop, desktopHost }) => {
  await expect(app.sidebar.root).toBeVisible()
  const items = await desktop.app.evaluate(({ Menu }) => {
    const all = (menu: Electron.Menu | null): Electron.MenuItem[] =>
      menu?.items.flatMap((item) => [item, ...all(item.submenu ?? null)]) ?? []
    return all(Menu.getApplicationMenu()).map((item) => item.label)
  })
  expect(items).toContain('Quit')
  await desktopHost.standIn.press('Control+Q')
  expect(await desktopHost.standIn.exited).toEqual([0, null])
})

test('SIGTERM, as a system that shuts down sends it, ends in order', async ({ app, desktopHost }) => {
  await expect(app.sidebar.root).toBeVisible()
  desktopHost.standIn.terminate()
  expect(await desktopHost.standIn.exited).toEqual([0, null])
})
