import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signIn, test } from '../../fixtures/cloud-test.ts'
import { expect } from '../../fixtures/test.ts'
import type { AppPage } from '../../pages/app-page.ts'

const PASSWORD = 'own-cloud'

async function addCloud({ cloudSheet: sheet, page }: AppPage, authUrl: string, keep: string, meaning: string): Promise<void> {
  await sheet.open()
  await sheet.field('Name in Glancer').fill('acme')
  await sheet.field('Keystone address (auth URL)').fill(authUrl)
  await sheet.field('User').fill('ada')
  await sheet.field('Password').fill(PASSWORD)
  await sheet.field('Project').fill('demo')
  await sheet.choose('Where the password is kept', keep)
  await expect(sheet.root).toContainText(meaning)
  await sheet.save.click()
  await expect(page.getByRole('main')).toContainText('No images in demo')
}

test('without a network the queue waits and says why; with one it goes on by itself', async ({ app, cloud, write, files, desktopHost }) => {
  await write({ prod: cloud.entryElsewhere() })
  await signIn(app)
  await expect(app.sidebar.root).toContainText('north / demo')
  await desktopHost.standIn.setOnline(false)
  await app.drop((await files.raw('disk.raw', 100_000)).path)
  await app.sheet.upload()
  await expect(app.transfers.row('disk').root).toContainText('there is no network')
  expect(await cloud.imageNames('demo')).toEqual([])
  await desktopHost.standIn.setOnline(true)
  await expect(app.transfers.row('disk').root).toContainText('Verified')
  expect(await cloud.imageNames('demo')).toEqual(['disk'])
})

test('with a key ring a password is sealed by it, and known after a restart; one that is locked is said', async ({
  app,
  cloud,
  host,
  desktopHost,
  reopen,
}) => {
  await addCloud(app, cloud.authUrl, 'Keep it in the GNOME key ring', 'Sealed by the GNOME key ring')
  expect(await readFile(join(host.dataDir, 'secrets.json'), 'utf8')).not.toContain(PASSWORD)
  await host.close()
  desktopHost.keyRing = 'locked'
  await host.start()
  const locked = await reopen()
  await locked.sidebar.cloud('acme').click()
  await expect(locked.page.getByRole('main')).toContainText('The key ring of this computer does not give the secret of this cloud.')
  await host.close()
  desktopHost.keyRing = 'open'
  await host.start()
  const again = await reopen()
  await again.sidebar.cloud('acme').click()
  await expect(again.page.getByRole('main')).toContainText('No images in demo')
})

test('without a key ring the person decides: asked each time, or a file that says what it is', async ({
  app,
  cloud,
  host,
  desktopHost,
  reopen,
}) => {
  await expect(app.sidebar.root).toBeVisible()
  await host.close()
  desktopHost.keyRing = 'absent'
  await host.start()
  const page = await reopen()
  await page.cloudSheet.open()
  await expect(page.cloudSheet.root).toContainText('This computer has no key ring that protects it.')
  await expect(page.cloudSheet.root.getByRole('combobox', { name: 'Where the password is kept' })).toContainText('Ask each time')
  await page.page.keyboard.press('Escape')
  await addCloud(page, cloud.authUrl, 'Keep it in a file', 'Not encrypted, in a file on this computer that only your account can read')
  expect(await readFile(join(host.dataDir, 'secrets.json'), 'utf8')).toContain(PASSWORD)
})

test('what the shell does not use is not there, and says its name', async ({ app, desktop, target }) => {
  test.skip(target !== 'stand-in', 'Electron has all of it')
  await expect(app.sidebar.root).toBeVisible()
  const said = await desktop.app.evaluate((electron) => {
    const tries: [string, () => unknown][] = [
      ['Tray', () => Reflect.get(electron, 'Tray') ?? 'not exported'],
      ['open-url', () => electron.app.on('open-url', () => {})],
      ['lock-screen', () => electron.powerMonitor.on('lock-screen', () => {})],
      ['setBadgeCount', () => electron.app.setBadgeCount(1)],
      ['setTitle', () => electron.BrowserWindow.getAllWindows()[0]?.setTitle('x')],
    ]
    return tries.map(([name, use]) => {
      try {
        return `${name}: ${String(use())}`
      } catch (error) {
        return `${name}: ${String(error)}`
      }
    })
  })
  expect(said).toEqual([
    'Tray: not exported',
    'open-url: NotInStandIn: The stand-in for Electron has no event open-url of app.',
    'lock-screen: NotInStandIn: The stand-in for Electron has no event lock-screen of powerMonitor.',
    'setBadgeCount: NotInStandIn: The stand-in for Electron has no app.setBadgeCount.',
    'setTitle: NotInStandIn: The stand-in for Electron has no BrowserWindow.prototype.setTitle.',
  ])
})
