import { signIn, test } from '../fixtures/cloud-test.ts'
import { expect } from '../fixtures/test.ts'
import { picture } from './camera.ts'

test('rows of the last run', async ({ app, cloud, host, console, reopen, page }) => {
  console.expect(/ERR_CONNECTION_REFUSED|WebSocket connection|401 \(Unauthorized\)/)
  const names = ['db-primary-snapshot', 'debian-13.2.0-amd64-netinst', 'ubuntu-24.04-server-cloudimg-amd64']
  for (const name of names) await cloud.createImage('demo', name)
  await signIn(app)
  for (const name of names) await expect(app.images.row(name)).toBeVisible()
  await host.close()
  cloud.freeze()
  await host.start()
  await reopen()
  for (const name of names) await expect(app.images.row(name)).toBeVisible()
  await expect(page.getByRole('main')).toContainText('signing in…')
  await picture(page, '72 rows of the last run')
  cloud.thaw()
  await app.sidebar.settings.click()
  await picture(page, '73 settings with remembered lists')
})
