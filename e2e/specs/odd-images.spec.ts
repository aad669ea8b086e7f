import { BuiltInService } from '../fixtures/built-in-service.ts'
import { manyImage, manyImages } from '../fixtures/many-images.ts'
import { expect, test } from '../fixtures/test.ts'

const now = Date.now()
const odd = (n: number, name: string | null) => ({
  ...manyImage(n * 37 + 1, now),
  name,
  visibility: 'private' as const,
  osHidden: false,
  tags: [],
})
const long = `${'long-'.repeat(50)}-last`
const names: readonly (readonly [name: string | null, shown: string | RegExp])[] = [
  ['', /^Unnamed, /],
  [null, /^Unnamed, /],
  [long, long],
  ['💿 gold 🧑‍🚀', '💿 gold 🧑‍🚀'],
  ['תמונת-בסיס-13 (amd64)', /תמונת-בסיס-13 \(amd64\)/],
  ['invoice\u202egpj.exe', 'invoicegpj.exe'],
  ['first line\nsecond\tline', 'first line↵second⇥line'],
  ['<img src=x onerror=alert(1)><b>bold</b>', '<img src=x onerror=alert(1)><b>bold</b>'],
]

test.describe('names', () => {
  test.use({ serviceImages: { records: names.map(([name], n) => odd(n, name)) } })

  test('stand as text, in one line each, in their column and nowhere else', async ({ app, expectAccessible }) => {
    await expect(app.images.grid.getByRole('row')).toHaveCount(names.length + 1)
    for (const [, shown] of names) await expect(app.images.grid.getByRole('row', { name: shown }).first()).toBeVisible()
    await expect(app.images.grid.locator('img, b')).toHaveCount(0)
    for (const row of (await app.images.grid.getByRole('row').all()).slice(1)) {
      const [outer, name, status] = [
        await row.boundingBox(),
        await row.getByRole('gridcell').nth(1).boundingBox(),
        await row.getByRole('gridcell').nth(2).boundingBox(),
      ]
      expect(outer?.height).toBe(32)
      expect((name?.x ?? 0) + (name?.width ?? 0)).toBeLessThanOrEqual((status?.x ?? 0) + 1)
    }
    // A name that runs from right to left begins where all names begin, and turns nothing beside it.
    const rightToLeft = app.images.grid.getByRole('row', { name: /תמונת/ })
    await expect(rightToLeft.getByRole('gridcell').nth(2)).toContainText('Active')
    await rightToLeft.click()
    await expect(app.inspector.root.getByRole('heading')).toContainText('תמונת-בסיס-13 (amd64)')
    await expectAccessible()
    await app.page.keyboard.press('Delete')
    await expect(app.dialog(/Delete .*תמונת/)).toBeVisible()
    await app.page.keyboard.press('Escape')
    // The one that was long tells its end.
    await expect(app.images.row(long)).toContainText('…')
    await app.images.search.fill('-last')
    await expect(app.images.grid.getByRole('row')).toHaveCount(2)
  })
})

test.describe('what nobody has heard of', () => {
  test('statuses, formats and visibilities are shown by their own words, filtered and sorted', async ({
    app,
    target,
    expectAccessible,
  }) => {
    test.skip(target !== 'web', 'a desktop app has no socket in which an answer could be changed')
    const { page } = app
    // The built-in service knows no such words: the answer to the page is changed on its way.
    await page.routeWebSocket(/\/bridge$/, (socket) => {
      const server = socket.connectToServer()
      server.onMessage((message) =>
        socket.send(
          String(message)
            .replaceAll('"status":"active"', '"status":"half_thawed"')
            .replaceAll('"diskFormat":"qcow2"', '"diskFormat":"holo<i>disk</i>"')
            .replaceAll('"visibility":"private"', '"visibility":"to whom it may concern"'),
        ),
      )
    })
    await page.reload()
    const row = app.images.grid.getByRole('row').nth(1)
    await expect(row).toContainText('Half thawed')
    await expect(row).toContainText('holo<i>disk</i>')
    await expectAccessible()
    await app.images.filter('Format').click()
    await page.getByRole('menuitemcheckbox', { name: /holo<i>disk/ }).click()
    await page.keyboard.press('Escape')
    await expect(app.images.filter('Format')).toContainText('holo<i>disk</i>')
    await app.images.head('Status').getByRole('button').click()
    await row.click()
    await expect(app.inspector.root).toContainText('to whom it may concern')
  })
  test.use({
    serviceImages: { records: [0, 8, 56].map((n) => ({ ...manyImage(n, now), visibility: 'private' as const, diskFormat: 'qcow2' })) },
  })
})

