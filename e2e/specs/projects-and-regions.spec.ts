import type { Page } from '@playwright/test'
import { signIn, test } from '../fixtures/cloud-test.ts'
import { hangingServer } from '../fixtures/hanging-server.ts'
import { expect } from '../fixtures/test.ts'

const shown = (page: Page) => page.getByRole('main')

test('another project, by mouse: the cloud is shown there, and what was begun goes on where it was', async ({
  app,
  cloud,
  files,
  places,
  expectAccessible,
}) => {
  await signIn(app)
  await expect(app.sidebar.root).toContainText('north / demo')
  await app.uploadVerified(await files.raw('in-demo.raw', 100_000))
  await app.sidebar.root.getByRole('button', { name: /choose another project or region of prod/ }).click()
  await expect(places.projects).toHaveText([/archive/, /demonow/, /research/])
  await expect(places.root.getByRole('button', { name: 'Switch' })).toBeDisabled()
  await expectAccessible()
  await places.project('research').click()
  await places.switch()
  await expect(app.sidebar.root).toContainText('north / research')
  await expect(app.sidebar.root).not.toContainText('north / demo')
  await expect(app.page.getByRole('main')).toContainText('No images in research')
  await app.uploadVerified(await files.raw('in-research.raw', 100_000))
  expect(await cloud.imageNames('demo')).toEqual(['in-demo'])
  expect(await cloud.imageNames('research')).toEqual(['in-research'])
  await expectAccessible()
})

test('beside it, by keyboard alone; both are there after a restart, each signed in to its own project', async ({
  app: first,
  host,
  places,
  console,
  reopen,
}) => {
  console.expect(/ERR_CONNECTION_REFUSED|WebSocket connection|401 \(Unauthorized\)/)
  let app = first
  let { page } = app
  await signIn(app)
  await expect(app.sidebar.root).toContainText('north / demo')
  await page.keyboard.press('o')
  await expect(places.projects).toHaveCount(3)
  await expect(places.search).toBeFocused()
  await page.keyboard.type('rese')
  await expect(places.projects).toHaveCount(1)
  await expect(places.projects).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Control+Enter')
  await expect(places.root).toBeHidden()
  const demo = () => app.sidebar.cloud('prod, north / demo')
  const research = () => app.sidebar.cloud('prod, north / research')
  await expect(research()).toHaveAttribute('aria-label', 'prod, north / research')
  await expect(shown(page)).toContainText('prod · north / research')
  await page.keyboard.press('Control+2')
  await expect(shown(page)).toContainText('prod · north / demo')
  await host.close()
  await host.start()
  app = await reopen()
  page = app.page
  await expect(demo()).toBeVisible()
  await expect(research()).toBeVisible()
  await demo().click()
  await expect(page.getByRole('main')).toContainText('No images in demo')
  await research().click()
  await expect(page.getByRole('main')).toContainText('No images in research')
  // And away again.
  await app.sidebar.root.getByRole('button', { name: 'More for prod' }).click()
  await page.getByRole('menuitem', { name: 'Take out of the sidebar' }).click()
  await expect(research()).toBeHidden()
  await expect(app.sidebar.cloud('prod')).toBeVisible()
  await expect(shown(page)).toContainText('prod · north / demo')
})

test('another region, by the palette', async ({ app, cloud, files, places }) => {
  await signIn(app)
  await expect(app.sidebar.root).toContainText('north / demo')
  await app.command('region of prod')
  await expect(places.projects).toHaveCount(3)
  await places.region('south')
  await places.switch()
  await expect(app.sidebar.root).toContainText('south / demo')
  await app.uploadVerified(await files.raw('in-south.raw', 100_000))
  expect(await cloud.imageNames('demo', 'south')).toEqual(['in-south'])
  expect(await cloud.imageNames('demo', 'north')).toEqual([])
})

test('a project that gives no access: the cloud says so, and another can be chosen from there', async ({
  app,
  cloud,
  write,
  places,
  expectAccessible,
}) => {
  const { page } = app
  await write({ prod: cloud.entry({ project: 'secret-lab' }) })
  await signIn(app)
  await expect(page.getByRole('main')).toContainText('gives no access to the project secret-lab')
  await expectAccessible()
  await page.getByRole('main').getByRole('button', { name: 'Project and region…' }).click()
  await places.project('demo').click()
  await places.switch()
  await expect(app.sidebar.root).toContainText('north / demo')
  await expect(page.getByRole('main')).toContainText('No images in demo')
})

