import { join } from 'node:path'
import { ImportCloud } from '../fixtures/import-cloud.ts'
import { test as base, expect } from '../fixtures/test.ts'
import { ImportSheet } from '../pages/import-sheet.ts'

const MIB = 1024 * 1024
const usage = {
  image_size_total: { limit: 20, usage: 12 },
  image_count_total: { limit: 5, usage: 3 },
  image_count_uploading: { limit: 2, usage: 0 },
}

const test = base.extend<{ cloud: ImportCloud; sheet: ImportSheet }>({
  cloud: async ({ folder }, use) => {
    const cloud = await ImportCloud.start(join(folder, 'import-cloud'), usage)
    await use(cloud)
    await cloud.close()
  },
  hostEnv: async ({ cloud }, use) => await use({ OS_CLIENT_CONFIG_FILE: cloud.cloudsYaml }),
  sheet: async ({ app }, use) => await use(new ImportSheet(app.page)),
})

test('addresses are pasted, completed and imported, by keyboard; what the cloud does is said in words', async ({
  app,
  cloud,
  sheet,
  expectAccessible,
}) => {
  await app.signInTo('lab')
  await app.page.keyboard.press('i')
  await expect(sheet.lines).toBeFocused()
  const debian = cloud.address('/debian-13.qcow2')
  const noble = cloud.address('/held/noble-server.img')
  await sheet.lines.fill(`${debian}\n${noble}\nnot an address`)
  await expect(sheet.row('not an address')).toContainText('An address has no spaces in it.')
  await expect(sheet.row(noble)).toContainText('Choose the disk format')
  await expect(sheet.start).toBeDisabled()
  await expectAccessible()
  await sheet.lines.fill(`${debian}\n${noble}`)
  await sheet.choose('Disk format', 'qcow2', sheet.row(noble))
  await sheet.choose('Target stores', 'all stores')
  await expect(sheet.root).toContainText('quota: 12.6 MB of 21.0 MB used')
  await expectAccessible()
  await sheet.start.click()

  const first = app.transfers.row('debian-13').root
  await expect(first).toContainText('Imported')
  await expect(first).toContainText('the cloud fetched it by itself, so nothing was compared')
  await expect(first).not.toContainText('Verified')
  await expect(first.getByText('Import', { exact: true })).toBeAttached()
  const second = app.transfers.row('noble-server').root
  await expect(second).toContainText('Cloud is importing')
  await expect(second).toContainText('0 of 3 stores')
  await expectAccessible()
  cloud.letGo()
  await expect(second).toContainText('Imported')
  expect(await cloud.images('debian-13')).toMatchObject([{ status: 'active', stores: 'ceph-a,ceph-b,archive', disk_format: 'qcow2' }])
  expect(await cloud.images('noble-server')).toMatchObject([{ status: 'active', disk_format: 'qcow2' }])
  await app.images.select('debian-13')
  await expect(app.inspector.root).toContainText('Imported the cloud fetched it by itself')
})

test('an import that fails says what the cloud said, and what is left; a cancelled one that it goes on', async ({
  app,
  cloud,
  sheet,
  expectAccessible,
}) => {
  await app.signInTo('lab')
  await app.page.keyboard.press('i')
  const missing = cloud.address('/missing.iso')
  const held = cloud.address('/held/rocky-10.qcow2')
  await sheet.lines.fill(`${missing}\n${held}`)
  await sheet.start.click()
  const failed = app.transfers.row('missing').root
  await expect(failed).toContainText('The cloud could not import it into ceph-a')
  await failed.getByRole('button', { name: 'Details…' }).click()
  const details = app.page.getByRole('dialog', { name: 'missing: not imported by lab' })
  await expect(details).toContainText('Its task says: Task failed due to Internal Error')
  await expect(details).toContainText('queued and without data')
  await expectAccessible()
  await details.getByRole('button', { name: 'Delete the image' }).click()
  await expect.poll(async () => await cloud.images('missing')).toEqual([])

  const running = app.transfers.row('rocky-10').root
  await expect(running).toContainText('Cloud is importing')
  await running.getByRole('button', { name: 'Cancel' }).click()
  await expect(running).toContainText('The cloud goes on importing into it')
})

test('a file may go by way of an import, and the quota is spoken of before it is used up', async ({
  app,
  files,
  cloud,
  expectAccessible,
}) => {
  await app.signInTo('lab')
  const big = await files.raw('big.raw', 9 * MIB)
  await app.drop(big.path)
  await expect(app.sheet.root).toContainText('More than the 8.39 MB that the quota leaves.')
  await app.page.getByRole('combobox', { name: 'Sent' }).click()
  await app.page.getByRole('option', { name: 'by import', exact: true }).click()
  await expect(app.sheet.root).toContainText('compared after the cloud has imported it')
  await expectAccessible()
  await app.sheet.upload()
  const row = app.transfers.row('big').root
  await expect(row).toContainText('Verified')
  await expect(row).toContainText('MD5 + SHA-512')
  expect(await cloud.images('big')).toMatchObject([{ status: 'active', stores: 'ceph-a' }])
})

test('the data of an image is copied to further stores through the queue', async ({ app, files, cloud, expectAccessible }) => {
  await app.signInTo('lab')
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.command('copy to stores')
  await app.page.getByRole('checkbox', { name: 'ceph-b' }).click()
  await expectAccessible()
  await app.page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(app.transfers.row('cd', 'Import').root).toContainText('Copied')
  expect(await cloud.images('cd')).toMatchObject([{ stores: 'ceph-a,ceph-b' }])
})
