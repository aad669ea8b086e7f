import { expect, test } from '../../fixtures/test.ts'
import { AppPage } from '../../pages/app-page.ts'

test('a second start hands its files to the first, brings it to the front, and ends', async ({ app, files, desktop, desktopHost }) => {
  const [cd, disk] = [await files.iso('cd.iso'), await files.qcow2('disk.qcow2')]
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  expect(await desktopHost.startAgain(cd.path)).toEqual([0, null])
  await expect(app.sheet.root).toHaveAccessibleName('Upload 1 file')
  // A third one adds to what is open; one that is not there is named.
  expect(await desktopHost.startAgain(disk.path, `${files.folder}/absent.iso`)).toEqual([0, null])
  await expect(app.sheet.file('disk.qcow2').root).toContainText('qcow2')
  await expect(app.sheet.file('absent.iso').root).toContainText('no longer there')
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized()))).toEqual([
    false,
  ])
  await app.sheet.upload()
  await expect(app.transfers.root.getByText('Verified')).toHaveCount(2)
})

test('files on the first command line are in the sheet when the window opens', async ({ host, desktopHost, files }) => {
  const cd = await files.iso('cd.iso')
  await host.close()
  desktopHost.args = [cd.path]
  await host.start()
  const app = new AppPage(await desktopHost.window(), desktopHost.desktop)
  await expect(app.sheet.root).toHaveAccessibleName('Upload 1 file')
  await app.page.reload()
  // Each is given once: a page that is loaded again does not ask anew for what was taken.
  await expect(app.sidebar.root).toBeVisible()
  await expect(app.sheet.root).toHaveCount(0)
})

test('macOS opens files by an event', async ({ app, files, desktop }) => {
  const cd = await files.iso('cd.iso')
  const prevented = await desktop.app.evaluate(({ app }, path) => {
    const event = { defaultPrevented: false, preventDefault: () => Object.assign(event, { defaultPrevented: true }) }
    app.emit('open-file', event, path)
    return event.defaultPrevented
  }, cd.path)
  expect(prevented).toBe(true)
  await expect(app.sheet.root).toHaveAccessibleName('Upload 1 file')
})
