import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/test.ts'

test('a local file is compared with an image: dropped, picked, or of the machine where Glancer runs', async ({
  app,
  files,
  target,
  expectAccessible,
}) => {
  const { page } = app
  const disk = await files.raw('disk.raw', 3_000_000)
  const other = await files.raw('other.raw', 3_000_000)
  const short = await files.raw('short.raw', 2_000_000)
  await app.uploadVerified(disk)
  await app.images.select('disk')
  const check = app.dialog('Compare a file with disk')

  await app.inspector.root.getByRole('button', { name: 'Compare a local file with it…' }).click()
  await expectAccessible()
  await app.drop(disk.path)
  await expect(check).toContainText('Equal')
  await expect(check).toContainText('MD5 + SHA-512 of the file and of the image')

  await check.getByRole('button', { name: 'Compare another file…' }).click()
  await app.pick(() => check.getByRole('button', { name: 'Choose a file…' }).click(), other.path)
  await expect(check).toContainText('Mismatch')
  await expect(check).toContainText("MD5 and SHA-512 differ from the cloud's")
  await expectAccessible()

  // Another size settles it without reading.
  await check.getByRole('button', { name: 'Compare another file…' }).click()
  if (target === 'web') {
    await check.getByRole('button', { name: 'On the machine where Glancer runs…' }).click()
    await app.chooser.take(files.folder, short.name)
  } else await app.drop(short.path)
  await expect(check).toContainText("The size differs from the cloud's")
  await page.keyboard.press('Escape')
  await expect(app.inspector.root).toContainText('short.raw, compared')

  // From the palette; nothing of it became an image or a transfer.
  await app.command('compare a file')
  await expect(check).toContainText('Drop the file anywhere')
  await page.keyboard.press('Escape')
  await expect(app.transfers.rows).toHaveCount(1)
})

test('a comparison goes on behind a closed dialog, can be stopped, and says what the file lacks', async ({ app, files, host }) => {
  const { page } = app
  const disk = await files.raw('disk.raw', 1_000_000)
  await app.uploadVerified(disk)
  await app.images.select('disk')
  const check = app.dialog('Compare a file with disk')
  // The cloud is slow to say what it has.
  await host.fault({ on: 'show', action: { kind: 'delay', hold: { gate: 'go' } } })
  await app.inspector.root.getByRole('button', { name: 'Compare a local file with it…' }).click()
  await app.drop(disk.path)
  await check.getByRole('button', { name: 'Stop' }).click()
  await expect(check).toContainText('Stopped')
  await check.getByRole('button', { name: 'Compare another file…' }).click()
  await app.drop(disk.path)
  await check.getByRole('button', { name: 'Go on in the background' }).click()
  await expect(check).toHaveCount(0)
  await host.open('go')
  await expect(page.getByText('disk.raw and disk: equal')).toBeVisible()
  await expect(app.inspector.root).toContainText('disk.raw, compared')
})

test('an image that stands still says what helps, as buttons', async ({ app, files, host, expectAccessible }) => {
  await app.uploadVerified(await files.raw('disk.raw', 1_000_000))
  await app.showTerminalHelp()
  await app.images.select('disk')
  await app.inspector.act('Deactivate')
  const note = app.inspector.root.locator('.statusnote')
  await expect(note).toContainText('taken out of use')
  await expectAccessible()
  await note.getByRole('button', { name: 'Reactivate' }).click()
  await expect(app.images.status('disk')).toContainText('Active')
  await expect(note).toHaveCount(0)

  // Somebody else's upload that hangs.
  const service = await BuiltInService.from(host.dataDir)
  const id = await service.createEmpty('hanging')
  await host.fault({ on: 'upload', action: { kind: 'slow-finish', hold: { gate: 'go' } } })
  const sending = service.upload(id, Buffer.alloc(1000))
  await expect.poll(async () => (await service.show(id)).status).toBe('saving')
  await app.readAgain('This computer')
  await app.images.select('hanging')
  await expect(note).toContainText('Somebody uploads to it, or an upload was cut')
  await host.open('go')
  await sending
  await note.getByRole('button', { name: 'Look again' }).click()
  await expect(app.images.status('hanging')).toContainText('Active')
  await expect(note).toHaveCount(0)
})

test('a damaged list of transfers is set aside, and the page says where', async ({
  app: first,
  files,
  host,
  console,
  reopen,
  expectAccessible,
}) => {
  console.expect(/ERR_CONNECTION_REFUSED|WebSocket connection|401 \(Unauthorized\)|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/)
  await first.uploadVerified(await files.raw('disk.raw', 1_000_000))
  await host.close()
  await writeFile(join(host.dataDir, 'journal.sqlite'), 'this is no database, '.repeat(500))
  await host.start()
  let app = await reopen()
  const banner = () => app.page.getByRole('status').filter({ hasText: 'The list of transfers was damaged.' })
  await expect(banner()).toContainText('journal.sqlite.set-aside-')
  await expectAccessible()
  // The images are not touched by it.
  await expect(app.images.row('disk')).toBeVisible()
  // It is said again until it was read, also after a crash.
  await host.kill()
  await host.start()
  app = await reopen()
  await banner().getByRole('button', { name: 'I have read it' }).click()
  await expect(banner()).toHaveCount(0)
  await host.close()
  await host.start()
  app = await reopen()
  await expect(app.sidebar.root).toBeVisible()
  await expect(banner()).toHaveCount(0)

  // One that a newer Glancer wrote is kept for that one in the same way.
  await host.close()
  const journal = new DatabaseSync(join(host.dataDir, 'journal.sqlite'))
  journal.exec('PRAGMA user_version = 9999')
  journal.close()
  await host.start()
  app = await reopen()
  await expect(app.page.getByRole('status').filter({ hasText: 'newer Glancer' })).toContainText('journal.sqlite.set-aside-')
})