test('an application credential belongs to one project, and the dialog says so', async ({ app, cloud, write, places }) => {
  const { page } = app
  await write({ robot: await cloud.credentialEntry('research') })
  await signIn(app, 'robot')
  await expect(app.sidebar.root).toContainText('north / research')
  await app.sidebar.root.getByRole('button', { name: /choose another project or region of robot/ }).click()
  await expect(places.root).toContainText('An application credential belongs to one project.')
  await expect(places.projects).toHaveCount(0)
  await places.region('south')
  await places.switch()
  await expect(app.sidebar.root).toContainText('south / research')
  await expect(page.getByRole('main')).toContainText('No images in research')
})

test('clouds that fail or hang do not hold up the others', async ({ app, cloud, files, write }) => {
  const hanging = await hangingServer()
  await write({
    prod: cloud.entry(),
    wrong: cloud.entry({ password: 'wrong' }),
    lost: { ...cloud.entry(), auth: { auth_url: hanging.url, username: 'ada', password: 'x', project_name: 'demo' } },
  })
  await signIn(app, 'lost')
  await expect(app.sidebar.root).toContainText('Signing in…')
  await signIn(app, 'wrong')
  await expect(app.sidebar.root).toContainText('Keystone refused the sign-in')
  await signIn(app, 'prod')
  await expect(app.sidebar.root).toContainText('north / demo')
  await app.uploadVerified(await files.raw('here.raw', 100_000))
  await expect(app.sidebar.root).toContainText('Signing in…')
  await hanging.close()
})

test('files are held over a page that changes under them, and let go', async ({ app, cloud, files }) => {
  const { path } = await files.raw('held.raw', 100_000)
  const main = app.page.getByRole('main')
  const over = app.page.getByText('Drop to upload to')
  cloud.freeze()
  await signIn(app)
  await expect(main).toContainText('Signing in to prod')
  await app.dragOver(path)
  await expect(over).toBeVisible()
  cloud.thaw()
  await expect(main).toContainText('No images in demo')
  await expect(over).toContainText('prod')
  await app.letGo(path)
  await expect(app.sheet.file('held.raw').field('Image name')).toBeVisible()
  await expect(over).toHaveCount(0)
})

test('a cloud that goes away keeps its rows, and comes back', async ({ app, cloud, files, expectAccessible }) => {
  const { page } = app
  await signIn(app)
  await expect(app.sidebar.root).toContainText('north / demo')
  await app.uploadVerified(await files.raw('here.raw', 100_000))
  await expect(app.images.row('here')).toBeVisible()
  await cloud.kill()
  // It is looked at every few seconds.
  await expect(app.sidebar.root).toContainText('What to do')
  await expect(app.images.row('here')).toBeVisible()
  await expect(page.getByRole('main').getByRole('status').first()).toContainText('These rows are from')
  await expectAccessible()
  await cloud.start()
  // Unless it was looked at just now, and is back by itself.
  await page
    .getByRole('button', { name: 'Try now' })
    .click({ timeout: 5000 })
    .catch(() => {})
  await expect(app.sidebar.root).toContainText('north / demo')
  await expect(app.images.row('here')).toBeVisible()
})

test('a change of clouds.yaml shows up by itself; a broken one names line and reason, and what was there goes on', async ({
  app,
  cloud,
  write,
  expectAccessible,
}) => {
  const { page } = app
  await signIn(app)
  await expect(app.sidebar.root).toContainText('north / demo')
  await write({ prod: cloud.entry(), second: cloud.entry({ project: 'research' }) })
  await expect(app.sidebar.cloud('second')).toBeVisible()
  await write('clouds:\n  prod: {}\n  second:\n\tauth: x\n')
  await expect(app.sidebar.root.getByRole('region', { name: 'Files of clouds' })).toContainText(/Line 4: /)
  await expectAccessible()
  await app.readAgain('prod')
  await expect(page.getByRole('main')).toContainText('No images in demo')
  await signIn(app, 'second')
  await expect(app.sidebar.root).toContainText('north / research')
  await write({ second: cloud.entry({ project: 'research' }) })
  await expect(app.sidebar.cloud('prod')).toBeHidden()
  await expect(app.sidebar.root.getByRole('region', { name: 'Files of clouds' })).toBeHidden()
  await expect(app.sidebar.root).toContainText('north / research')
})
