import { join } from 'node:path'
import { extractAll } from '@electron/asar'
import { expect, test } from '../../fixtures/test.ts'
import { packApp } from '../../packaging/pack.ts'
import { AppPage } from '../../pages/app-page.ts'

// Node cannot read inside an archive, as Electron can, so what was packed is taken out again, to where no other file of the repository is near.
test('what is packed is enough: the app runs from it alone, with its own service and workers, and does the main job', async ({
  desktopHost,
  files,
  folder,
  target,
  downloads,
}) => {
  test.skip(target !== 'stand-in', 'Electron starts a packaged app by its own executable')
  await desktopHost.close()
  const appDir = join(folder, 'Glancer')
  extractAll(await packApp(folder), appDir)
  desktopHost.appDir = appDir
  desktopHost.packaged = true
  desktopHost.args = [(await files.iso('opened.iso')).path]
  await desktopHost.start()
  const app = new AppPage(await desktopHost.window(), desktopHost.desktop)
  await expect(app.sheet.root).toHaveAccessibleName('Upload 1 file')
  await app.sheet.upload()
  await expect(app.transfers.row('opened').root).toContainText('Verified')
  await app.images.select('opened')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await expect(app.transfers.row('opened', 'Download').root).toContainText('Verified')
  // An installed app has no developer tools in its menu.
  const labels = await desktopHost.desktop.app.evaluate(({ Menu }) => {
    const all = (menu: Electron.Menu | null): Electron.MenuItem[] =>
      menu?.items.flatMap((item) => [item, ...all(item.submenu ?? null)]) ?? []
    return all(Menu.getApplicationMenu()).map((item) => item.label)
  })
  expect(labels.join()).not.toMatch(/Developer|Reload/)
})
