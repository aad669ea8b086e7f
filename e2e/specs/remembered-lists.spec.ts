import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signIn, test } from '../fixtures/cloud-test.ts'
import type { TestHost } from '../fixtures/host.ts'
import type { OwnCloud } from '../fixtures/own-cloud.ts'
import { expect } from '../fixtures/test.ts'
import type { AppPage } from '../pages/app-page.ts'

// Rows of the last run at the next start: while the cloud has not answered yet, when it cannot, and when it no longer is what it was.

const asOf = (app: AppPage) =>
  app.page
    .getByRole('main')
    .getByRole('status')
    .filter({ hasText: /^as of \d\d:\d\d/ })
const kept = async (host: TestHost): Promise<string[]> => await readdir(join(host.dataDir, 'image-lists')).catch(() => [])

/** A first run that has seen these images, and is over. */
async function firstRun(app: AppPage, host: TestHost, cloud: OwnCloud, names: readonly string[]): Promise<void> {
  for (const name of names) await cloud.createImage('demo', name)
  await signIn(app)
  for (const name of names) await expect(app.images.row(name)).toBeVisible()
  await expect(asOf(app)).toHaveCount(0)
  await host.close()
}

test.beforeEach(({ console }) => console.expect(/ERR_CONNECTION_REFUSED|WebSocket connection|401 \(Unauthorized\)/))

test('rows of the last run are there at once; the cloud’s own take their place, and what is gone goes', async ({
  app,
  host,
  cloud,
  reopen,
}) => {
  await firstRun(app, host, cloud, ['stays', 'goes', 'changes'])
  await cloud.deleteImage('demo', 'goes')
  await cloud.renameImage('demo', 'changes', 'changed')
  await cloud.createImage('demo', 'comes')
  cloud.freeze()
  await host.start()
  const again = await reopen()
  for (const name of ['stays', 'goes', 'changes']) await expect(again.images.row(name)).toBeVisible()
  await expect(asOf(again)).toContainText('signing in…')
  await again.images.select('stays')
  await again.images.grid.focus()
  cloud.thaw()
  await expect(again.images.row('goes')).toHaveCount(0)
  await expect(asOf(again)).toHaveCount(0)
  await expect(again.images.grid.getByRole('row')).toHaveCount(4)
  for (const name of ['changed', 'comes']) await expect(again.images.row(name)).toBeVisible()
  await expect(again.images.row('stays')).toHaveAttribute('aria-selected', 'true')
  await expect(again.images.grid).toBeFocused()
  await again.page.keyboard.press('Home')
  await expect(again.images.row('changed')).toHaveAttribute('aria-selected', 'true')
})

test('a start without the cloud keeps them, with the sentence; nothing is done with them unasked; then it comes back', async ({
  app,
  host,
  cloud,
  reopen,
  expectAccessible,
}) => {
  await firstRun(app, host, cloud, ['one', 'two'])
  await cloud.kill()
  await host.start()
  const again = await reopen()
  const banner = again.page.getByRole('main').getByRole('status').filter({ hasText: 'refused the connection' })
  await expect(banner).toContainText('These rows are from')
  await expect(again.images.row('two')).toBeVisible()
  await expectAccessible()
  await again.images.select('one')
  await again.page.keyboard.press('Shift+P')
  const dialog = again.dialog('one was not protected')
  await expect(dialog).toContainText('refused the connection')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await cloud.start()
  await cloud.renameImage('demo', 'two', 'too')
  await banner.getByRole('button', { name: 'Try now' }).click()
  await expect(again.images.row('too')).toBeVisible()
  await expect(banner).toHaveCount(0)
  await expect(again.images.row('one')).not.toContainText('protected')
  await expect(asOf(again)).toHaveCount(0)
})

test('they are of one project and one person: for another of the same name nothing is shown, and nothing left', async ({
  app,
  host,
  cloud,
  reopen,
  write,
}) => {
  await firstRun(app, host, cloud, ['in-demo'])
  const listOf = (file: string): string => join(host.dataDir, 'image-lists', file)
  const ofDemo: string[] = []
  for (const file of await kept(host)) {
    expect((await stat(listOf(file))).mode & 0o777).toBe(0o600)
    if ((await readFile(listOf(file), 'utf8')).includes('in-demo')) ofDemo.push(file)
  }
  expect(ofDemo).toHaveLength(1)
  await write({ prod: cloud.entry({ project: 'research' }) })
  cloud.freeze()
  await host.start()
  const again = await reopen()
  await expect(again.page.getByRole('main')).toContainText('Signing in to prod')
  await expect(again.images.row('in-demo')).toHaveCount(0)
  await expect.poll(() => kept(host)).not.toContain(ofDemo[0])
  cloud.thaw()
  await expect(again.page.getByRole('main')).toContainText('No images in research')
})

test('a damaged list is left out in silence; switched off, none is kept', async ({ app, host, cloud, reopen }) => {
  await firstRun(app, host, cloud, ['one'])
  for (const file of await kept(host)) await writeFile(join(host.dataDir, 'image-lists', file), '{"version":1,"loadedAt":"never"}\n{')
  cloud.freeze()
  await host.start()
  const again = await reopen()
  await expect(again.page.getByRole('main')).toContainText('Signing in to prod')
  cloud.thaw()
  await expect(again.images.row('one')).toBeVisible()
  await host.close()
  await host.start()
  const third = await reopen()
  await expect(third.images.row('one')).toBeVisible()
  expect((await kept(host)).length).toBeGreaterThan(0)
  await third.sidebar.settings.click()
  await third.page.getByRole('radiogroup', { name: 'Remember image lists between starts' }).getByRole('radio', { name: 'Off' }).click()
  await expect.poll(() => kept(host)).toEqual([])
  await host.close()
  expect(await kept(host)).toEqual([])
})
