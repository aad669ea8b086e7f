import { BuiltInService } from '../fixtures/built-in-service.ts'
import { manyImages } from '../fixtures/many-images.ts'
import { watchRenders } from '../fixtures/renders.ts'
import { expect, test } from '../fixtures/test.ts'

const images = manyImages(200).filter((image) => image.visibility === 'private')
test.use({ serviceImages: { records: images } })

test('only the row that changed is drawn anew', async ({ app, host }) => {
  const renders = await watchRenders(app.page)
  await expect(app.images.grid).toBeVisible()
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const shown = await app.images.grid
    .getByRole('row')
    .evaluateAll((rows) => rows.slice(1).map((row) => row.getAttribute('aria-label') ?? ''))
  const changed = shown[3] ?? ''
  const id = await service.idOf(changed)
  // It counts: a press draws the row that becomes the current one, and no other.
  await app.images.select(shown[1] ?? '')
  await expect(app.images.row(shown[1] ?? '')).toHaveAttribute('aria-selected', 'true')
  await renders.reset()
  await app.images.select(shown[2] ?? '')
  await expect(app.images.row(shown[2] ?? '')).toHaveAttribute('aria-selected', 'true')
  expect(Object.keys(await renders.counts()).toSorted()).toEqual([shown[1], shown[2]].toSorted())

  await renders.reset()
  await service.patch(id, { op: 'replace', path: '/protected', value: true }, { op: 'replace', path: '/min_ram', value: 4711 })
  await app.readAgain('This computer')
  await expect(app.images.row(changed)).toContainText('protected')
  expect(await renders.counts()).toEqual({ [changed]: 1 })
})

test('a transfer draws its own row alone, where its progress is shown', async ({ app, host, files, downloads }) => {
  const renders = await watchRenders(app.page)
  await app.uploadVerified(await files.raw('a-disk.raw', 3_000_000))
  await host.fault({ on: 'download', action: { kind: 'throttle-until', bytesPerSecond: 200_000, hold: { gate: 'fast' } } })
  await expect(app.images.status('a-disk')).toContainText('Active')
  await app.images.select('a-disk')
  await app.inspector.download.click()
  await renders.reset()
  await app.download.to(downloads)
  await expect(app.images.row('a-disk').getByRole('progressbar')).toBeVisible()
  await expect(app.images.row('a-disk').getByRole('progressbar')).toHaveAccessibleName('Receiving, a-disk')
  await host.open('fast')
  await expect(app.transfers.row('a-disk', 'Download').root).toContainText('Verified')
  await expect(app.images.row('a-disk').getByRole('progressbar')).toHaveCount(0)
  // The cell with the bar draws itself; no row does.
  expect(await renders.counts()).toEqual({})
})
