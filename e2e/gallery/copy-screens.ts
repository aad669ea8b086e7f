import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/second-cloud.ts'
import { ServerSide } from '../integration/support/server-side.ts'
import { CopySheet } from '../pages/copy-sheet.ts'
import { picture } from './camera.ts'

test('copies between clouds', async ({ app, host, files, lab }) => {
  await app.uploadVerified(
    await files.iso('debian-13.2.0-amd64-netinst.iso'),
    await files.qcow2('rocky-10.1-x86_64.qcow2'),
    await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.qcow2'),
  )
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const ubuntu = await service.idOf('ubuntu-24.04-server-cloudimg-amd64')
  await service.patch(
    ubuntu,
    { op: 'replace', path: '/visibility', value: 'public' },
    { op: 'replace', path: '/tags', value: ['lts', 'golden'] },
    { op: 'add', path: '/os_distro', value: 'ubuntu' },
    { op: 'add', path: '/owner_specified.openstack.object', value: 'images/ubuntu' },
    { op: 'add', path: '/instance_uuid', value: '3f1c' },
  )
  await new ServerSide(lab.url, lab.token).addImage('rocky-10.1-x86_64', Buffer.from('an older one'))
  await app.readAgain('This computer')
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  const entry = app.sidebar.root.getByRole('group', { name: 'lab' })
  const to = await entry.boundingBox()
  const row = await app.images.row('rocky-10.1-x86_64').boundingBox()
  if (to === null || row === null) throw new Error('not in sight')
  await app.page.mouse.move(row.x + 300, row.y + 10)
  await app.page.mouse.down()
  await app.page.mouse.move(to.x + 60, to.y + 12, { steps: 8 })
  await expect(entry).toContainText('Copy 3 images here…')
  await app.page.screenshot({ path: 'gallery/50-images-over-a-cloud_1440_light.png' })
  await app.page.mouse.up()
  const sheet = new CopySheet(app.page)
  await expect(sheet.image('rocky-10.1-x86_64')).toContainText('lab has an image')
  await picture(app.page, '51 copy to another cloud')
  await sheet.image('ubuntu-24.04-server-cloudimg-amd64').getByText('stay behind').click()
  await picture(app.page, '52 what stays behind')
  await host.fault({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 200_000 } })
  await sheet.copy()
  await expect(app.transfers.row('rocky-10.1-x86_64', 'Copy').root).toContainText('Copying')
  await picture(app.page, '53 copies under way')
})

test('a copy that is over', async ({ app, files }) => {
  await app.uploadVerified(await files.iso('debian-13.2.0-amd64-netinst.iso'))
  await app.images.select('debian-13.2.0-amd64-netinst')
  await app.page.keyboard.press('Shift+C')
  await new CopySheet(app.page).copy()
  await expect(app.transfers.row('debian-13.2.0-amd64-netinst', 'Copy').root).toContainText('Verified')
  await app.sidebar.transfers.click()
  await app.transfers.row('debian-13.2.0-amd64-netinst', 'Copy').unfold()
  await expect(app.page.getByText('lab, image record')).toBeVisible()
  await picture(app.page, '54 receipt of a copy')
})
