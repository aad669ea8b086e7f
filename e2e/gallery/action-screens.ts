import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/test.ts'
import { picture } from './camera.ts'

test('actions on images', async ({ app, host, files }) => {
  await app.uploadVerified(
    await files.iso('debian-13.2.0-amd64-netinst.iso'),
    await files.qcow2('rocky-10.1-x86_64.qcow2'),
    await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.qcow2'),
  )
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  await service.createEmpty('win2025-golden', { protected: true, visibility: 'shared', os_distro: 'windows' })
  await app.readAgain('This computer')
  await app.images.select('win2025-golden')
  await app.images.row('win2025-golden').click({ button: 'right' })
  await picture(app.page, '44 menu of an image')
  await app.page.keyboard.press('Escape')
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  await app.page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click()
  await picture(app.page, '45 menu of several images')
  await app.page.getByRole('menuitem', { name: 'As openstack commands…' }).click()
  await picture(app.page, '46 as openstack commands')
  await app.page.keyboard.press('Escape')
  await host.fault({ on: 'patch', times: 1, action: { kind: 'answer', status: 503 } })
  await app.images.grid.focus()
  await app.page.keyboard.press('Shift+P')
  await expect(app.dialog(/images (were|was)|protected/).last()).toBeVisible()
  await picture(app.page, '47 summary of outcomes')
  await app.page.keyboard.press('Escape')
  await app.page.keyboard.press('Escape')
  await app.images.select('rocky-10.1-x86_64')
  await app.page.keyboard.press('n')
  await app.edit.name.fill('appliance-to-come')
  await picture(app.page, '48 new record')
  await app.page.keyboard.press('Escape')
  await app
    .dialog(/Give up/)
    .getByRole('button', { name: 'Give up' })
    .click()
  await app.page.keyboard.press('?')
  await picture(app.page, '49 keyboard help with actions')
})
