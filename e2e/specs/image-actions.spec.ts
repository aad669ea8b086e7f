import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/test.ts'

test('states of one image by key, menu and palette, each taken back', async ({ app, files, host, expectAccessible }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const id = await service.idOf('cd')
  const { keyboard } = app.page
  await app.images.select('cd')
  await keyboard.press('Shift+P')
  await expect(app.page.getByText('cd protected')).toBeVisible()
  expect(await service.show(id)).toMatchObject({ protected: true })
  await expect(app.images.row('cd').getByText('protected')).toBeAttached()
  await keyboard.press('Control+z')
  await expect(app.page.getByText('cd made unprotected')).toBeVisible()
  expect(await service.show(id)).toMatchObject({ protected: false })

  await app.inspector.act('Deactivate')
  await expect(app.images.status('cd')).toContainText('Deactivated')
  expect(await service.show(id)).toMatchObject({ status: 'deactivated' })
  await app.inspector.root.getByRole('button', { name: 'More actions' }).click()
  await expect(app.page.getByRole('menuitem', { name: 'Deactivate' })).toHaveCount(0)
  await expectAccessible({ except: ['region'] })
  await app.page.getByRole('menuitem', { name: 'Reactivate' }).click()
  await expect(app.images.status('cd')).toContainText('Active')

  await app.command('hide')
  await expect(app.page.getByText('cd hidden')).toBeVisible()
  expect(await service.show(id)).toMatchObject({ os_hidden: true })
  await app.readAgain('This computer')
  await expect(app.inspector.root).toContainText('Hidden')
  await expect(app.images.row('cd')).toBeVisible()
  await app.images.row('cd').click({ button: 'right' })
  await app.page.getByRole('menuitem', { name: 'Show in lists again' }).click()
  await expect.poll(async () => (await service.show(id)).os_hidden).toBe(false)
})

test('a bulk action says once what became of all, and why not of some', async ({ app, files, host, expectAccessible }) => {
  await app.uploadVerified(await files.iso('one.iso'), await files.iso('two.iso'))
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const empty = await service.createEmpty('<i>no data</i>')
  await app.readAgain('This computer')
  await expect(app.images.row('<i>no data</i>')).toBeVisible()
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  const bar = app.page.getByRole('main')
  await bar.getByRole('button', { name: 'More', exact: true }).click()
  await app.page.getByRole('menuitem', { name: 'Protect' }).click()
  await expect(app.page.getByText('3 images protected')).toBeVisible()
  expect(await service.show(empty)).toMatchObject({ protected: true })
  // Only two of them have data that can be switched off.
  await bar.getByRole('button', { name: 'More', exact: true }).click()
  await expect(app.page.getByRole('menuitem', { name: 'Deactivate (2 of 3)' })).toBeVisible()
  await app.page.keyboard.press('Escape')

  // One of them is deleted by somebody else, another fails for a moment: the summary names both.
  await service.patch(empty, { op: 'replace', path: '/protected', value: false })
  await host.fault({ on: 'patch', times: 1, action: { kind: 'answer', status: 503 } })
  // Were it seen in the list before, there would be two images to change.
  await host.fault({ on: 'list', action: { kind: 'delay', hold: { gate: 'lists' } } })
  await service.delete(empty)
  await app.page.keyboard.press('Shift+P')
  const summary = app.dialog(/of 3 images/)
  await expect(summary).toContainText('1 of 3 images made unprotected')
  await expect(summary).toContainText('<i>no data</i>')
  await expect(summary).toContainText('The cloud has no such image.')
  await expect(summary).toContainText('The cloud is not available at the moment.')
  await expectAccessible()
  await host.open('lists')
  await summary.getByRole('button', { name: 'Undo what was done' }).click()
  await expect(app.page.getByText(/^(one|two) protected$/)).toBeVisible()
})

