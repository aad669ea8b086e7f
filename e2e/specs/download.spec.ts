import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BuiltInService } from '../fixtures/built-in-service.ts'
import { digestOf } from '../fixtures/image-files.ts'
import { expect, test } from '../fixtures/test.ts'

test('a download gets its name only once it is verified', async ({ app, files, host, downloads, target, expectAccessible }) => {
  const disk = await files.raw('disk.raw', 9_000_000)
  await app.uploadVerified(disk)
  await host.fault({ on: 'download', action: { kind: 'throttle-until', bytesPerSecond: 400_000, hold: { gate: 'fast' } } })

  await app.images.select('disk')
  await app.inspector.download.click()
  if (target === 'web') {
    await expect(app.download.root).toBeVisible()
    await expectAccessible()
  }
  await app.download.to(downloads)
  const row = app.transfers.row('disk', 'Download')
  await expect(row.root).toContainText('Receiving')
  await expect(row.progress).toHaveAttribute('aria-valuenow', /^[1-9]/)
  expect(await readdir(downloads)).toEqual(['disk.raw.part'])
  await host.open('fast')
  await expect(row.root).toContainText('Verified')
  await expect(row.root).toContainText('MD5 + SHA-512')

  expect(await readdir(downloads)).toEqual(['disk.raw'])
  const path = join(downloads, 'disk.raw')
  expect((await readFile(path)).equals(await readFile(disk.path))).toBe(true)
  const digest = await digestOf(path, 'md5')
  await expect.poll(() => app.inspector.text()).toContain(digest)
})

test('the folder can be chosen among those of the host', async ({ app, files, downloads, target, expectAccessible }) => {
  test.skip(target !== 'web', 'a desktop has the system’s own dialog for folders')
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.inspector.download.click()
  await app.download.root.getByRole('button', { name: 'Change…' }).click()
  await expect(app.chooser.root).toBeVisible()
  await app.chooser.go(downloads)
  await expect(app.chooser.status).toContainText('This folder is empty.')
  await expectAccessible()
  await app.chooser.confirm.click()
  await expect(app.download.folder).toHaveValue(downloads)
  await app.download.start.click()
  await expect(app.transfers.row('cd', 'Download').root).toContainText('Verified')
  expect(await readdir(downloads)).toEqual(['cd.iso'])
})

test('a folder that was typed and not opened yet is the one that is chosen', async ({ app, files, downloads, target }) => {
  test.skip(target !== 'web', 'a desktop has the system’s own dialog for folders')
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.inspector.download.click()
  await app.download.root.getByRole('button', { name: 'Change…' }).click()
  await app.chooser.path.fill(join(downloads, 'nowhere'))
  await app.chooser.confirm.click()
  await expect(app.chooser.status).toContainText('nowhere')
  await app.chooser.path.fill(downloads)
  await app.chooser.confirm.click()
  await expect(app.download.folder).toHaveValue(downloads)
})

test('a folder that is not there is said at the field, and nothing starts', async ({ app, files, downloads, target }) => {
  test.skip(target !== 'web', 'a desktop has the system’s own dialog for folders')
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.inspector.download.click()
  await app.download.folder.fill(join(downloads, 'nowhere'))
  await app.download.start.click()
  await expect(app.download.root.getByRole('alert')).toContainText('is not a folder')
  await app.download.root.getByRole('button', { name: 'Cancel' }).click()
  await expect(app.transfers.rows).toHaveCount(1)
})

test('a second download of one image keeps both files', async ({ app, files, downloads }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  for (const count of [1, 2]) {
    await app.images.select('cd')
    await app.inspector.download.click()
    await app.download.to(downloads)
    await expect(app.transfers.root.getByText('Verified')).toHaveCount(count + 1)
  }
  const names = await readdir(downloads)
  expect(names).toHaveLength(2)
  expect(names).toContain('cd.iso')
})

test('an image without data says so and leaves no file', async ({ app, host, downloads, target }) => {
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  await service.createEmpty('hollow')
  await app.readAgain('This computer')
  await expect(app.images.status('hollow')).toContainText('Queued')
  await app.images.select('hollow')
  await app.inspector.download.click()
  if (target === 'web') await expect(app.download.root).toContainText('This image has no data yet.')
  await app.download.to(downloads)
  await expect(app.transfers.row('hollow').root).toContainText('hollow has no data: it is queued')
  expect(await readdir(downloads)).toEqual([])
})

test('an active image whose data the cloud has lost is named as that', async ({ app, files, host, downloads, expectAccessible }) => {
  await app.uploadVerified(await files.raw('lost.raw'))
  await host.fault({ on: 'download', action: { kind: 'lose-data' } })
  await app.images.select('lost')
  await app.inspector.download.click()
  await app.download.to(downloads)
  const row = app.transfers.row('lost', 'Download')
  await expect(row.root).toContainText('Failed')
  await expect(row.root).toContainText('lost')
  await row.button('Details…').click()
  await expect(app.outcome.root).toContainText(/data/)
  await expect(app.outcome.root).toContainText(/lost|gone/)
  await expectAccessible()
  expect(await readdir(downloads)).toEqual([])
})
