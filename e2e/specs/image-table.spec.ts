import { manyImages } from '../fixtures/many-images.ts'
import { expect, test } from '../fixtures/test.ts'

const images = manyImages(40)
test.use({ serviceImages: { records: images } })

const usual = ['Name', 'Status', 'Size', 'Format', 'Visibility', 'Updated']

test('columns are chosen, ordered and sized by keyboard, and are there again the next time', async ({ app, expectAccessible }) => {
  await expect(app.images.grid).toBeVisible()
  await app.images.expectHeads(...usual)
  await app.images.columns.click()
  await expectAccessible({ except: ['region'] })
  await app.images.showColumn('Owner')
  await app.images.showColumn('os_distro')
  await app.images.showColumn('Visibility')
  await app.page.getByRole('textbox', { name: 'Find a column or property' }).fill('hw_made_up')
  await app.images.showColumn('hw_made_up (no image has it)')
  await app.page.keyboard.press('Escape')
  await app.images.expectHeads('Name', 'Status', 'Size', 'Format', 'Updated', 'Owner', 'os_distro', 'hw_made_up')
  await expect(
    app.images.row(images[0]?.name ?? '').getByRole('gridcell', { name: images[0]?.properties.os_distro ?? '', exact: true }),
  ).toBeVisible()

  // The heads are one stop of the Tab key; arrows go along, with Alt they take the column with them.
  const { keyboard } = app.page
  await app.images.head('Name').getByRole('button').focus()
  await keyboard.press('End')
  await expect(app.images.head('hw_made_up').getByRole('button')).toBeFocused()
  await keyboard.press('Delete')
  await expect(app.images.head('os_distro').getByRole('button')).toBeFocused()
  for (let n = 0; n < 5; n++) await keyboard.press('Alt+ArrowLeft')
  await expect(app.images.head('os_distro').getByRole('button')).toBeFocused()
  await app.images.expectHeads('Name', 'os_distro', 'Status', 'Size', 'Format', 'Updated', 'Owner')
  const before = await app.images.head('os_distro').boundingBox()
  for (let n = 0; n < 4; n++) await keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await app.images.head('os_distro').boundingBox())?.width).toBe((before?.width ?? 0) + 32)
  await keyboard.press('Enter')
  await expect(app.images.head('os_distro')).toHaveAttribute('aria-sort', 'ascending')
  await expect(app.images.grid.getByRole('row').nth(1)).toContainText('almalinux')
  await keyboard.press('Enter')
  await expect(app.images.head('os_distro')).toHaveAttribute('aria-sort', 'descending')
  await expect(app.images.grid.getByRole('row').nth(1)).toContainText('windows-server')

  await app.page.reload()
  await expect(app.images.head('os_distro')).toHaveAttribute('aria-sort', 'descending')
  await app.images.expectHeads('Name', 'os_distro', 'Status', 'Size', 'Format', 'Updated', 'Owner')
  await app.images.columns.click()
  await app.page.getByRole('button', { name: 'The usual columns' }).click()
  await app.images.expectHeads(...usual)
})

