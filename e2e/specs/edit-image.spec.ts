import { BuiltInService } from '../fixtures/built-in-service.ts'
import type { TestHost } from '../fixtures/host.ts'
import { expect, test } from '../fixtures/test.ts'
import type { AppPage } from '../pages/app-page.ts'

/** The service as somebody else uses it, and an image in it that both see. */
async function withImage(
  app: AppPage,
  dataDir: string,
  fields: Record<string, unknown> = {},
): Promise<{ service: BuiltInService; id: string }> {
  await app.showTerminalHelp()
  const service = await BuiltInService.from(dataDir)
  const id = await service.createEmpty('a disk', { visibility: 'private', ...fields })
  await app.readAgain('This computer')
  await app.images.select('a disk')
  return { service, id }
}

/** What happens now is not seen in the list: it is the save that meets it. */
async function unseen(host: TestHost): Promise<void> {
  await host.fault({ on: 'list', action: { kind: 'delay', hold: { gate: 'lists' } } })
}

test('everything of an image is edited at once, and taken back', async ({ app, host, expectAccessible }) => {
  const { service, id } = await withImage(app, host.dataDir, { os_distro: 'debian', drop: 'x', tags: ['old'] })
  await app.inspector.edit.click()
  await expect(app.edit.name).toBeFocused()
  await expect(app.edit.save).toBeDisabled()
  await expectAccessible()
  await app.edit.name.fill('renamed <b>disk</b>')
  await app.edit.choose('Visibility', 'shared')
  await app.edit.field('Minimum disk, GB').fill('20')
  await app.edit.field('Minimum RAM, MB').fill('2048')
  await app.edit.root.getByRole('checkbox', { name: 'Protected' }).click()
  await app.edit.addTag('golden')
  await app.edit.button('Take out the tag old').click()
  await app.edit.property('os_distro').fill('ubuntu')
  await app.edit.button('Take out drop').click()
  await app.edit.addProperty('hw_firmware_type', 'uefi')
  await expect(app.page.getByRole('option', { name: 'uefi' })).toBeVisible()
  // The list of proposals belongs to its field, and lies at the end of the document, outside all landmarks.
  await expectAccessible({ except: ['region'] })
  await app.page.keyboard.press('Escape')
  await expect(app.page.getByRole('option')).toHaveCount(0)
  await expect(app.edit.save).toHaveText('Save 9 changes')
  await app.edit.save.click()
  await expect(app.edit.root).toHaveCount(0)
  await expect(app.images.row('renamed <b>disk</b>')).toBeVisible()
  expect(await service.show(id)).toMatchObject({
    name: 'renamed <b>disk</b>',
    visibility: 'shared',
    min_disk: 20,
    min_ram: 2048,
    protected: true,
    tags: ['golden'],
    os_distro: 'ubuntu',
    hw_firmware_type: 'uefi',
  })
  expect(await service.show(id)).not.toHaveProperty('drop')
  await app.page.keyboard.press('Control+z')
  await expect(app.images.row('a disk')).toBeVisible()
  await expect
    .poll(() => service.show(id))
    .toMatchObject({ name: 'a disk', min_disk: 0, protected: false, tags: ['old'], os_distro: 'debian', drop: 'x' })
  expect(await service.show(id)).not.toHaveProperty('hw_firmware_type')
})

test('what somebody else changes meanwhile is not lost, nor is what was typed', async ({ app, host, expectAccessible }) => {
  const { service, id } = await withImage(app, host.dataDir, { os_distro: 'debian', keep: '1' })
  await app.page.keyboard.press('e')
  await app.edit.name.fill('mine')
  await app.edit.property('os_distro').fill('ubuntu')
  await unseen(host)
  await service.patch(
    id,
    { op: 'replace', path: '/name', value: 'theirs' },
    { op: 'remove', path: '/os_distro' },
    { op: 'replace', path: '/keep', value: '2' },
  )
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('Somebody else changed it meanwhile, to: theirs')
  await expect(app.edit.root).toContainText('Somebody else took it away meanwhile')
  await expect(app.edit.property('keep')).toHaveValue('2')
  await expect(app.edit.name).toHaveValue('mine')
  await expect(app.edit.save).toBeDisabled()
  await expectAccessible()
  await app.edit.button('Keep mine').first().click()
  await app.edit.button('Take theirs').click()
  await app.edit.save.click()
  await expect(app.edit.root).toHaveCount(0)
  expect(await service.show(id)).toMatchObject({ name: 'mine', keep: '2' })
  expect(await service.show(id)).not.toHaveProperty('os_distro')
})

test('an image that is deleted while it is edited keeps what was typed', async ({ app, host, expectAccessible }) => {
  const { service, id } = await withImage(app, host.dataDir)
  await app.inspector.edit.click()
  await app.edit.name.fill('typed in vain')
  await unseen(host)
  await service.delete(id)
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('This image was deleted meanwhile')
  await expect(app.edit.name).toHaveValue('typed in vain')
  await expect(app.edit.save).toBeDisabled()
  await expectAccessible()
  await app.page.keyboard.press('Escape')
  await expect(app.dialog('Give up 1 change?')).toBeVisible()
  await app.dialog('Give up 1 change?').getByRole('button', { name: 'Give up' }).click()
  await expect(app.edit.root).toHaveCount(0)
})

