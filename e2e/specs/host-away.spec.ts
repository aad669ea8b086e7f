import { readdir } from 'node:fs/promises'
import { expect, test } from '../fixtures/test.ts'

test('the host crashes in the middle of a download and comes back: nothing is lost, and it ends verified', async ({
  app,
  files,
  host,
  downloads,
  console,
  target,
  reopen,
  expectAccessible,
}) => {
  console.expect(/ERR_CONNECTION_REFUSED|WebSocket connection|401 \(Unauthorized\)|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/)
  await app.uploadVerified(await files.raw('disk.raw', 12_000_000))
  await host.fault({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 500_000 } })
  await app.images.select('disk')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await expect(app.transfers.row('disk', 'Download').progress).toHaveAttribute('aria-valuenow', /^[1-9]/)

  await host.kill()
  // The page of the web host outlives it; a window of the desktop app goes with it.
  if (target === 'web') {
    await expect(app.page.getByRole('main').getByRole('status').first()).toContainText('Glancer’s host does not answer.')
    // What was known stays in sight.
    await expect(app.images.row('disk')).toBeVisible()
    await expectAccessible()
  }
  expect(await readdir(downloads)).toEqual(['disk.raw.part'])

  await host.start()
  if (target === 'web') {
    // The old page may not use the new host: it has the token of the old one.
    await expect(app.page.getByRole('main')).toContainText('This page needs the address that Glancer printed')
    await expectAccessible()
  }
  const again = await reopen()
  await expect(again.transfers.row('disk', 'Download').root).toContainText('Verified')
  expect(await readdir(downloads)).toEqual(['disk.raw'])
})

test('a page without the token shows nothing but where to find it', async ({ app, host, console, browser }) => {
  const context = await browser.newContext()
  const stranger = await context.newPage()
  console.expect(/401 \(Unauthorized\)/)
  await console.watch(stranger)
  await stranger.goto(host.url.replace(/#.*/, ''))
  await expect(stranger.getByRole('main')).toContainText('This page needs the address that Glancer printed')
  await expect(stranger.getByRole('navigation')).toHaveCount(0)
  await context.close()
  await expect(app.sidebar.root).toBeVisible()
})

test('a reload in the middle of an upload loses nothing', async ({ app, files, host }) => {
  const raw = await files.raw('disk.raw', 12_000_000)
  await host.fault({ on: 'upload', action: { kind: 'throttle-until', bytesPerSecond: 400_000, hold: { gate: 'fast' } } })
  await app.addByPath(files.folder, raw.name)
  await app.sheet.upload()
  const row = app.transfers.row('disk')
  await expect(row.root).toContainText('Sending')
  await app.page.reload()
  await expect(row.root).toContainText('Sending')
  await host.open('fast')
  await expect(row.root).toContainText('Verified')
})

test('another page sees the same transfers', async ({ app, files, host, context }) => {
  await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'go' } } })
  await app.drop((await files.raw('disk.raw')).path)
  await app.sheet.upload()
  const other = await context.newPage()
  await other.goto(host.url)
  const row = other.getByRole('region', { name: 'Transfers' }).getByRole('listitem', { name: 'disk' })
  await expect(row).toContainText('Cloud is saving')
  await host.open('go')
  await expect(row).toContainText('Verified')
})