test('a head is dragged to another place, and its border to another width', async ({ app }) => {
  const { mouse } = app.page
  await expect(app.images.row(images[0]?.name ?? '')).toBeVisible()
  const centre = async (name: string): Promise<{ x: number; y: number }> => {
    const box = await app.images.head(name).boundingBox()
    if (box === null) throw new Error(`${name} has no place`)
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  const from = await centre('Updated')
  const to = await centre('Size')
  await mouse.move(from.x, from.y)
  await mouse.down()
  await mouse.move(to.x - 30, to.y, { steps: 5 })
  await expect(app.images.grid.locator('.drop-line')).toBeVisible()
  await mouse.up()
  await app.images.expectHeads('Name', 'Status', 'Updated', 'Size', 'Format', 'Visibility')
  // The end of a drag is no press: it is sorted as before.
  await expect(app.images.head('Name')).toHaveAttribute('aria-sort', 'ascending')
  const box = await app.images.head('Status').boundingBox()
  const edge = { x: (box?.x ?? 0) + (box?.width ?? 0) + 2, y: (box?.y ?? 0) + 8 }
  await mouse.move(edge.x, edge.y)
  await mouse.down()
  await mouse.move(edge.x + 60, edge.y, { steps: 4 })
  await mouse.up()
  await expect.poll(async () => (await app.images.head('Status').boundingBox())?.width).toBe((box?.width ?? 0) + 60)
  await app.images.head('Status').click({ button: 'right' })
  await app.page.getByRole('menuitem', { name: 'Its own width' }).click()
  await expect.poll(async () => (await app.images.head('Status').boundingBox())?.width).toBe(box?.width)
  // Esc gives a drag up.
  const size = await centre('Size')
  await mouse.move(size.x, size.y)
  await mouse.down()
  await mouse.move(size.x + 200, size.y, { steps: 5 })
  await app.page.keyboard.press('Escape')
  await mouse.up()
  await app.images.expectHeads('Name', 'Status', 'Updated', 'Size', 'Format', 'Visibility')
})

test('it scrolls sideways only where the columns ask for it, and the name stays', async ({ app }) => {
  const wide = (): Promise<boolean> => app.images.grid.evaluate((grid) => grid.scrollWidth > grid.clientWidth)
  for (const width of [1000, 1600]) {
    await app.page.setViewportSize({ width, height: 800 })
    await expect.poll(wide).toBe(false)
  }
  await app.images.columns.click()
  for (const name of ['MD5', 'Digest', 'ID', 'Owner']) await app.images.showColumn(name)
  await app.page.keyboard.press('Escape')
  await expect.poll(wide).toBe(true)
  await app.images.grid.evaluate((grid) => grid.scrollTo({ left: 400 }))
  const name = app.images.grid.getByRole('row').nth(1).getByRole('gridcell').nth(1)
  const left = async (place: typeof name): Promise<number> => (await place.boundingBox())?.x ?? Number.NaN
  await expect.poll(async () => (await left(name)) - (await left(app.images.grid))).toBe(44)
})

test('filters add up, become chips, and can be ranges of one’s own', async ({ app, expectAccessible }) => {
  const item = (name: RegExp | string) => app.page.getByRole('menuitemcheckbox', { name })
  await app.images.filter('Status').click()
  await item(/^queued/).click()
  await app.page.keyboard.press('Escape')
  const queued = images.filter((image) => image.status === 'queued' && !(image.visibility === 'community'))
  await expect(app.images.grid.getByRole('row')).toHaveCount(queued.length + 1)
  await expect(app.images.count).toContainText(`${queued.length} of`)
  await app.images.filter('Status').getByRole('button', { name: 'Remove the filter Status' }).click()

  // By keyboard, down to a value in a menu of a menu.
  await app.images.moreFilters.focus()
  await app.page.keyboard.press('Enter')
  await app.page.keyboard.type('siz')
  await app.page.keyboard.press('ArrowRight')
  await expect(item(/no data/)).toBeVisible()
  await expectAccessible({ except: ['region'] })
  await app.page.getByRole('menuitem', { name: 'Another size…' }).click()
  const dialog = app.dialog('Images of what size')
  await dialog.getByLabel('From, GB').fill('2')
  await dialog.getByLabel('To, GB').fill('1')
  await expect(dialog.getByRole('button', { name: 'Filter' })).toBeDisabled()
  await dialog.getByLabel('From, GB').fill('0.1')
  await app.page.keyboard.press('Enter')
  await expect(app.images.filter('Size')).toContainText('100 MB to 1 GB')
  const sizes = app.images.grid.locator('[role=row] > :nth-child(4)')
  await expect.poll(async () => (await sizes.allTextContents()).slice(1).filter((size) => !/^\d\d\d\.\d.MB/.test(size))).toEqual([])

  await app.images.search.fill('nothing of that name')
  await expect(app.page.getByText('Nothing matches')).toBeVisible()
  await app.page.getByRole('button', { name: 'Remove the filter', exact: true }).click()
  await app.page.getByRole('button', { name: 'Clear search' }).click()
  await expect(app.images.grid).toBeVisible()
})

test('a view keeps filters, search, columns and order; it is changed, renamed and deleted, and comes back', async ({
  app,
  expectAccessible,
}) => {
  const menu = async (name: string | RegExp): Promise<void> => {
    await app.images.views.click()
    await app.page.getByRole('menuitem', { name }).or(app.page.getByRole('menuitemradio', { name })).click()
  }
  await app.images.filter('Format').click()
  await app.page.getByRole('menuitemcheckbox', { name: /^iso/ }).click()
  await app.page.keyboard.press('Escape')
  await app.images.search.fill('debian')
  await app.images.head('Size').getByRole('button').click()
  await menu('Save as a view…')
  const save = app.dialog('Save as a view')
  await expect(save.getByLabel('Name')).toBeFocused()
  await app.page.keyboard.type('Debian ISOs')
  await app.page.keyboard.press('Enter')
  await expect(app.images.views).toHaveText('Debian ISOs')

  await menu('All images')
  await expect(app.images.search).toHaveValue('')
  // The order of before is the table's own; the view's was the view's.
  await expect(app.images.head('Name')).toHaveAttribute('aria-sort', 'none')
  await app.page.reload()
  await menu('Debian ISOs')
  await expect(app.images.search).toHaveValue('debian')
  await expect(app.images.filter('Format')).toContainText('iso')
  await expect(app.images.head('Size')).toHaveAttribute('aria-sort', 'descending')
  await app.images.search.fill('')
  await expect(app.images.views).toContainText('changed')
  await menu('Take the changes back')
  await expect(app.images.search).toHaveValue('debian')
  await app.images.search.fill('')
  await menu(/Save the changes/)
  await expect(app.images.views).not.toContainText('changed')

  await menu('Rename or delete views…')
  const views = app.dialog('Views')
  await expectAccessible()
  await views.getByLabel('Name of Debian ISOs').fill('ISOs')
  await views.getByRole('button', { name: 'Done' }).click()
  await expect(app.images.views).toHaveText('ISOs')
  await menu('Rename or delete views…')
  await views.getByRole('button', { name: 'Delete ISOs' }).click()
  await expect(views).toContainText('No view is saved')
  await views.getByRole('button', { name: 'Done' }).click()
  await expect(app.images.views).toHaveText('All images')
  await app.page.getByRole('button', { name: 'Undo' }).click()
  await menu('ISOs')
  await expect(app.images.filter('Format')).toContainText('iso')
})

test('several rows by mouse and by keyboard, copied as ids', async ({ app }) => {
  const rows = app.images.grid.getByRole('row')
  const selected = app.images.grid.getByRole('row', { selected: true })
  await rows.nth(2).click()
  await rows.nth(5).click({ modifiers: ['Shift'] })
  await expect(selected).toHaveCount(4)
  await rows.nth(3).click({ modifiers: ['ControlOrMeta'] })
  await expect(selected).toHaveCount(3)
  await app.page.keyboard.press('Escape')
  await app.images.grid.focus()
  await app.page.keyboard.press('Home')
  await app.page.keyboard.press('Shift+ArrowDown')
  await app.page.keyboard.press('Shift+ArrowDown')
  await expect(selected).toHaveCount(3)
  await app.page.keyboard.press('ControlOrMeta+a')
  await expect(app.page.getByText(/^\d+ selected$/)).toHaveText(
    `${(await app.images.grid.getAttribute('aria-rowcount').then(Number)) - 1} selected`,
  )
  await app.page.keyboard.press('ControlOrMeta+c')
  await expect(app.page.getByText('Image IDs copied')).toBeVisible()
})
