import { readdir } from 'node:fs/promises'
import { expect, test } from '../fixtures/test.ts'

test('the main job by keyboard alone', async ({ app, files, downloads, target }) => {
  const disk = await files.qcow2('disk.qcow2')
  const { keyboard } = app.page
  await app.pick(() => keyboard.press('Control+u'), disk.path)
  await expect(app.sheet.file('disk.qcow2').field('Image name')).toBeVisible()
  await expect(app.sheet.start).toBeFocused()
  await keyboard.press('Enter')
  await expect(app.transfers.row('disk').root).toContainText('Verified')

  // Into the table with Tab; the arrows choose.
  await app.tabTo(app.images.grid)
  await keyboard.press('ArrowDown')
  await expect(app.images.row('disk')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Control+s')
  if (target === 'web') {
    await expect(app.download.root).toBeVisible()
    await app.download.folder.focus()
    await keyboard.press('Control+a')
    await keyboard.type(downloads)
    await keyboard.press('Enter')
  } else await app.download.to(downloads)
  await expect(app.transfers.row('disk', 'Download').root).toContainText('Verified')
  expect(await readdir(downloads)).toEqual(['disk.qcow2'])
})

test('Escape does the harmless thing everywhere', async ({ app, files, expectAccessible }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  const { keyboard } = app.page
  await app.images.select('cd')
  await keyboard.press('Delete')
  await expect(app.dialog('Delete cd?')).toBeVisible()
  await expect(app.dialog('Delete cd?').getByRole('button', { name: 'Keep' })).toBeFocused()
  await expectAccessible()
  await keyboard.press('Escape')
  await expect(app.dialog('Delete cd?')).toHaveCount(0)
  await expect(app.images.row('cd')).toBeVisible()

  await keyboard.press('Control+k')
  await expect(app.palette).toBeVisible()
  await expectAccessible()
  await keyboard.press('Escape')
  await expect(app.palette).toHaveCount(0)

  await keyboard.press('?')
  await expect(app.dialog('Keyboard')).toBeVisible()
  await expectAccessible()
  await keyboard.press('Escape')
  await expect(app.dialog('Keyboard')).toHaveCount(0)

  await app.sidebar.settings.click()
  await expectAccessible()
})
