import { digestOf } from '../fixtures/image-files.ts'
import { expect, test } from '../fixtures/test.ts'

test('the first run offers This computer, ready to use', async ({ app, expectAccessible }) => {
  await expect(app.firstStart.root).toBeVisible()
  await expect(app.firstStart.root).toContainText('This computer')
  await expect(app.firstStart.chooseFiles).toBeVisible()
  await expect(app.firstStart.root).toContainText('No clouds.yaml found')
  await expectAccessible()
  await app.firstStart.root.getByRole('button', { name: 'Use it from a terminal' }).click()
  await app.closeTerminalHelp()
})

test('dropped files show what their first bytes say, and go up verified', async ({ app, files, expectAccessible }) => {
  // Endings that lie, or say nothing: only the bytes count.
  const disk = await files.qcow2('disk.img')
  const cd = await files.iso('cd.bin')
  const raw = await files.raw('sda')
  await app.drop(disk.path, cd.path, raw.path)

  await expect(app.sheet.root).toHaveAccessibleName('Upload 3 files')
  const qcow2 = app.sheet.file('disk.img')
  await expect(qcow2.root).toContainText('qcow2 v3')
  await expect(qcow2.root).toContainText('1.07 GB virtual')
  await expect(qcow2.field('Disk format')).toContainText('qcow2')
  await expect(qcow2.field('Container format')).toContainText('bare')
  await expect(qcow2.field('Visibility')).toContainText('private')
  await expect(qcow2.field('Image name')).toHaveValue('disk')
  await expect(app.sheet.file('cd.bin').root).toContainText('ISO 9660')
  await expect(app.sheet.file('cd.bin').root).toContainText('2.00 MB')
  await expect(app.sheet.file('cd.bin').field('Disk format')).toContainText('iso')
  await expect(app.sheet.file('sda').root).toContainText('MBR')
  await expect(app.sheet.file('sda').field('Disk format')).toContainText('raw')
  await expectAccessible()

  await app.sheet.upload()
  for (const [name, file] of [
    ['disk', disk],
    ['cd', cd],
    ['sda', raw],
  ] as const) {
    const row = app.transfers.row(name)
    await expect(row.root).toContainText('Verified')
    await expect(row.root).toContainText('MD5 + SHA-512')
    await expect(app.images.status(name)).toContainText('Active')
    await app.images.select(name)
    await expect(app.inspector.root).toContainText('Verified MD5 + SHA-512')
    for (const algorithm of ['md5', 'sha512'] as const)
      await expect.poll(() => app.inspector.text()).toContain(await digestOf(file.path, algorithm))
  }
  await expectAccessible()

  await app.sidebar.transfers.click()
  const row = app.transfers.row('disk')
  await row.unfold()
  for (const algorithm of ['md5', 'sha512'] as const) {
    const digest = await digestOf(disk.path, algorithm)
    // Once as computed here, once as the cloud's record has it; the details are read when the row is unfolded.
    await expect.poll(async () => (await row.text()).split(digest).length - 1, algorithm).toBe(2)
  }
  await expectAccessible()
})

test('fields can be changed, and a choice that contradicts the bytes is warned of in words', async ({ app, files, expectAccessible }) => {
  const disk = await files.qcow2('server.qcow2')
  await app.drop(disk.path)
  const file = app.sheet.file('server.qcow2')
  await expect(file.findings).toHaveCount(0)
  await file.choose('Disk format', 'raw')
  await expect(file.findings).toContainText('qcow2')
  await file.findings.getByRole('button', { name: /qcow2/ }).first().click()
  await expect(file.findings).toHaveCount(0)
  await expect(file.field('Disk format')).toContainText('qcow2')

  await file.field('Container format').click()
  await expect(app.page.getByRole('option', { name: 'bare' })).toBeVisible()
  // A list that drops down belongs to its field, not to a part of the page.
  await expectAccessible({ except: ['region'] })
  await app.page.keyboard.press('Escape')
  await expect(app.page.getByRole('option')).toHaveCount(0)

  await file.field('Image name').fill('my server')
  await file.choose('Visibility', 'shared')
  await app.sheet.upload()
  await expect(app.transfers.row('my server').root).toContainText('Verified')
  await expect(app.images.row('my server')).toContainText('shared')
  await expect(app.images.row('my server')).toContainText('qcow2')
})

