import { join } from 'node:path'
import { ImportCloud } from '../fixtures/import-cloud.ts'
import { test as base, expect } from '../fixtures/test.ts'
import { ImportSheet } from '../pages/import-sheet.ts'
import { picture } from './camera.ts'

const usage = { image_size_total: { limit: 47_684, usage: 39_100 }, image_count_total: { limit: 5, usage: 3 } }

const test = base.extend<{ cloud: ImportCloud }>({
  cloud: async ({ folder }, use) => {
    const cloud = await ImportCloud.start(join(folder, 'import-cloud'), usage)
    await use(cloud)
    await cloud.close()
  },
  hostEnv: async ({ cloud }, use) => await use({ OS_CLIENT_CONFIG_FILE: cloud.cloudsYaml }),
})

test('imports', async ({ app, cloud, files }) => {
  const sheet = new ImportSheet(app.page)
  await app.signInTo('lab')
  const { keyboard } = app.page
  await keyboard.press('i')
  await picture(app.page, '60 import sheet, empty')
  const debian = cloud.address('/debian-13.qcow2')
  const noble = cloud.address('/held/noble-server.img')
  const rocky = cloud.address('/held/rocky-10.qcow2')
  await sheet.lines.fill(`${debian}\n${noble}\nhttps://example.org/fedora-42.raw.xz\nftp://example.org/old.iso`)
  await sheet.choose('Target stores', 'chosen stores')
  await sheet.root.getByRole('checkbox', { name: 'ceph-a' }).click()
  await sheet.root.getByRole('checkbox', { name: 'archive' }).click()
  await picture(app.page, '61 import sheet with problems')
  cloud.archiveFails()
  await sheet.lines.fill(`${debian}\n${noble}\n${rocky}\n${cloud.address('/missing.iso')}`)
  await sheet.choose('Disk format', 'qcow2', sheet.row(noble))
  await sheet.root.getByRole('checkbox', { name: 'Every store must succeed' }).click()
  await picture(app.page, '62 import sheet, ready')
  await sheet.start.click()
  await expect(app.transfers.row('debian-13').root).toContainText('Imported')
  await expect(app.transfers.row('missing').root).toContainText('could not import')
  await expect(app.transfers.row('noble-server').root).toContainText('Cloud is importing')
  await picture(app.page, '63 imports in the tray')
  await app.images.select('debian-13')
  await app.inspector.root.getByRole('tab', { name: 'Data' }).click()
  await picture(app.page, '64 stores and import history')
  await keyboard.press('Control+t')
  await app.transfers.row('debian-13').root.getByRole('button', { name: 'Unfold' }).click()
  await picture(app.page, '65 imports on the transfers page')
  await app.transfers.row('missing').root.getByRole('button', { name: 'Details…' }).click()
  await picture(app.page, '66 an import failed')
  await keyboard.press('Escape')
  await app.sidebar.cloud('lab').click()
  await app.drop((await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.qcow2')).path)
  await app.page.getByRole('combobox', { name: 'Sent' }).click()
  await app.page.getByRole('option', { name: 'by import', exact: true }).click()
  await picture(app.page, '67 upload by import, with quota')
  cloud.letGo()
})
