import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListCloud } from '../fixtures/list-cloud.ts'
import { test as base, expect } from '../fixtures/test.ts'
import { picture } from './camera.ts'

const test = base.extend<{ cloud: ListCloud }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
  cloud: async ({}, use) => {
    const cloud = await ListCloud.start()
    await use(cloud)
    await cloud.close()
  },
  hostEnv: async ({ cloud, folder }, use) => {
    const file = join(folder, 'clouds.yaml')
    const auth = { auth_url: `${cloud.url}/v3`, username: 'operator', password: 'any', project_name: 'infra' }
    const lab = { region_name: 'RegionOne', auth: { ...auth, user_domain_name: 'Default', project_domain_name: 'Default' } }
    await writeFile(file, JSON.stringify({ clouds: { 'prod-fra1': lab } }))
    await use({ OS_CLIENT_CONFIG_FILE: file })
  },
})
const record = (n: number, name: unknown, more: object = {}) => ({
  ...{ id: `0000000${n}-1111-4111-8111-111111111111`, name, status: 'active', visibility: 'private', owner: 'p1', size: n * 310_000_000 },
  ...{ disk_format: 'qcow2', container_format: 'bare', tags: [], created_at: '2026-11-01T10:00:00Z', updated_at: '2026-11-20T10:00:00Z' },
  ...{ checksum: 'd41d8cd98f00b204e9800998ecf8427e', ...more },
})

test('odd records, an import left for dead, and what is in use', async ({ app, cloud }) => {
  cloud.records = [
    record(1, 'debian-13.2.0-amd64', { size: 'many', tags: 'lts', protected: 'perhaps' }),
    record(2, 'rocky-10.1-x86_64', { status: 'importing', os_glance_failed_import: 'ceph-a', os_glance_importing_to_stores: '' }),
    record(3, 'vmlinuz-6.12', { disk_format: 'aki', container_format: 'aki', visibility: 'public' }),
    record(4, 'appliance-fw-7.6.3', { kernel_id: '00000003-1111-4111-8111-111111111111' }),
    { status: 'active' },
    null,
  ]
  cloud.community = [record(5, 'nixos-26.05-minimal', { visibility: 'community', owner: 'others' })]
  await app.sidebar.cloud('prod-fra1').click()
  await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
  await app.images.select('debian-13.2.0-amd64')
  await expect(app.inspector.root).toContainText('a form that the Image API does not know')
  await picture(app.page, '95 odd records')
  await app.images.select('rocky-10.1-x86_64')
  await picture(app.page, '96 an import left for dead')
  await app.page.keyboard.press('Escape')
  await app.images.select('vmlinuz-6.12')
  await app.images.grid.focus()
  await app.page.keyboard.press('Delete')
  await expect(app.dialog('Delete vmlinuz-6.12?')).toContainText('appliance-fw-7.6.3 names it as its kernel.')
  await picture(app.page, '97 deleting what is in use')
  await app.page.keyboard.press('Escape')
  await app.sidebar.root.getByRole('button', { name: /^Community/ }).click()
  await expect(app.images.row('nixos-26.05-minimal')).toBeVisible()
  await picture(app.page, '98 community images')
})