test('delete asks with the name, leaves protected images alone, and names what failed', async ({ app, files, host, expectAccessible }) => {
  await app.uploadVerified(await files.iso('one.iso'), await files.iso('two.iso'))
  await app.images.select('one')
  await app.page.keyboard.press('Shift+P')
  await expect(app.images.row('one').getByText('protected')).toBeAttached()
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  await app.page.keyboard.press('Delete')
  const dialog = app.dialog('Delete two?')
  await expect(dialog).toContainText('Protected, and left alone:')
  await expectAccessible()
  const fault = await host.fault({
    on: 'delete',
    action: {
      kind: 'answer',
      status: 409,
      body: JSON.stringify({ message: 'Image could not be deleted because it is in use: 2 servers' }),
    },
  })
  await dialog.getByRole('button', { name: 'Delete the image' }).click()
  const summary = app.dialog('two was not deleted')
  await expect(summary).toContainText('The image is in use.')
  await expect(summary).toContainText('2 servers')
  await expectAccessible()
  await summary.getByRole('button', { name: 'Close' }).click()
  await fault.remove()
  // What Glancer itself knows of who needs it is said before.
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  await service.createEmpty('boots from two', { kernel_id: await service.idOf('two') })
  await app.readAgain('This computer')
  await expect(app.images.row('boots from two')).toBeVisible()
  await app.images.select('two')
  await app.page.keyboard.press('Delete')
  await expect(app.dialog('Delete two?')).toContainText('boots from two names it as its kernel.')
  await expectAccessible()
  await app.dialog('Delete two?').getByRole('button', { name: 'Delete the image' }).click()
  await expect(app.images.row('two')).toHaveCount(0)
  await expect(app.images.row('one')).toBeVisible()
})

test('a record without data, and one with the settings of another', async ({ app, files, host, expectAccessible }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  await app.page.keyboard.press('n')
  await expect(app.edit.name).toBeFocused()
  await app.edit.name.fill('empty one')
  await app.edit.choose('Disk format', 'qcow2')
  await app.edit.addProperty('os_distro', 'debian')
  await app.edit.addTag('new')
  await app.page.keyboard.press('Control+Enter')
  await expect(app.images.row('empty one')).toHaveAttribute('aria-selected', 'true')
  const first = await service.show(await service.idOf('empty one'))
  expect(first).toMatchObject({ status: 'queued', disk_format: 'qcow2', container_format: 'bare', os_distro: 'debian', tags: ['new'] })

  await app.inspector.act('New record with these settings…')
  await expectAccessible()
  await expect(app.edit.name).toHaveValue('empty one copy')
  await host.fault({
    on: 'create',
    times: 1,
    action: { kind: 'answer', status: 413, body: JSON.stringify({ message: 'Quota: image_count_total' }) },
  })
  await app.edit.save.click()
  await expect(app.edit.root).toContainText('Not created')
  await expect(app.edit.root).toContainText('a quota or a size limit is reached')
  await expectAccessible()
  await app.edit.save.click()
  await expect(app.images.row('empty one copy')).toBeVisible()
  expect(await service.show(await service.idOf('empty one copy'))).toMatchObject({
    os_distro: 'debian',
    tags: ['new'],
    disk_format: 'qcow2',
  })
})

test('metadata as JSON, CSV and commands', async ({ app, files, expectAccessible }) => {
  await app.uploadVerified(await files.iso('one.iso'), await files.iso('two.iso'))
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  const more = app.page.getByRole('main').getByRole('button', { name: 'More', exact: true })
  await more.click()
  const records: unknown = JSON.parse(await app.saved(() => app.page.getByRole('menuitem', { name: 'Save metadata as JSON' }).click()))
  expect(records).toMatchObject([{ disk_format: 'iso' }, { disk_format: 'iso' }])
  await more.click()
  await app.page.getByRole('menuitem', { name: 'Copy as CSV' }).click()
  await expect(app.page.getByText('2 lines of CSV copied')).toBeVisible()
  expect((await app.clipboard()).split('\n')[0]).toMatch(/^id,name,status/)
  await more.click()
  await app.page.getByRole('menuitem', { name: 'As openstack commands…' }).click()
  const dialog = app.dialog('2 images from a terminal')
  await expect(dialog).toContainText('openstack image show')
  await dialog.getByRole('combobox').click()
  await app.page.getByRole('option', { name: 'openstack image save' }).click()
  await expectAccessible()
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect.poll(() => app.clipboard()).toMatch(/^openstack image save --file (one|two)\.iso [0-9a-f-]{36}\nopenstack/)
})
