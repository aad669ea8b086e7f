import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { digestOf } from '../fixtures/image-files.ts'
import { expect, test } from '../fixtures/test.ts'
import { type LabUser, openstackLab } from '../openstack/lab.ts'
import type { AppPage } from '../pages/app-page.ts'

/**
 * Everything that one does with images, in one sitting at a real Keystone and Glance; after each step `openstack image show -f json` says what became
 * of it. The command takes a second a call, so each call looks at several things.
 */
const lab = openstackLab()

/** A record as `openstack image show -f json` prints it; what the command does not know by name stands under `properties`. */
const shown = z.object({
  name: z.string().nullable(),
  status: z.string(),
  checksum: z.string().nullish(),
  disk_format: z.string().nullable(),
  container_format: z.string().nullable(),
  visibility: z.string(),
  protected: z.boolean(),
  min_disk: z.number(),
  min_ram: z.number(),
  tags: z.array(z.string()),
  properties: z.record(z.string(), z.unknown()),
})

test.describe('a real Keystone and Glance', () => {
  test.skip(lab === null, 'GLANCER_OPENSTACK_DIR names no Keystone and Glance (e2e/openstack/up)')
  test.use({
    hostEnv: async ({ target }, use) => {
      await use(target === 'web' && lab !== null ? { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } : {})
    },
  })
  const real = (): NonNullable<typeof lab> => {
    if (lab === null) throw new Error('There is no lab.')
    return lab
  }
  const show = async (user: LabUser, id: string) => shown.parse(await real().openstack(user, 'image', 'show', '-f', 'json', id))
  const gone = async (user: LabUser, id: string) => await expect(show(user, id)).rejects.toThrow(/No Image found|could not be found|404/i)
  const members = async (user: LabUser, id: string) =>
    z
      .array(z.object({ 'Member ID': z.string(), Status: z.string() }))
      .parse(await real().openstack(user, 'image', 'member', 'list', '-f', 'json', id))

  async function signIn(app: AppPage, cloud: string, project: string): Promise<void> {
    await app.sidebar.cloud(cloud).click()
    await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(app.sidebar.root).toContainText(`RegionOne / ${project}`)
    await expect(app.page.getByRole('searchbox', { name: /Search/ })).toBeVisible()
  }

  /** The id of the image that is selected, as the inspector shows it. */
  async function selectedId(app: AppPage): Promise<string> {
    await app.inspector.open('Overview')
    const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(await app.inspector.text())?.[0]
    if (id === undefined) throw new Error('The inspector shows no image ID.')
    return id
  }

  test('upload, compare, edit, states, duplicate, empty record, bulk, delete', async ({ app, files }) => {
    test.setTimeout(150_000)
    const { page } = app
    const name = `all-${Date.now()}`
    const disk = await files.converted(`${name}.qcow2`, 'qcow2')
    await signIn(app, 'lab-alice', 'demo')
    await app.uploadVerified(disk)
    await app.images.select(name)
    const id = await selectedId(app)

    await test.step('upload', async () => {
      expect(await show('alice', id)).toMatchObject({
        name,
        status: 'active',
        disk_format: 'qcow2',
        visibility: 'private',
        checksum: await digestOf(disk.path, 'md5'),
      })
    })

    await test.step('compare a local file', async () => {
      await app.inspector.root.getByRole('button', { name: 'Compare a local file with it…' }).click()
      await app.drop(disk.path)
      const check = app.dialog(`Compare a file with ${name}`)
      await expect(check).toContainText('Equal')
      await expect(check).toContainText('MD5 + SHA-512')
      await check.getByRole('button', { name: 'Close' }).click()
    })

    await test.step('name, visibility, minimums, tags, properties', async () => {
      await app.inspector.edit.click()
      await app.edit.name.fill(`${name} renamed`)
      await app.edit.choose('Visibility', 'shared')
      await app.edit.field('Minimum disk, GB').fill('3')
      await app.edit.field('Minimum RAM, MB').fill('512')
      await app.edit.addTag('golden')
      await app.edit.addProperty('os_distro', 'debian')
      await page.keyboard.press('Control+Enter')
      await expect(app.edit.root).toHaveCount(0)
      expect(await show('alice', id)).toMatchObject({
        name: `${name} renamed`,
        visibility: 'shared',
        min_disk: 3,
        min_ram: 512,
        tags: ['golden'],
        properties: { os_distro: 'debian' },
      })
    })

    await test.step('protect, hide; a protected image is not deleted', async () => {
      await expect(app.images.row(`${name} renamed`)).toBeVisible()
      await app.images.grid.focus()
      await page.keyboard.press('Shift+P')
      await expect(page.getByText(`${name} renamed protected`)).toBeVisible()
      await page.keyboard.press('Delete')
      const refused = app.dialog('This image is protected')
      await refused.getByRole('button', { name: 'Close' }).click()
      await app.inspector.act('Hide')
      await expect(page.getByText(`${name} renamed hidden`)).toBeVisible()
      expect(await show('alice', id)).toMatchObject({ status: 'active', protected: true, properties: { os_hidden: true } })
      await page.keyboard.press('Control+z')
      await expect(page.getByText(`${name} renamed shown in lists again`)).toBeVisible()
      await app.readAgain('lab-alice')
      await app.images.select(`${name} renamed`)
      await app.inspector.act('Take the protection away')
      await expect(page.getByText(`${name} renamed made unprotected`)).toBeVisible()
      expect(await show('alice', id)).toMatchObject({ protected: false, properties: { os_hidden: false } })
    })

    await test.step('deactivate, reactivate', async () => {
      await app.inspector.act('Deactivate')
      await expect(app.images.status(`${name} renamed`)).toContainText('Deactivated')
      expect(await show('alice', id)).toMatchObject({ status: 'deactivated' })
      await app.inspector.root.locator('.statusnote').getByRole('button', { name: 'Reactivate' }).click()
      await expect(app.images.status(`${name} renamed`)).toContainText('Active')
      expect(await show('alice', id)).toMatchObject({ status: 'active' })
    })

    const records: string[] = []
    await test.step('duplicate settings, create an empty record', async () => {
      await app.inspector.act('New record with these settings…')
      await app.edit.name.fill(`${name} copy`)
      await app.edit.save.click()
      await expect(app.images.row(`${name} copy`)).toHaveAttribute('aria-selected', 'true')
      records.push(await selectedId(app))
      await app.images.grid.focus()
      await page.keyboard.press('n')
      await app.edit.name.fill(`${name} empty`)
      await app.edit.choose('Disk format', 'raw')
      await page.keyboard.press('Control+Enter')
      await expect(app.images.row(`${name} empty`)).toHaveAttribute('aria-selected', 'true')
      records.push(await selectedId(app))
      const [copy, empty] = await Promise.all(records.map((record) => show('alice', record)))
      expect(copy).toMatchObject({
        name: `${name} copy`,
        status: 'queued',
        disk_format: 'qcow2',
        min_disk: 3,
        tags: ['golden'],
        properties: { os_distro: 'debian' },
      })
      expect(empty).toMatchObject({ name: `${name} empty`, status: 'queued', disk_format: 'raw' })
    })

    await test.step('metadata as JSON', async () => {
      const saved = page.waitForEvent('download')
      await app.images.select(`${name} copy`)
      await app.inspector.act('Save metadata as JSON')
      const record: unknown = JSON.parse(await readFile(await (await saved).path(), 'utf8'))
      expect(JSON.stringify(record)).toContain(records[0])
    })

    await test.step('several at once: one summary, then gone', async () => {
      await app.images.select(`${name} copy`)
      await app.images.row(`${name} empty`).click({ modifiers: ['ControlOrMeta'] })
      await app.images.grid.focus()
      await page.keyboard.press('Shift+P')
      await expect(page.getByText('2 images protected')).toBeVisible()
      for (const record of await Promise.all(records.map((each) => show('alice', each)))) expect(record.protected).toBe(true)
      await page.keyboard.press('Control+z')
      await expect(page.getByText('2 images made unprotected')).toBeVisible()
      await page.keyboard.press('Delete')
      await app.dialog('Delete 2 images?').getByRole('button', { name: 'Delete 2 images' }).click()
      await expect(page.getByText('2 images deleted')).toBeVisible()
      await app.images.select(`${name} renamed`)
      await page.keyboard.press('Delete')
      await app.dialog(`Delete ${name} renamed?`).getByRole('button', { name: 'Delete the image' }).click()
      await expect(app.images.row(`${name} renamed`)).toHaveCount(0)
      await Promise.all([...records, id].map((each) => gone('alice', each)))
    })
  })

  test('share, accept, reject; stores, as an administrator', async ({ app, files }) => {
    test.setTimeout(150_000)
    const { page } = app
    const name = `shared-${Date.now()}`
    const disk = await files.raw(`${name}.raw`, 2_000_000)
    await signIn(app, 'lab-alice', 'demo')
    await app.uploadVerified(disk)
    await app.images.select(name)
    const id = await selectedId(app)
    const { project_id: project } = z
      .object({ project_id: z.string() })
      .parse(await real().openstack('bob', 'token', 'issue', '-f', 'json'))

    await test.step('share with a project', async () => {
      await page.keyboard.press('Shift+S')
      const dialog = app.dialog(`Share ${name}`)
      await dialog.getByRole('textbox').fill(project)
      await dialog.getByRole('button', { name: /^Share/ }).click()
      await expect(dialog).toHaveCount(0)
      expect(await members('alice', id)).toEqual([{ 'Member ID': project, Status: 'pending' }])
      expect((await show('alice', id)).visibility).toBe('shared')
    })

    await test.step('accept, then reject, what was offered', async () => {
      await signIn(app, 'lab-bob', 'other')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('offered')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: `Accept ${name}` }).click()
      await expect(page.getByText(`${name} accepted`)).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(app.images.row(name)).toBeVisible()
      expect(await members('alice', id)).toEqual([{ 'Member ID': project, Status: 'accepted' }])
      await app.images.select(name)
      await app.inspector.act('Reject (take out of the list)')
      await expect(page.getByText(`${name} rejected`)).toBeVisible()
      expect(await members('alice', id)).toEqual([{ 'Member ID': project, Status: 'rejected' }])
    })

    await test.step('copy to a store, remove from a store', async () => {
      await signIn(app, 'lab-admin', 'admin')
      const own = await files.raw(`${name}-admin.raw`, 2_000_000)
      await app.uploadVerified(own)
      await app.images.select(`${name}-admin`)
      const adminId = await selectedId(app)
      await app.inspector.act('Copy to stores…')
      const copy = app.dialog(`Copy ${name}-admin to stores`)
      await copy.getByRole('checkbox', { name: 'slow' }).click()
      await copy.getByRole('button', { name: /^Copy/ }).click()
      await app.inspector.open('Data')
      await expect(app.inspector.root.getByRole('button', { name: 'Remove from slow…' })).toBeVisible({ timeout: 40_000 })
      expect(
        String((await show('admin', adminId)).properties.stores)
          .split(',')
          .sort(),
      ).toEqual(['fast', 'slow'])
      await app.inspector.root.getByRole('button', { name: 'Remove from fast…' }).click()
      await app
        .dialog(`Remove ${name}-admin from fast?`)
        .getByRole('button', { name: /^Remove/ })
        .click()
      await expect(app.inspector.root.getByRole('button', { name: 'Remove from fast…' })).toHaveCount(0)
      expect(await show('admin', adminId)).toMatchObject({ status: 'active', properties: { stores: 'slow' } })
      await real().openstack('admin', 'image', 'delete', adminId, id)
    })
  })
})
