import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../fixtures/test.ts'

/** What one does with a queue: order, limits, several at once, second thoughts; by mouse, keyboard and palette. */

test('order, limits and pauses, for one and several', async ({ app, files, host, expectAccessible }) => {
  const { page, transfers } = app
  await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'go' } } })
  await page.keyboard.press('Control+t')
  await page.getByRole('combobox', { name: 'Transfers at once' }).click()
  await page.getByRole('option', { name: '1', exact: true }).click()
  const names = ['one', 'two', 'three', 'four']
  const disks = await Promise.all(names.map((name) => files.raw(`${name}.raw`, 2_000_000)))
  await app.drop(...disks.map(({ path }) => path))
  await app.sheet.upload()
  const waiting = page.getByRole('region', { name: 'Waiting' }).getByRole('listitem')
  const order = (...wanted: string[]) =>
    expect.poll(() => waiting.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))).toEqual(wanted)
  await expect(transfers.row('one').root).toContainText(/Sending|Cloud is saving/)
  await order('two', 'three', 'four')

  // By key, from where the Tab key stops.
  await transfers.row('four').root.focus()
  await page.keyboard.press('Alt+Home')
  await order('four', 'two', 'three')
  await expect(transfers.row('four').root).toBeFocused()
  await page.keyboard.press('Alt+ArrowDown')
  await order('two', 'four', 'three')
  // By mouse.
  await transfers.row('three').root.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Move up' }).click()
  await order('two', 'three', 'four')
  await transfers.row('two').button('More for two').click()
  // A menu lies outside all landmarks, as menus do.
  await expectAccessible({ except: ['region'] })
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  await expect(transfers.row('two').root).toContainText('Paused')

  // Several: chosen by key, limited by the palette.
  await transfers.row('three').root.focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page.getByRole('checkbox', { name: 'Select three' })).toBeChecked()
  await page.keyboard.press('Control+k')
  await expect(app.palette.getByRole('combobox')).toBeFocused()
  await expect(app.palette).toContainText('2 transfers')
  await page.keyboard.type('own limit')
  await page.keyboard.press('Enter')
  const limit = app.dialog('Speed limit of 2 transfers')
  await limit.getByRole('textbox').fill('fast')
  await expect(limit.getByRole('button', { name: 'Set the limit' })).toBeDisabled()
  await limit.getByRole('textbox').fill('2,5')
  await page.keyboard.press('Enter')
  for (const name of ['three', 'four']) await expect(transfers.row(name).root).toContainText('at most 2.5 MB/s')
  await expect(transfers.row('two').root).not.toContainText('at most')

  // Despite the limit of one.
  await transfers.row('four').root.focus()
  await page.keyboard.press('Escape')
  await page.keyboard.press('s')
  await expect(transfers.row('four').root).toContainText(/Preparing|Sending|Cloud is saving/)
  await expect(transfers.row('one').root).toContainText(/Sending|Cloud is saving/)
  await host.open('go')
  await page.getByRole('button', { name: 'Resume all' }).click()
  for (const name of names) await expect(transfers.row(name).root).toContainText('Verified')
})

test('what a pause and a cancel mean is said before', async ({ app, files, host, downloads, expectAccessible }) => {
  const { page, transfers } = app
  await app.uploadVerified(await files.raw('source.raw', 40_000_000))
  await host.fault({ on: ['upload', 'download'], action: { kind: 'throttle', bytesPerSecond: 400_000 } })
  await app.images.select('source')
  await app.inspector.download.click()
  await app.download.to(downloads)
  // Big enough for the buffers of both sides not to swallow it at once.
  await app.drop((await files.raw('big.raw', 60_000_000)).path)
  await app.sheet.upload()
  await page.keyboard.press('Control+t')
  const up = transfers.row('big')
  const down = transfers.row('source', 'Download')
  // Before that it is the browser that sends to the host, and nothing would be lost.
  await expect(up.root).toContainText('Sending')
  for (const row of [up, down]) await expect(row.progress).toHaveAttribute('aria-valuenow', /^[1-9]/)
  await expect(up.button('Pause: an upload starts again from byte 0')).toBeVisible()
  await expect(down.button('Pause: a download keeps its bytes')).toBeVisible()
  await expect(
    page.getByRole('button', { name: 'Pause all: an upload starts again from byte 0, a download keeps its bytes' }),
  ).toBeVisible()
  // A key has no name to read: it asks.
  await up.root.focus()
  await page.keyboard.press('p')
  await expect(app.dialog('Pause big?')).toContainText('starts again from byte 0')
  await page.keyboard.press('Escape')
  await expect(up.root).toContainText('Sending')
  // A download loses nothing: it pauses at once.
  await down.root.focus()
  await page.keyboard.press('p')
  await expect(down.root).toContainText('Paused')
  await page.keyboard.press('p')
  await expect(down.root).toContainText(/Preparing|Receiving|Verifying/)
  await expect(down.progress).toHaveAttribute('aria-valuenow', /^[1-9]/)
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  const ask = app.dialog('Cancel 2 transfers?')
  await expect(ask).toContainText('cannot resume an upload')
  await expect(ask).toContainText('.part')
  await expectAccessible()
  await ask.getByRole('button', { name: 'Cancel them' }).click()
  for (const row of [up, down]) await expect(row.root).toContainText('Cancelled')
  await expect(down.root).toContainText('.part')
})