test.describe('others at work', () => {
  const images = manyImages(30).map((image) => ({ ...image, visibility: 'private' as const, protected: false, osHidden: false }))
  test.use({ serviceImages: { records: images } })
  const [one, other] = images
  const name = one?.name ?? ''

  test('an image that is looked at changes in place; one that is deleted goes, and its neighbours stay where they are', async ({
    app,
    host,
  }) => {
    await app.images.search.fill('debian')
    await app.images.select(name)
    await app.showTerminalHelp()
    const service = await BuiltInService.from(host.dataDir)
    await app.inspector.open('Properties')
    await service.patch(one?.id ?? '', { op: 'replace', path: '/os_version', value: 'changed <b>meanwhile</b>' })
    await app.readAgain('This computer')
    await expect(app.inspector.root).toContainText('changed <b>meanwhile</b>')
    await service.delete(one?.id ?? '')
    await app.readAgain('This computer')
    await expect(app.images.row(name)).toHaveCount(0)
    await expect(app.inspector.root).toHaveCount(0)
    await expect(app.images.search).toHaveValue('debian')
  })

  test('a server that fails every third request: the list comes, what is asked is asked again, and no edit is lost', async ({
    app,
    host,
  }) => {
    await expect(app.images.grid).toBeVisible()
    await host.fault({ every: 3, action: { kind: 'answer', status: 500 } })
    await app.page.reload()
    await app.readAgain('This computer')
    await app.readAgain('This computer')
    await expect(app.images.grid.getByRole('row')).not.toHaveCount(1)
    await app.images.select(name)
    await app.inspector.edit.click()
    await app.edit.name.fill('kept through it all')
    await expect(async () => {
      if (await app.edit.root.isVisible()) await app.edit.save.click({ timeout: 1000 })
      await expect(app.edit.root).toHaveCount(0, { timeout: 3000 })
    }).toPass()
    await expect(app.images.row('kept through it all')).toBeVisible()
    for (const tab of ['Sharing', 'Data', 'JSON'] as const) {
      await app.inspector.open(tab)
      const again = app.inspector.root.getByRole('button', { name: 'Try again' })
      await expect(async () => {
        if (await again.first().isVisible()) await again.first().click()
        await expect(app.inspector.root.getByText('Reading')).toHaveCount(0)
        await expect(again).toHaveCount(0, { timeout: 1000 })
      }).toPass()
    }
  })

  test('a server that takes its time for each answer: the page stays quick, and the edit is sent once', async ({ app, host }) => {
    await app.images.select(name)
    await app.showTerminalHelp()
    const service = await BuiltInService.from(host.dataDir)
    await host.fault({ action: { kind: 'delay', hold: { gate: 'answers' } } })
    await app.readAgain('This computer')
    // Nothing waits for it: another row, a filter, an order, the editor.
    await app.images.select(other?.name ?? '')
    await app.images.head('Size').getByRole('button').click()
    await app.images.search.fill('ubuntu')
    await expect(app.images.row(name)).toHaveCount(0)
    await app.images.search.fill('')
    await app.images.select(name)
    await app.inspector.edit.click()
    await app.edit.name.fill('typed at leisure')
    const patches = await host.fault({ on: 'patch', action: { kind: 'delay', hold: { ms: 0 } } })
    await app.edit.save.click()
    await expect(app.edit.save).toHaveText(/Saving/)
    await app.page.keyboard.press('Control+Enter')
    await host.open('answers')
    await expect(app.edit.root).toHaveCount(0)
    expect(await patches.struck()).toBe(1)
    expect(await service.show(one?.id ?? '')).toMatchObject({ name: 'typed at leisure' })
  })
})