test('Escape asks before it gives up what was typed', async ({ app, host }) => {
  await withImage(app, host.dataDir)
  await app.page.keyboard.press('e')
  await expect(app.edit.name).toBeFocused()
  await app.page.keyboard.press('Escape')
  await expect(app.edit.root).toHaveCount(0)
  await app.page.keyboard.press('e')
  await app.edit.name.fill('typed')
  await app.page.keyboard.press('Escape')
  await app.dialog('Give up 1 change?').getByRole('button', { name: 'Keep editing' }).click()
  await expect(app.edit.name).toHaveValue('typed')
})

test('what cannot be sent, and what the cloud refuses, is said beside its field', async ({ app, host, expectAccessible }) => {
  const { service, id } = await withImage(app, host.dataDir, { os_glance_import_task: undefined })
  await app.inspector.edit.click()
  await app.edit.field('Minimum disk, GB').fill('many')
  await expect(app.edit.root).toContainText('A whole number from 0 to')
  await app.edit.field('Minimum disk, GB').fill('1')
  await app.edit.addProperty('status', 'x')
  await expect(app.edit.root).toContainText('status is a field of the image, not a property')
  await expect(app.edit.save).toBeDisabled()
  await expectAccessible()
  await app.edit.root.getByLabel('Property name').fill('mood')
  await app.edit.property('mood').fill('💿')
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('The cloud takes no emoji')
  await expect(app.edit.property('mood')).toHaveAttribute('aria-invalid', 'true')
  expect(await service.show(id)).toMatchObject({ min_disk: 0 })
  await expectAccessible()
  await app.edit.property('mood').fill('fine')
  await expect(app.edit.root).not.toContainText('The cloud takes no emoji')
  await host.fault({ on: 'patch', times: 1, action: { kind: 'answer', status: 500 } })
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('Not saved')
  await app.edit.save.click()
  await expect(app.edit.root).toHaveCount(0)
  expect(await service.show(id)).toMatchObject({ min_disk: 1, mood: 'fine' })
})

test('128 properties with long values, breaks and markup stay as they are, and one of them is changed', async ({
  app,
  host,
  expectAccessible,
}) => {
  const properties = Object.fromEntries(
    Array.from({ length: 126 }, (_, index) => [`prop_${String(index).padStart(3, '0')}`, `${index} ${'value '.repeat(200)}`]),
  )
  const breaks = 'first\nsecond <script>alert(1)</script>'
  const { service, id } = await withImage(app, host.dataDir, { ...properties, breaks, rtl: 'שלום \u202e abc' })
  await app.inspector.open('Properties')
  await expect(app.inspector.root).toContainText('<script>alert(1)</script>')
  await app.inspector.edit.click()
  await expect(app.edit.property('breaks')).toHaveValue(breaks)
  await app.edit.root.getByLabel('Filter properties').fill('prop_12')
  await expect(app.edit.property('prop_120')).toBeVisible()
  await expect(app.edit.property('prop_001')).toHaveCount(0)
  await app.edit.property('prop_120').fill('short')
  await expectAccessible()
  await app.edit.addProperty('one_too_many', 'x')
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('The cloud takes no more properties on one image, at most 128')
  await app.edit.button('Take out this property').click()
  await app.edit.save.click()
  await expect(app.edit.root).toHaveCount(0)
  expect(await service.show(id)).toMatchObject({ ...properties, prop_120: 'short', breaks })
})

test('the record, its stores and tasks, and whom it is shared with', async ({ app, host, files, expectAccessible }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const id = await service.idOf('cd')
  await app.inspector.open('JSON')
  await expect(app.inspector.root).toContainText(`"id": "${id}"`)
  await expectAccessible()
  await app.inspector.open('Data')
  await expect(app.inspector.root).toContainText('disk')
  await expect(app.inspector.root).toContainText('No import of the last days')
  await expectAccessible()
  await app.inspector.open('Sharing')
  await expect(app.inspector.root).toContainText('Only its own project sees this image.')
  await app.inspector.root.getByRole('button', { name: 'Share with projects…' }).click()
  const dialog = app.dialog('Share cd')
  await expect(dialog).toContainText('gets the visibility shared first')
  await expectAccessible()
  await dialog.getByLabel('Project ids, one a line').fill('0a1b\n2c3d')
  await dialog.getByRole('button', { name: 'Share with 2 projects' }).click()
  await expect(app.inspector.root).toContainText('0a1b')
  await expect(app.inspector.root).toContainText('no answer yet')
  await expectAccessible()
  expect((await service.members(id)).toSorted()).toEqual(['0a1b', '2c3d'])
  await app.inspector.root.getByRole('button', { name: 'Stop sharing with 0a1b' }).click()
  await expect(app.inspector.root).not.toContainText('0a1b')
  expect(await service.members(id)).toEqual(['2c3d'])
  await app.page.getByRole('button', { name: 'Undo' }).click()
  await expect(app.inspector.root).toContainText('0a1b')
})
