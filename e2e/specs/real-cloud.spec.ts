import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { digestOf } from '../fixtures/image-files.ts'
import { expect, test } from '../fixtures/test.ts'
import { openstackLab } from '../openstack/lab.ts'

const lab = openstackLab()

test.describe('a real Keystone and Glance', () => {
  test.skip(lab === null, 'GLANCER_OPENSTACK_DIR names no Keystone and Glance (e2e/openstack/up)')
  // Skipped above; the functions below need one that is surely there.
  const real = (): NonNullable<typeof lab> => {
    if (lab === null) throw new Error('There is no lab.')
    return lab
  }
  test.use({
    hostEnv: async ({ target }, use) => {
      await use(target === 'web' && lab !== null ? { OS_CLIENT_CONFIG_FILE: lab.env.cloudsYaml } : {})
    },
  })

  test('clouds.yaml shows up, and what the page uploads comes back whole from the command line', async ({
    app,
    files,
    folder,
    expectAccessible,
  }) => {
    await expect(app.firstStart.root).toContainText('lab-alice')
    await expectAccessible()
    const name = `page-${Date.now()}`
    const disk = await files.converted(`${name}.qcow2`, 'qcow2')
    await app.sidebar.cloud('lab-alice').click()
    await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(app.sidebar.root).toContainText('RegionOne / demo')
    await expect(app.images.upload).toBeVisible()
    await app.drop(disk.path)
    await expect(app.sheet.root).toContainText('lab-alice')
    await app.sheet.file(disk.name).choose('Target store', 'slow')
    await expectAccessible()
    await app.sheet.upload()
    await expect(app.transfers.row(name).root).toContainText('Verified')
    await expect(app.transfers.row(name).root).toContainText('MD5 + SHA-512')
    await expect(app.images.status(name)).toContainText('Active')
    await expectAccessible()

    const list = z
      .array(z.object({ ID: z.string(), Name: z.string() }))
      .parse(await real().openstack('alice', 'image', 'list', '-f', 'json'))
    const id = list.find((image) => image.Name === name)?.ID ?? ''
    const back = join(folder, 'back.qcow2')
    await real().openstack('alice', 'image', 'save', '--file', back, id)
    expect((await readFile(back)).equals(await readFile(disk.path))).toBe(true)
    const shown = await real().image('alice', id)
    expect(shown).toMatchObject({ status: 'active', disk_format: 'qcow2', visibility: 'private', checksum: await digestOf(back, 'md5') })

    // Deleted in the page, gone in the cloud.
    await app.images.select(name)
    await app.page.keyboard.press('Delete')
    await app.dialog(`Delete ${name}?`).getByRole('button', { name: 'Delete the image' }).click()
    await expect(app.images.row(name)).toHaveCount(0)
    await expect(real().image('alice', id)).rejects.toThrow(/No Image found|could not be found|404/i)
  })

  test('what the command line made appears by itself, and comes down whole', async ({ app, files, downloads }) => {
    await app.sidebar.cloud('lab-alice').click()
    await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(app.images.upload).toBeVisible()
    const name = `cli-${Date.now()}`
    const iso = await files.iso(`${name}.iso`, 9_000_000)
    const id = await real().createImage('alice', name, iso.path, 'iso')
    await expect(app.images.status(name)).toContainText('Active', { timeout: 40_000 })
    await app.images.select(name)
    await app.inspector.download.click()
    await app.download.to(downloads)
    await expect(app.transfers.row(name).root).toContainText('Verified')
    expect(await readdir(downloads)).toEqual([`${name}.iso`])
    const path = join(downloads, `${name}.iso`)
    expect((await readFile(path)).equals(await readFile(iso.path))).toBe(true)
    expect((await real().image('alice', id)).checksum).toBe(await digestOf(path, 'md5'))
    await real().openstack('alice', 'image', 'delete', id)
  })

  test('an image without data says so, and leaves no file', async ({ app, downloads }) => {
    const name = `hollow-${Date.now()}`
    const id = await real().createEmpty('alice', name)
    await app.sidebar.cloud('lab-alice').click()
    await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
    await app.images.select(name)
    await app.inspector.download.click()
    await app.download.to(downloads)
    await expect(app.transfers.row(name).root).toContainText('has no data')
    expect(await readdir(downloads)).toEqual([])
    await real().openstack('alice', 'image', 'delete', id)
  })
})

test.describe('a real Keystone', () => {
  test.skip(lab === null, 'GLANCER_OPENSTACK_DIR names no Keystone and Glance (e2e/openstack/up)')
  test.use({
    hostEnv: async ({ folder }, use) => {
      if (lab === null) return await use({})
      const clouds = z.object({ clouds: z.record(z.string(), z.object({ auth: z.record(z.string(), z.string()) }).loose()) })
      const { clouds: all } = clouds.parse(parse(await readFile(lab.env.cloudsYaml, 'utf8')))
      const alice = all['lab-alice']
      if (alice === undefined) throw new Error('clouds.yaml of the lab has no lab-alice.')
      await mkdir(join(folder, 'etc'))
      const file = join(folder, 'etc', 'clouds.yaml')
      await writeFile(file, stringify({ clouds: { wrong: { ...alice, auth: { ...alice.auth, password: 'not-the-password' } } } }))
      await use({ OS_CLIENT_CONFIG_FILE: file })
    },
  })

  test('a wrong password is named, and the page goes on', async ({ app, files, host, expectAccessible }) => {
    await app.sidebar.cloud('wrong').click()
    await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(app.page.getByRole('main')).toContainText('Not signed in to wrong')
    await expect(app.page.getByRole('main')).toContainText(/refused the sign-in: .*password/)
    await expectAccessible()
    await app.page.getByRole('main').getByRole('button', { name: 'What to do…' }).click()
    await expect(app.page.getByRole('dialog')).toContainText(/password/)
    await expectAccessible()
    await app.page.keyboard.press('Escape')
    expect(host.log).not.toContain('not-the-password')
    await app.sidebar.cloud('This computer').click()
    await app.uploadVerified(await files.iso('cd.iso'))
  })
})
