import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OwnCloud } from '../fixtures/own-cloud.ts'
import { expect, test } from '../fixtures/test.ts'
import { TestCa } from '../integration/support/certificates.ts'
import { SmallCloud } from '../integration/support/small-cloud.ts'
import { picture } from './camera.ts'

const openrc = `#!/usr/bin/env bash
export OS_AUTH_URL=https://keystone.prod.example.net:5000/v3
export OS_PROJECT_NAME="infra"
export OS_USER_DOMAIN_NAME="Default"
if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
export OS_USERNAME="operator"
echo "Please enter your OpenStack Password for project $OS_PROJECT_NAME: "
read -sr OS_PASSWORD_INPUT
export OS_PASSWORD=$OS_PASSWORD_INPUT
export OS_REGION_NAME=$(cat /etc/region)
`

test('adding a cloud', async ({ app, folder }) => {
  const cloud = new OwnCloud(join(folder, 'cloud'))
  await cloud.start()
  const { cloudSheet: sheet } = app
  await sheet.open()
  await picture(app.page, '80 add a cloud')
  await sheet.save.click()
  await picture(app.page, '81 add a cloud with what is missing')
  await sheet.field('Name in Glancer').fill('prod-fra1')
  await sheet.field('Keystone address (auth URL)').fill(cloud.authUrl)
  await sheet.field('User').fill('ada')
  await sheet.field('Password').fill('not-the-password')
  await sheet.field('Project').fill('demo')
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('What happened')
  await picture(app.page, '82 test with a wrong password')
  await sheet.field('Password').fill('own-cloud')
  await sheet.test.click()
  await expect(sheet.root).toContainText('It works')
  await picture(app.page, '83 test that works')
  await sheet.save.click()
  await expect(app.sidebar.root).toContainText('demo')
  await picture(app.page, '84 a cloud that was added')
  await app.sidebar.root.getByRole('button', { name: 'More for prod-fra1' }).click()
  await picture(app.page, '85 menu of a cloud that was added')
  await app.page.getByRole('menuitem', { name: 'Test the connection…' }).click()
  await expect(app.dialog(/it works/)).toBeVisible()
  await picture(app.page, '86 test of a cloud')
  await app.page.keyboard.press('Escape')
  await app.sidebar.root.getByRole('button', { name: 'More for prod-fra1' }).click()
  await app.page.getByRole('menuitem', { name: 'Edit the cloud…' }).click()
  await expect(sheet.root).toBeVisible()
  await picture(app.page, '87 edit a cloud')
  await app.page.keyboard.press('Escape')
  await app.sidebar.root.getByRole('button', { name: 'More for prod-fra1' }).click()
  await app.page.getByRole('menuitem', { name: 'Remove from Glancer…' }).click()
  await picture(app.page, '88 remove a cloud')
  await app.page.keyboard.press('Escape')
  await sheet.open()
  await sheet.way('From an openrc or clouds.yaml')
  await sheet.text.fill(openrc)
  await expect(sheet.understood).toContainText('Line 10')
  await picture(app.page, '89 an openrc')
  await sheet.resume.click()
  await sheet.choose('Sign in with', 'Application credential')
  await picture(app.page, '90 application credential')
  await sheet.choose('Sign in with', 'No sign-in, only an endpoint')
  await picture(app.page, '91 no sign-in')
  await cloud.kill()
})

test('a certificate that nobody trusts', async ({ app, folder }) => {
  const ca = await TestCa.make(folder, 'Example Root CA')
  const secure = await SmallCloud.start(await ca.issue('keystone.prod.example.net', ['IP:127.0.0.1']))
  const { cloudSheet: sheet } = app
  await sheet.open()
  await sheet.field('Name in Glancer').fill('prod-fra1')
  await sheet.field('Keystone address (auth URL)').fill(`${secure.url()}/v3`)
  await sheet.field('User').fill('operator')
  await sheet.field('Project').fill('infra')
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('SHA-256')
  await picture(app.page, '94 a certificate that nobody trusts')
  await secure.close()
})

test.describe('without a password', () => {
  test.use({
    hostEnv: async ({ folder }, use) => {
      const file = join(folder, 'clouds.yaml')
      const auth = { auth_url: 'http://127.0.0.1:1/v3', username: 'operator', project_name: 'infra' }
      await writeFile(file, JSON.stringify({ clouds: { 'prod-fra1': { region_name: 'RegionOne', auth } } }))
      await use({ OS_CLIENT_CONFIG_FILE: file })
    },
  })

  test('a cloud that asks for it', async ({ app }) => {
    await picture(app.page, '92 first start with a cloud that asks')
    await app.sidebar.cloud('prod-fra1').click()
    await picture(app.page, '93 password needed')
  })
})
