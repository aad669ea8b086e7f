import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { OwnCloud } from '../fixtures/own-cloud.ts'
import { test as base, expect } from '../fixtures/test.ts'
import { TestCa } from '../integration/support/certificates.ts'
import { SmallCloud } from '../integration/support/small-cloud.ts'

const test = base.extend<{ cloud: OwnCloud }>({
  cloud: async ({ folder }, use) => {
    const cloud = new OwnCloud(join(folder, 'cloud'))
    await cloud.start()
    await use(cloud)
    await cloud.kill()
  },
})
const PASSWORD = 'own-cloud'

test('an openrc that asks for the password: what was not understood is named by line', async ({ app, cloud, expectAccessible }) => {
  const { cloudSheet: sheet } = app
  await app.page.getByRole('button', { name: /^From an openrc or clouds\.yaml…/ }).click()
  await expect(sheet.text).toBeFocused()
  await sheet.text.fill(
    `export OS_AUTH_URL=${cloud.authUrl}\nexport OS_PROJECT_NAME="demo"\nexport OS_USERNAME="ada"\nread -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT\ncurl https://example.org\n`,
  )
  await expect(sheet.understood).toContainText('127.0.0.1 demo')
  await expect(sheet.understood).toContainText('asks for the password')
  await expect(sheet.understood).toContainText('Line 6: A command stands here, which Glancer does not run.')
  await expectAccessible()
  await sheet.resume.click()
  await expect(sheet.field('User')).toHaveValue('ada')
  await sheet.field('Password').fill(PASSWORD)
  await sheet.save.click()
  await expect(app.sidebar.cloud('127.0.0.1 demo')).toBeVisible()
  await expect(app.page.getByRole('main')).toContainText('No images in demo')
})

test('a clouds.yaml that is opened: one of its clouds is chosen, and its secret is used without being shown', async ({
  app,
  cloud,
  files,
}) => {
  const { cloudSheet: sheet } = app
  const entries = { first: cloud.entry(), robot: await cloud.credentialEntry('research') }
  const file = await files.bytes('clouds.yaml', Buffer.from(JSON.stringify({ clouds: entries })))
  await sheet.open()
  await sheet.way('From an openrc or clouds.yaml')
  await app.pick(async () => await sheet.root.getByRole('button', { name: 'Open a file…' }).click(), file.path)
  await sheet.understood.getByRole('radio', { name: /^robot/ }).click()
  await sheet.resume.click()
  await expect(sheet.root.getByRole('combobox', { name: 'Sign in with' })).toContainText('Application credential')
  await expect(sheet.field('Secret')).toHaveValue('')
  await expect(sheet.field('Secret')).toHaveAttribute('placeholder', 'From the text that was read')
  await sheet.save.click()
  await expect(app.page.getByRole('main')).toContainText('No images in research')
})

test('a secret that is asked for each time is typed in place after a restart; a wrong one is said there', async ({
  app: first,
  cloud,
  host,
  console,
  reopen,
  expectAccessible,
}) => {
  const { cloudSheet: sheet } = first
  await sheet.open()
  await sheet.field('Name in Glancer').fill('acme')
  await sheet.field('Keystone address (auth URL)').fill(cloud.authUrl)
  await sheet.field('User').fill('ada')
  await sheet.field('Password').fill(PASSWORD)
  await sheet.field('Project').fill('demo')
  await sheet.choose('Where the password is kept', 'Ask each time')
  await expect(sheet.root).toContainText('It is forgotten when Glancer ends.')
  await sheet.save.click()
  await expect(first.page.getByRole('main')).toContainText('No images in demo')
  expect((await readdir(host.dataDir)).includes('secrets.json')).toBe(false)

  console.expect(/./)
  await host.close()
  await host.start()
  const app = await reopen()
  await app.sidebar.cloud('acme').click()
  const main = app.page.getByRole('main')
  await expect(main).toContainText('Not signed in: password needed')
  await expect(app.sidebar.root).toContainText('Not signed in: password needed.')
  await expectAccessible()
  await main.getByLabel('Password', { exact: true }).fill('wrong')
  await main.getByLabel('Password', { exact: true }).press('Enter')
  await expect(main).toContainText('Keystone refused the sign-in')
  await main.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await main.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(main).toContainText('No images in demo')
})

test('a certificate that nobody trusts is shown with its facts, and trusted by the CA file that is chosen', async ({
  app,
  folder,
  expectAccessible,
}) => {
  test.skip(spawnSync('openssl', ['version']).status !== 0, 'there is no openssl here')
  const ca = await TestCa.make(folder)
  const secure = await SmallCloud.start(await ca.issue('keystone', ['IP:127.0.0.1']))
  const { cloudSheet: sheet } = app
  await sheet.open()
  await sheet.field('Name in Glancer').fill('acme')
  await sheet.field('Keystone address (auth URL)').fill(`${secure.url()}/v3`)
  await sheet.field('User').fill('ada')
  await sheet.field('Password').fill(PASSWORD)
  await sheet.field('Project').fill('demo')
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('is signed by nobody whom this computer trusts')
  await expect(sheet.outcome).toContainText('O=Glancer tests, CN=Test CA')
  await expect(sheet.outcome).toContainText(/SHA-256([0-9A-F]{2}:){31}/)
  await expect(sheet.field('CA file')).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible()
  await app.chooseHere(() => sheet.root.getByRole('button', { name: 'Choose the file: CA file' }).click(), folder, 'ca.pem')
  await expect(sheet.field('CA file')).toHaveValue(ca.caFile)
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('the certificate is trusted')
  await sheet.save.click()
  await expect(app.page.getByRole('main')).toContainText('No images in demo')
  await secure.close()
})