test('a wait says when it ends and why, and can be ended at once', async ({ app, files, host }) => {
  const cuts = await host.fault({ on: 'upload', action: { kind: 'cut', afterBytes: 1000 } })
  await app.drop((await files.raw('disk.raw', 100_000)).path)
  await app.sheet.upload()
  const row = app.transfers.row('disk')
  await expect(row.root).toContainText(/again in \d+\ss: connection reset/)
  // The cloud's own wish counts more than what would be waited otherwise.
  const headers = { 'Retry-After': '600' }
  await host.fault({ on: 'upload', times: 1, action: { kind: 'answer', status: 503, afterBytes: 0, headers } })
  await cuts.remove()
  await expect(row.root).toContainText(/again in (10|9)\smin.*: the cloud is not available/)
  await row.button('Retry now').click()
  await expect(row.root).toContainText('Verified')
})

test('all that failed is tried again at once; what is done is cleared, and brought back', async ({
  app,
  files,
  host,
  expectAccessible,
}) => {
  await host.fault({ on: 'upload', times: 2, action: { kind: 'answer', status: 403, afterBytes: 0 } })
  const disks = await Promise.all(['first', 'second'].map((name) => files.raw(`${name}.raw`, 100_000)))
  await app.drop(...disks.map(({ path }) => path))
  await app.sheet.upload()
  await app.page.keyboard.press('Control+t')
  const needsYou = app.page.getByRole('region', { name: 'Needs you' })
  await expect(needsYou.getByRole('listitem')).toHaveCount(2)
  await expectAccessible()
  await needsYou.getByRole('button', { name: 'Retry all 2' }).click()
  for (const name of ['first', 'second']) await expect(app.transfers.row(name).root).toContainText('Verified')

  // Cleared, and brought back.
  await app.page.getByRole('button', { name: 'Clear done' }).click()
  await expect(app.page.getByRole('main')).toContainText('No transfers yet')
  await app.page.getByRole('button', { name: 'Undo' }).click()
  for (const name of ['first', 'second']) await expect(app.transfers.row(name).root).toContainText('Verified')
})

test('a receipt has everything, and the file of a transfer can be verified again', async ({ app, files, downloads }) => {
  const { page, transfers } = app
  const disk = await files.raw('disk.raw', 3_000_000)
  await app.uploadVerified(disk)
  await app.images.select('disk')
  await app.inspector.download.click()
  await app.download.to(downloads)
  const row = transfers.row('disk', 'Download')
  await expect(row.root).toContainText('Verified')
  await page.keyboard.press('Control+t')
  await row.root.focus()
  await page.keyboard.press('v')
  const check = app.dialog('Compare a file with disk')
  await expect(check).toContainText('Equal')
  await expect(check).toContainText('MD5 + SHA-512')
  await check.getByRole('button', { name: 'Close' }).click()
  const file = await open(join(downloads, 'disk.raw'), 'r+')
  await file.write(Buffer.from('changed by somebody'), 0, 19, 1_000_000)
  await file.close()
  await row.root.focus()
  await page.keyboard.press('v')
  await expect(check).toContainText('MD5 and SHA-512 differ')
  await check.getByRole('button', { name: 'Close' }).click()
  await row.button('More for disk').click()
  const receipt: unknown = JSON.parse(await app.saved(() => page.getByRole('menuitem', { name: 'Export receipt…' }).click()))
  expect(receipt).toMatchObject({
    kind: 'download',
    outcome: 'verified',
    verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] },
    image: { name: 'disk', bytes: disk.size },
    file: { name: 'disk.raw', bytes: disk.size },
    retries: 0,
  })
  expect(JSON.stringify(receipt)).toMatch(
    /Verified again: disk\.raw was read and MD5 and SHA-512 are equal.*Verified again: disk\.raw: MD5 and SHA-512 differ/,
  )
})

test('what limits a transfer is said while it runs, and kept when it is over', async ({
  app,
  files,
  host,
  downloads,
  expectAccessible,
}) => {
  const { page, transfers } = app
  await app.uploadVerified(await files.raw('source.raw', 40_000_000))
  await host.fault({ on: 'download', action: { kind: 'delay', hold: { gate: 'go' } } })
  await app.images.select('source')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await page.keyboard.press('Control+t')
  const row = transfers.row('source', 'Download')
  const limit = async (megabytes: string): Promise<void> => {
    await row.root.click({ button: 'right' })
    await page.getByRole('menuitem', { name: /limit/i }).click()
    await app.dialog('Speed limit of source').getByRole('textbox').fill(megabytes)
    await page.keyboard.press('Enter')
  }
  await limit('1')
  await host.open('go')
  await expect(row.root).toContainText('limited by: speed limit')
  await row.unfold()
  await expect(row.root).toContainText(/What limited it so far.*(Speed limit, all the time|Mostly speed limit, \d+\s% of the time)/)
  await expectAccessible()
  await limit('')
  await expect(row.root).toContainText('Verified')
  await expect(row.root).toContainText(/What limited it (?!so far).*speed limit/i)
  await page.reload()
  await expect(transfers.root).toBeVisible()
  await page.keyboard.press('Control+t')
  await row.unfold()
  await expect(row.root).toContainText(/What limited it (?!so far).*speed limit/i)
})