test('the Upload button takes files from the browser’s picker', async ({ app, files }) => {
  const cd = await files.iso('installer.iso')
  await app.pick(() => app.firstStart.chooseFiles.click(), cd.path)
  await app.sheet.upload()
  await expect(app.transfers.row('installer').root).toContainText('Verified')
  const raw = await files.raw('second.raw')
  await app.pick(() => app.images.upload.click(), raw.path)
  await app.sheet.upload()
  await expect(app.transfers.row('second').root).toContainText('Verified')
})

test('files of the machine where Glancer runs are chosen in its folders', async ({ app, files, host, expectAccessible }) => {
  const disk = await files.qcow2('on-host.qcow2')
  const cd = await files.iso('on-host.iso')
  expect(host.url).toContain('127.0.0.1')
  await app.firstStart.chooseOnHost.click()
  await expect(app.chooser.root).toBeVisible()
  await app.chooser.go(files.folder)
  await expect(app.chooser.entry('on-host.iso')).toBeVisible()
  await expectAccessible()
  await app.chooser.take(files.folder, disk.name, cd.name)
  await expect(app.sheet.root).toHaveAccessibleName('Upload 2 files')
  await app.sheet.upload()
  await expect(app.images.row('on-host')).toHaveCount(2)
  await expect(app.transfers.root.getByText('Verified')).toHaveCount(2)
})

test('what was ticked stays, when an answer about the same folder comes late', async ({ app, files, host, target }) => {
  test.skip(target !== 'web', 'a desktop has the system’s own dialog for files')
  await files.qcow2('first.qcow2')
  await files.iso('second.iso')
  const { page } = app
  const held: (() => void)[] = []
  let hold = false
  await page.routeWebSocket(/\/bridge$/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      if (hold && String(message).includes('"second.iso"')) held.push(() => socket.send(message))
      else socket.send(message)
    })
  })
  await app.open(host.url)
  await app.firstStart.chooseOnHost.click()
  await app.chooser.go(files.folder)
  await expect(app.chooser.entry('second.iso')).toBeVisible()
  hold = true
  await app.chooser.path.press('Enter')
  await expect.poll(() => held.length).toBe(1)
  await app.chooser.entry('first.qcow2').click()
  await app.chooser.entry('second.iso').click({ modifiers: ['ControlOrMeta'] })
  await expect(app.chooser.entry('first.qcow2')).toHaveAttribute('aria-selected', 'true')
  for (const release of held) release()
  await expect(app.chooser.confirm).toBeEnabled()
  await expect(app.chooser.confirm).toHaveText('Choose 2 files')
})

test('phases, bytes and speed are shown while it goes, and the row changes by itself', async ({ app, files, host }) => {
  const raw = await files.raw('big.raw', 30_000_000)
  await host.fault({ on: 'create', action: { kind: 'delay', hold: { gate: 'create' } } })
  await host.fault({ on: 'upload', action: { kind: 'throttle-until', bytesPerSecond: 2_000_000, hold: { gate: 'fast' } } })
  await host.fault({ on: 'upload', action: { kind: 'slow-finish', hold: { gate: 'finish' } } })
  await app.drop(raw.path)
  await app.sheet.upload()
  const row = app.transfers.row('big')
  await expect(row.root).toContainText('Preparing')
  await host.open('create')
  await expect(row.root).toContainText('Sending')
  await expect(app.images.status('big')).toContainText('Saving')
  await expect(row.progress).toHaveAttribute('aria-valuenow', /^[1-9]/)
  await expect(row.root).toContainText('of 30.0 MB')
  await expect(row.root).toContainText('MB/s')
  await expect(row.root).toContainText(/\d+\ss left/)
  await host.open('fast')
  await expect(row.root).toContainText('Cloud is saving')
  await expect(row.progress).toHaveAttribute('aria-valuenow', '100')
  await expect(row.root).not.toContainText('Verified')
  await host.open('finish')
  await expect(row.root).toContainText('Verified')
  await expect(app.images.status('big')).toContainText('Active')
})

test('an image is seen queued before its data goes', async ({ app, files, host }) => {
  const raw = await files.raw('slow.raw')
  await host.fault({ on: 'upload', action: { kind: 'delay', hold: { gate: 'upload' } } })
  await app.drop(raw.path)
  await app.sheet.upload()
  await expect(app.images.status('slow')).toContainText('Queued')
  await host.open('upload')
  await expect(app.images.status('slow')).toContainText('Active')
})
