import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../../fixtures/test.ts'

test('a dropped file goes up from where it is: by its path, without a copy, and the page never sees that path', async ({
  app,
  files,
  desktopHost,
}) => {
  const disk = await files.qcow2('disk.qcow2')
  await app.uploadVerified(disk)
  // The web host keeps the bytes that a browser sends; here nothing had to be sent.
  expect(await readdir(join(desktopHost.dataDir, 'intake')).catch(() => [])).toEqual([])
  expect(await app.page.content()).not.toContain(files.folder)
})

test('files come from the system’s dialog, downloads go where it says, and the file manager shows them', async ({
  app,
  desktop,
  files,
  downloads,
}) => {
  const [disk, cd] = [await files.raw('disk.raw'), await files.iso('cd.iso')]
  await app.firstStart.chooseFiles.click()
  await desktop.choose(disk.path, cd.path)
  await expect(app.sheet.root).toHaveAccessibleName('Upload 2 files')
  await app.sheet.upload()
  await expect(app.transfers.root.getByText('Verified')).toHaveCount(2)
  await app.images.select('disk')
  await app.inspector.download.click()
  await desktop.choose(downloads)
  const row = app.transfers.row('disk', 'Download')
  await expect(row.root).toContainText('Verified')
  expect((await readFile(join(downloads, 'disk.raw'))).equals(await readFile(disk.path))).toBe(true)
  await row.button('Show in folder').click()
  await expect.poll(() => desktop.shown()).toEqual([join(downloads, 'disk.raw')])
})

test('a dialog that is closed changes nothing', async ({ app, desktop, files }) => {
  await app.firstStart.chooseFiles.click()
  await desktop.choose()
  await expect(app.firstStart.root).toBeVisible()
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.inspector.download.click()
  await desktop.choose()
  await expect(app.transfers.rows).toHaveCount(1)
})

test('reloading the page in the middle of transfers changes nothing for them', async ({ app, files, host, downloads }) => {
  await app.uploadVerified(await files.raw('old.raw', 8_000_000))
  await host.fault({ on: ['upload', 'download'], action: { kind: 'throttle', bytesPerSecond: 4_000_000 } })
  await app.images.select('old')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await app.drop((await files.raw('new.raw', 8_000_000)).path)
  await app.sheet.upload()
  await expect(app.transfers.row('new').root).toContainText('Sending')
  for (let again = 0; again < 3; again++) {
    await app.page.reload()
    await expect(app.transfers.row('new').root).toContainText(/Sending|saving|Verif/)
  }
  await expect(app.transfers.row('new').root).toContainText('Verified')
  await expect(app.transfers.row('old', 'Download').root).toContainText('Verified')
  expect(await readdir(downloads)).toEqual(['old.raw'])
})
