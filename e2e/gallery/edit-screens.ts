import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/test.ts'
import { picture } from './camera.ts'

const properties = {
  os_distro: 'debian',
  os_version: '13',
  hw_disk_bus: 'virtio',
  hw_firmware_type: 'uefi',
  'owner_specified.openstack.md5': '9b2c2f3a1de84c6f',
  description: 'The golden image of the platform team.\nBuilt each night; two lines, and <b>markup</b> that stays text.',
}

test('an image is edited', async ({ app, host, files }) => {
  await app.uploadVerified(await files.iso('debian-13.2.0-amd64-netinst.iso'), await files.qcow2('rocky-10.1-x86_64.qcow2'))
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const id = await service.createEmpty('debian-13-generic-amd64', {
    ...properties,
    tags: ['golden', 'night'],
    visibility: 'shared',
    protected: true,
  })
  await app.readAgain('This computer')
  await app.images.select('debian-13-generic-amd64')
  await app.page.keyboard.press('Enter')
  await picture(app.page, '33 inspector overview')
  await app.inspector.open('Properties')
  await picture(app.page, '34 inspector properties')
  await app.inspector.open('Sharing')
  await app.inspector.root.getByRole('button', { name: 'Share with projects…' }).click()
  await app
    .dialog(/^Share/)
    .getByLabel('Project ids, one a line')
    .fill('e07669e6360245b1bfbb1c548637ea9b\n91f4c2')
  await picture(app.page, '35 share dialog')
  await app
    .dialog(/^Share/)
    .getByRole('button', { name: /^Share with/ })
    .click()
  await expect(app.inspector.root).toContainText('91f4c2')
  await picture(app.page, '36 inspector sharing')
  await app.inspector.open('Data')
  await picture(app.page, '37 inspector data')
  await app.inspector.open('JSON')
  await expect(app.inspector.root).toContainText('"id"')
  await picture(app.page, '38 inspector JSON')
  await app.inspector.edit.click()
  await picture(app.page, '39 edit sheet')
  await app.edit.name.fill('debian-13-generic-amd64-2026-11')
  await app.edit.addProperty('hw_machine_type', 'q35')
  await app.edit.property('hw_firmware_type').fill('efi')
  await app.edit.field('Minimum disk, GB').fill('a lot')
  await app.edit.button('Take out os_version').click()
  await app.edit.name.focus()
  await picture(app.page, '40 edit sheet with changes')
  await app.edit.field('Minimum disk, GB').fill('20')
  await service.patch(
    id,
    { op: 'replace', path: '/name', value: 'debian-13-renamed-by-a-colleague' },
    { op: 'remove', path: '/hw_firmware_type' },
  )
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('Somebody else')
  await picture(app.page, '41 edit sheet with conflicts')
  await service.patch(id, { op: 'replace', path: '/protected', value: false })
  await service.delete(id)
  await app.edit.button('Keep mine').first().click()
  await app.edit.button('Take theirs').first().click()
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('This image was deleted meanwhile')
  await picture(app.page, '42 edited image is gone')
  await app.page.keyboard.press('Escape')
  await picture(app.page, '43 give up changes')
})
