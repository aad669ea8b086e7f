import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OwnCloud } from '../fixtures/own-cloud.ts'
import { test as base, expect } from '../fixtures/test.ts'

const test = base.extend<{ cloud: OwnCloud }>({
  cloud: async ({ folder }, use) => {
    const cloud = new OwnCloud(join(folder, 'cloud'))
    await cloud.start()
    await use(cloud)
    await cloud.kill()
  },
})
const PASSWORD = 'own-cloud'

test('what is missing stands beside its field', async ({ app, expectAccessible }) => {
  const { cloudSheet: sheet } = app
  await sheet.open()
  await sheet.save.click()
  await expect(sheet.root).toContainText('Missing: the address of Keystone')
  await expect(sheet.field('User')).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible()
})

test('by form and keyboard alone: a wrong password is named beside its field, the right one signs in', async ({
  app,
  cloud,
  host,
  expectAccessible,
}) => {
  const { keyboard } = app.page
  const { cloudSheet: sheet } = app
  await app.command('add a cloud')
  await expect(sheet.field('Name in Glancer')).toBeFocused()
  await keyboard.press('Control+Enter')
  await expect(sheet.root).toContainText('Missing: the address of Keystone')
  await expect(sheet.field('Name in Glancer')).toBeFocused()
  await keyboard.type('acme')
  for (const [label, text] of [
    ['Keystone address (auth URL)', cloud.authUrl],
    ['User', 'ada'],
    ['Password', 'not-the-password'],
    ['Project', 'demo'],
  ] as const) {
    await app.tabTo(sheet.field(label))
    await keyboard.type(text)
  }
  await app.tabTo(sheet.test)
  await keyboard.press('Enter')
  await expect(sheet.outcome).toContainText('Keystone refused the sign-in')
  await expect(sheet.field('Password')).toHaveAttribute('aria-invalid', 'true')
  await expect(sheet.outcome).toContainText('Request')
  await expectAccessible()
  await sheet.field('Password').fill(PASSWORD)
  await sheet.test.click()
  await expect(sheet.root).toContainText('It works: signed in, and images can be listed.')
  await sheet.field('Password').press('Control+Enter')
  await expect(sheet.root).toHaveCount(0)
  await expect(app.sidebar.root).toContainText('demo')
  await expect(app.page.getByRole('main')).toContainText('No images in demo')
  expect((await stat(join(host.dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(host.dataDir, 'clouds.json'), 'utf8')).not.toContain(PASSWORD)
})

test('a region that is not there offers those that are; an image service that is away is named', async ({ app, cloud }) => {
  const { cloudSheet: sheet } = app
  await sheet.open()
  await sheet.field('Name in Glancer').fill('acme')
  await sheet.field('Keystone address (auth URL)').fill(cloud.authUrl)
  await sheet.field('User').fill('ada')
  await sheet.field('Password').fill(PASSWORD)
  await sheet.field('Project').fill('demo')
  await sheet.field('Region').fill('Atlantis')
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('The catalog has no image service in the region Atlantis.')
  await sheet.field('Region').fill('')
  await sheet.field('Region').press('ArrowDown')
  await app.page.getByRole('option', { name: 'south' }).click()
  await sheet.field('Endpoint override').fill('http://127.0.0.1:1')
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('127.0.0.1:1 refused the connection.')
  await expect(sheet.field('Endpoint override')).toHaveAttribute('aria-invalid', 'true')
  await sheet.field('Endpoint override').fill('')
  await sheet.save.click()
  await expect(app.sidebar.root).toContainText('south / demo')
})

test.describe('with a clouds.yaml', () => {
  test.use({
    hostEnv: async ({ folder, cloud }, use) => {
      const file = join(folder, 'clouds.yaml')
      await writeFile(file, JSON.stringify({ clouds: { prod: cloud.entry() } }))
      await use({ OS_CLIENT_CONFIG_FILE: file })
    },
  })

  test('a cloud of it is only read, but copied; the copy is edited, tried and removed with its secret', async ({
    app,
    host,
    target,
    expectAccessible,
  }) => {
    const { cloudSheet: sheet } = app
    // In plain text in the web host, which says so; sealed by the key ring on a desktop.
    const kept = async () => {
      const text = await readFile(join(host.dataDir, 'secrets.json'), 'utf8')
      return { secrets: Object.keys(JSON.parse(text).secrets).length, plain: text.includes(PASSWORD) }
    }
    await app.sidebar.cloud('prod').click()
    await app.sidebar.root.getByRole('button', { name: 'More for prod' }).click()
    await expect(app.page.getByRole('menuitem', { name: 'Remove from Glancer…' })).toHaveCount(0)
    await app.page.getByRole('menuitem', { name: 'Duplicate into Glancer…' }).click()
    await expect(sheet.field('Name in Glancer')).toHaveValue('prod copy')
    await sheet.field('Name in Glancer').fill('prod')
    await sheet.save.click()
    await expect(sheet.root).toContainText('There is a cloud with this name already.')
    await sheet.field('Name in Glancer').fill('mine')
    await sheet.save.click()
    await expect(app.page.getByRole('main')).toContainText('No images in demo')
    expect(await kept()).toEqual({ secrets: 1, plain: target === 'web' })

    await app.sidebar.root.getByRole('button', { name: 'More for mine' }).click()
    await app.page.getByRole('menuitem', { name: 'Edit the cloud…' }).click()
    await sheet.field('Project').fill('research')
    await app.page.keyboard.press('Escape')
    await app.dialog('Give up what you typed?').getByRole('button', { name: 'Keep editing' }).click()
    await expect(sheet.field('Project')).toHaveValue('research')
    await sheet.save.click()
    await expect(app.page.getByRole('main')).toContainText('No images in research')

    await app.sidebar.root.getByRole('button', { name: 'More for mine' }).click()
    await app.page.getByRole('menuitem', { name: 'Test the connection…' }).click()
    await expect(app.dialog('mine: it works')).toContainText('images can be listed')
    await expectAccessible()
    await app.page.keyboard.press('Escape')

    await app.sidebar.root.getByRole('button', { name: 'More for mine' }).click()
    await app.page.getByRole('menuitem', { name: 'Remove from Glancer…' }).click()
    await app.dialog('Remove mine from Glancer?').getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(app.dialog('Remove mine from Glancer?')).toHaveCount(0)
    await expect(app.sidebar.cloud('mine')).toHaveCount(0)
    expect(await kept()).toEqual({ secrets: 0, plain: false })
  })
})
