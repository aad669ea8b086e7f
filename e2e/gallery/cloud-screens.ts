import { signIn, test } from '../fixtures/cloud-test.ts'
import { hangingServer } from '../fixtures/hanging-server.ts'
import { expect } from '../fixtures/test.ts'
import { picture } from './camera.ts'

test('clouds side by side, in every state', async ({ app, cloud, files, write, page }) => {
  const hanging = await hangingServer()
  await write({
    'prod-fra1': cloud.entry(),
    'staging-edge-04': cloud.entry({ password: 'wrong' }),
    lab: { ...cloud.entry(), auth: { auth_url: hanging.url, username: 'ada', password: 'x', project_name: 'demo' } },
    robot: await cloud.credentialEntry('research'),
    'not-yet': cloud.entry(),
  })
  for (const name of ['lab', 'staging-edge-04', 'robot', 'prod-fra1']) await signIn(app, name)
  await expect(app.sidebar.root).toContainText('north / demo')
  await app.uploadVerified(
    await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.qcow2'),
    await files.iso('debian-13.2.0-amd64-netinst.iso'),
    await files.raw('db-primary-snapshot.raw', 3_000_000),
  )
  await app.sidebar.root.getByRole('button', { name: /choose another project/ }).click()
  const places = app.dialog(/^Project and region/)
  await expect(places.getByRole('option')).toHaveCount(3)
  await picture(page, '60 project and region')
  await places.getByRole('option', { name: /research/ }).click()
  await picture(page, '61 another project chosen')
  await places.getByRole('button', { name: 'Show beside' }).click()
  await expect(page.getByRole('main')).toContainText('No images in research')
  await picture(page, '62 one cloud with two projects')
  await app.sidebar.cloud('robot').click()
  await app.sidebar.root.getByRole('button', { name: /choose another project/ }).click()
  await expect(places).toContainText('belongs to one project')
  await picture(page, '63 project of an application credential')
  await page.keyboard.press('Escape')
  await app.sidebar.cloud('prod-fra1, north / demo').click()
  await cloud.kill()
  await expect(page.getByRole('main').getByRole('status').first()).toContainText('These rows are from')
  await picture(page, '64 offline, failed, signing in')
  await write('clouds:\n  prod-fra1: {}\n\tlab: x\n')
  await expect(app.sidebar.root.getByRole('region', { name: 'Files of clouds' })).toBeVisible()
  await picture(page, '65 broken clouds.yaml')
  await app.sidebar.root.getByRole('button', { name: 'What to do' }).first().click()
  await picture(page, '66 what to do')
  await hanging.close()
})
