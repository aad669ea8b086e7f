import { expect, test } from '../../fixtures/test.ts'

test('a link for a browser opens in the system’s browser; the window stays where it is', async ({ app, console, desktop, desktopHost }) => {
  console.expect(/Content Security Policy|policy:|Refused to|ERR_ABORTED|Not allowed to (load|navigate|launch)/)
  const click = (attributes: string): Promise<unknown> =>
    app.page.evaluate(
      `{ const link = Object.assign(document.createElement('a'), ${attributes}); document.body.append(link); link.click(); link.remove() }`,
    )
  await click("{ href: 'https://docs.openstack.org/glance/' }")
  await expect.poll(() => desktop.outside()).toEqual(['https://docs.openstack.org/glance/'])
  await click("{ href: 'http://example.org/new', target: '_blank' }")
  await expect.poll(() => desktop.outside()).toEqual(['https://docs.openstack.org/glance/', 'http://example.org/new'])
  await app.page.evaluate("void window.open('https://example.org/opened')")
  await expect.poll(() => desktop.outside()).toHaveLength(3)

  // None of these is one for a browser.
  for (const address of [
    'file:///etc/passwd',
    'smb://host/share',
    'data:text/html,x',
    'javascript:void 0',
    'vscode://file/x',
    'app://other/',
  ]) {
    await click(`{ href: ${JSON.stringify(address)} }`)
    await click(`{ href: ${JSON.stringify(address)}, target: '_blank' }`)
    await app.page.evaluate(`{ try { window.open(${JSON.stringify(address)}) } catch {} }`)
  }
  await app.page.evaluate("{ try { location.href = 'app://glancer/assets/nothing.html' } catch {} }")
  await expect(app.sidebar.root).toBeVisible()
  expect(await desktop.outside()).toHaveLength(3)
  expect(
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.webContents.getURL())),
  ).toEqual(['app://glancer/'])
  expect(await desktopHost.standIn.happened((what) => (what === 'window opened' ? [what] : []))).toEqual([])
  expect(await desktopHost.standIn.network()).toEqual([])
})

test('another address of the app itself is refused too, and a redirect', async ({ app, console, desktop }) => {
  console.expect(/404|ERR_/)
  await app.page.evaluate("{ location.href = '/assets/' }")
  await app.page.evaluate("{ location.href = '/other.html' }")
  await expect(app.sidebar.root).toBeVisible()
  expect(await desktop.outside()).toEqual([])
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())).toBe('app://glancer/')
})

test('only what the page made itself is saved', async ({ app, console, desktopHost }) => {
  console.expect(/404|ERR_|Not allowed/)
  const save = (href: string): Promise<unknown> =>
    app.page.evaluate(
      `{ const link = Object.assign(document.createElement('a'), { href: ${href}, download: 'x.txt' }); document.body.append(link); link.click(); link.remove() }`,
    )
  const saved = (): Promise<string[]> =>
    desktopHost.standIn.happened((what, [url]) =>
      what.startsWith('download') ? [`${what} ${String(url).replace(/[0-9a-f-]{36}/, 'ID')}`] : [],
    )
  await save("'/index.html'")
  await save("'data:text/plain,x'")
  await save("URL.createObjectURL(new Blob(['made here']))")
  await expect.poll(saved).toContain('download blob:app://glancer/ID')
  expect((await saved()).filter((what) => !what.startsWith('download refused'))).toEqual(['download blob:app://glancer/ID'])
})
