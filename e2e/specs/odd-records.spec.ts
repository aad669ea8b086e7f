import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListCloud } from '../fixtures/list-cloud.ts'
import { test as base, expect } from '../fixtures/test.ts'

const test = base.extend<{ cloud: ListCloud }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
  cloud: async ({}, use) => {
    const cloud = await ListCloud.start()
    await use(cloud)
    await cloud.close()
  },
  hostEnv: async ({ cloud, folder }, use) => {
    const file = join(folder, 'clouds.yaml')
    const auth = { auth_url: `${cloud.url}/v3`, username: 'alice', password: 'any', project_name: 'demo' }
    const odd = { region_name: 'RegionOne', auth: { ...auth, user_domain_name: 'Default', project_domain_name: 'Default' } }
    await writeFile(file, JSON.stringify({ clouds: { odd } }))
    await use({ OS_CLIENT_CONFIG_FILE: file })
  },
})
const record = (id: string, name: unknown, more: object = {}) => ({
  ...{ id, name, status: 'active', visibility: 'private', disk_format: 'raw', container_format: 'bare', size: 1000, tags: [] },
  ...{ created_at: '2026-11-28T10:00:00Z', updated_at: '2026-11-28T10:00:00Z', ...more },
})

test('records that are not as the Image API has them spoil no list: what is readable is shown, the rest is said', async ({
  app,
  cloud,
  expectAccessible,
}) => {
  cloud.records = [
    record('11111111-1111-4111-8111-111111111111', 'whole'),
    record('22222222-2222-4222-8222-222222222222', 'half', { size: 'many', tags: 'a,b', protected: 'perhaps' }),
    { name: 'of nobody', status: 'active' },
    null,
  ]
  await app.sidebar.cloud('odd').click()
  await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(app.images.row('whole')).toBeVisible()
  await expect(app.page.getByText('odd lists 2 records without an id, which cannot be shown.')).toBeVisible()
  await app.images.select('half')
  await expect(app.inspector.root).toContainText('has size, protected, tags in a form that the Image API does not know')
  await expectAccessible()
  cloud.records = [record('11111111-1111-4111-8111-111111111111', 'whole')]
  await app.readAgain('odd')
  await expect(app.page.getByText('without an id')).toHaveCount(0)
})

test('community images of others are there when somebody looks for them', async ({ app, cloud, expectAccessible }) => {
  cloud.records = [record('11111111-1111-4111-8111-111111111111', 'own')]
  cloud.community = [record('33333333-3333-4333-8333-333333333333', 'of the community', { visibility: 'community', owner: 'others' })]
  await app.sidebar.cloud('odd').click()
  await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(app.images.row('own')).toBeVisible()
  const entry = app.sidebar.root.getByRole('button', { name: /^Community/ })
  // How many there are is not known before they were asked for.
  await expect(entry).toHaveText('Community')
  await entry.click()
  await expect(app.images.row('of the community')).toBeVisible()
  await expect(entry).toHaveText('Community1')
  await expectAccessible()
  await app.sidebar.root.getByRole('button', { name: /^All images/ }).click()
  await app.readAgain('odd')
  await expect(app.images.row('of the community')).toBeVisible()
})

test('the filter by visibility offers community images that nobody has seen yet', async ({ app, cloud }) => {
  cloud.records = [record('11111111-1111-4111-8111-111111111111', 'own')]
  cloud.community = [record('33333333-3333-4333-8333-333333333333', 'of the community', { visibility: 'community', owner: 'others' })]
  await app.sidebar.cloud('odd').click()
  await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(app.images.row('own')).toBeVisible()
  await app.images.filter('Visibility').getByRole('button').first().click()
  await app.page.getByRole('menuitemcheckbox', { name: 'community' }).click()
  await app.page.keyboard.press('Escape')
  await expect(app.images.row('of the community')).toBeVisible()
  await expect(app.images.row('own')).toHaveCount(0)
})
