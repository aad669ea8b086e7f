import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/second-cloud.ts'
import { ServerSide } from '../integration/support/server-side.ts'
import { CopySheet } from '../pages/copy-sheet.ts'

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

test('rows dragged onto another cloud are copied there, with a mark on the way and the facts before', async ({
  app,
  files,
  lab,
  host,
  expectAccessible,
}) => {
  const [cd, disk] = [await files.iso('cd.iso'), await files.raw('disk.raw')]
  await app.uploadVerified(cd, disk)
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  await service.patch(await service.idOf('cd'), { op: 'add', path: '/os_distro', value: 'debian' })
  await service.patch(await service.idOf('cd'), { op: 'replace', path: '/visibility', value: 'public' })
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  const entry = app.sidebar.root.getByRole('group', { name: 'lab' })
  const to = await entry.boundingBox()
  const row = await app.images.row('cd').boundingBox()
  if (to === null || row === null) throw new Error('not in sight')
  await app.page.mouse.move(row.x + 300, row.y + 10)
  await app.page.mouse.down()
  await app.page.mouse.move(row.x + 200, row.y + 20, { steps: 3 })
  await app.page.mouse.move(to.x + 60, to.y + 12, { steps: 5 })
  await expect(entry).toContainText('Copy 2 images here…')
  // The cloud that they are from takes nothing.
  await expect(app.sidebar.root.getByRole('group', { name: 'This computer' })).not.toContainText('here…')
  await app.page.mouse.up()
  const sheet = new CopySheet(app.page)
  await expect(sheet.root).toBeVisible()
  await expect(sheet.image('cd')).toContainText('1 property')
  await expect(sheet.image('cd')).toContainText('stay behind')
  await expect(sheet.image('cd').getByRole('combobox')).toContainText('private')
  await sheet.image('cd').getByText('stay behind').click()
  await expect(sheet.image('cd')).toContainText('public there; the copy is private')
  await expectAccessible()
  await sheet.nameOf('disk').fill('   ')
  await expect(sheet.root.getByRole('button', { name: 'Copy 2 images' })).toBeDisabled()
  await sheet.nameOf('disk').fill('disk of the lab')
  await sheet.copy()
  await expect(sheet.root).toBeHidden()
  for (const name of ['cd', 'disk of the lab']) {
    await expect(app.transfers.row(name, 'Copy').root).toContainText('Verified')
    await expect(app.transfers.row(name, 'Copy').root).toContainText('This computer → lab')
  }
  const side = new ServerSide(lab.url, lab.token)
  const images = await side.images()
  const there = new Map(images.map(({ name, id }) => [name, id]))
  for (const [name, file] of [
    ['cd', cd],
    ['disk of the lab', disk],
  ] as const) {
    expect(md5(await side.data(there.get(name) ?? ''))).toBe(md5(await readFile(file.path)))
    expect(await side.show(there.get(name) ?? '')).toMatchObject({ status: 'active', visibility: 'private' })
  }
  expect(await side.show(there.get('cd') ?? '')).toMatchObject({ os_distro: 'debian', disk_format: 'iso' })

  // Both sides stand in the receipt, and three digests in the unfolded row.
  await app.sidebar.transfers.click()
  const copied = app.transfers.row('cd', 'Copy')
  await copied.unfold()
  await expect(copied.root).toContainText('This computer, image record')
  await expect(copied.root).toContainText('lab, image record')
  await expect(copied.root.getByText('equal').first()).toBeVisible()
  await expect(copied.root).toContainText('stayed behind')
  await expectAccessible({ except: ['nested-interactive'] })
  const receipt = z
    .object({ kind: z.literal('copy'), from: z.object({ name: z.string() }), cloud: z.object({ name: z.string() }) })
    .parse(JSON.parse(await app.saved(() => copied.button('Export receipt…').click())))
  expect(receipt).toMatchObject({ from: { name: 'This computer' }, cloud: { name: 'lab' } })
})

test('by key, menu and palette: what cannot be copied is named, and so is a name that is taken', async ({
  app,
  files,
  lab,
  host,
  expectAccessible,
}) => {
  await app.uploadVerified(await files.raw('disk.raw'))
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  await service.createEmpty('nothing yet')
  await new ServerSide(lab.url, lab.token).addImage('disk', Buffer.from('an older one'))
  await app.readAgain('This computer')
  await expect(app.images.row('nothing yet')).toBeVisible()
  await app.images.select('nothing yet')
  await app.inspector.root.getByRole('button', { name: 'More actions' }).click()
  await expect(app.page.getByRole('menuitem', { name: 'Edit…' })).toBeVisible()
  await expect(app.page.getByRole('menuitem', { name: 'Copy to cloud…' })).toHaveCount(0)
  await app.page.keyboard.press('Escape')

  await app.images.select('disk')
  await app.page.keyboard.press('Shift+C')
  const sheet = new CopySheet(app.page)
  await expect(sheet.target).toContainText('lab')
  await expect(sheet.image('disk')).toContainText('lab has an image of this name already')
  await expectAccessible()
  await app.page.keyboard.press('Escape')
  await expect(sheet.root).toBeHidden()

  await app.command('copy to cloud')
  await expect(sheet.root).toBeVisible()
  await sheet.nameOf('disk').fill('disk (2)')
  await sheet.root.getByRole('button', { name: 'Copy 1 image' }).focus()
  await app.page.keyboard.press('Enter')
  await expect(app.transfers.row('disk (2)', 'Copy').root).toContainText('Verified')
  await app.sidebar.cloud('lab').click()
  await expect(app.images.status('disk (2)')).toContainText('Active')
  // The image tells where it came from.
  await app.images.select('disk (2)')
  await expect(app.inspector.root).toContainText('Verified')
})

test('a target that does not answer is told in the sheet, and asked again from there', async ({ app, files, lab, expectAccessible }) => {
  await app.uploadVerified(await files.raw('disk.raw'))
  await lab.stop()
  await app.images.select('disk')
  await app.page.keyboard.press('Shift+C')
  const sheet = new CopySheet(app.page)
  await expect(sheet.root).toContainText('refused the connection')
  await expect(sheet.root.getByRole('button', { name: 'Try again' })).toBeVisible()
  await expectAccessible()
})
