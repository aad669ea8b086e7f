import { BuiltInService } from '../fixtures/built-in-service.ts'
import { expect, test } from '../fixtures/test.ts'

/** Images that stand still for good: recognised, explained in a sentence, with what helps as buttons. */

const HOUR_MS = 3_600_000
const note = (app: { inspector: { root: import('@playwright/test').Locator } }) => app.inspector.root.locator('.statusnote')

test('an upload that the cloud gave up on: the image takes no data any more, and another one is begun in its place', async ({
  app,
  files,
  host,
  expectAccessible,
}) => {
  await host.fault({ on: 'upload', times: 1, action: { kind: 'cut', afterBytes: 1000, leave: 'killed' } })
  await app.drop((await files.raw('disk.raw', 1_000_000)).path)
  await app.sheet.upload()
  const row = app.transfers.row('disk')
  await expect(row.root).toContainText('Failed')
  await expect(row.root).toContainText('marked the image as killed')
  await expect(app.images.status('disk')).toContainText('Killed')
  await app.images.select('disk')
  await expect(note(app)).toContainText('The cloud gave up on its data. The image takes none any more.')
  await expectAccessible()
  await note(app).getByRole('button', { name: 'Delete it, begin again' }).click()
  await expect(row.root).toContainText('Verified')
  await expect(app.images.row('disk')).toHaveCount(1)
  await expect(app.images.status('disk')).toContainText('Active')
})

test('imports that died with the service: their lock, and what may be done about it', async ({ app, host, expectAccessible }) => {
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const [dead, unbegun] = [await service.createEmpty('dead'), await service.createEmpty('unbegun')]
  await host.fault({ on: 'import', imageId: dead, action: { kind: 'import-hold', hold: { gate: 'go' } } })
  await host.fault({ on: 'import', imageId: unbegun, action: { kind: 'import-hold', unbegun: true, hold: { gate: 'go' } } })
  await service.upload(dead, Buffer.alloc(1000), 'stage')
  await service.import(dead, { name: 'glance-direct' })
  await service.import(unbegun, { name: 'web-download', uri: 'http://192.0.2.1/disk.qcow2' })

  // While they are young it is only a matter of waiting.
  await app.readAgain('This computer')
  await expect(app.images.status('dead')).toContainText('Importing')
  await app.images.select('dead')
  await expect(note(app)).toContainText('The cloud imports its data.')
  await expect(note(app).getByRole('button')).toHaveText(['Look again'])
  await app.images.select('unbegun')
  await expect(note(app)).toContainText('An import task holds it and has not begun yet.')

  await host.fault({ on: ['list', 'show'], action: { kind: 'age', ms: HOUR_MS } })
  await note(app).getByRole('button', { name: 'Look again' }).click()
  await expect(note(app)).toContainText('no sign of life for an hour; its lock is given up with the next import')
  await expectAccessible()
  await note(app).getByRole('button', { name: 'Delete…' }).click()
  await app.dialog('Delete unbegun?').getByRole('button', { name: 'Delete the image' }).click()
  await expect(app.images.row('unbegun')).toHaveCount(0)

  await app.images.select('dead')
  await expect(note(app)).toContainText('importing for over an hour without a sign of life')
  await expect(note(app).getByRole('button')).toHaveText(['Look again', 'Delete…', 'Copy what to tell them'])
  await note(app).getByRole('button', { name: 'Delete…' }).click()
  await app.dialog('Delete dead?').getByRole('button', { name: 'Delete the image' }).click()
  await expect(app.images.row('dead')).toHaveCount(0)
})

test('an image that was left saving for good is told from one that somebody uploads to', async ({ app, host }) => {
  await app.showTerminalHelp()
  const service = await BuiltInService.from(host.dataDir)
  const id = await service.createEmpty('left')
  await host.fault({ on: 'upload', times: 1, action: { kind: 'stay-saving', status: 500 } })
  await expect(service.upload(id, Buffer.alloc(1000))).rejects.toThrow('500')
  await app.readAgain('This computer')
  await app.images.select('left')
  await expect(note(app)).toContainText('the cloud lets it go within 15 minutes')
  await host.fault({ on: ['list', 'show'], action: { kind: 'age', ms: HOUR_MS } })
  await note(app).getByRole('button', { name: 'Look again' }).click()
  await expect(note(app)).toContainText('it stays so for good, and takes no data')
  await note(app).getByRole('button', { name: 'Delete…' }).click()
  await app.dialog('Delete left?').getByRole('button', { name: 'Delete the image' }).click()
  await expect(app.images.row('left')).toHaveCount(0)
})
