import { execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdir, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '../fixtures/test.ts'

test('a folder dropped offers its files', async ({ app, files }) => {
  const inner = join(files.folder, 'images', 'more')
  await mkdir(inner, { recursive: true })
  const [cd, disk] = [await files.iso('cd.iso'), await files.qcow2('disk.qcow2')]
  await rename(cd.path, join(files.folder, 'images', 'cd.iso'))
  await rename(disk.path, join(inner, 'disk.qcow2'))
  await app.drop(join(files.folder, 'images'))
  await expect(app.sheet.root).toHaveAccessibleName('Upload 2 files')
  await app.sheet.upload()
  await expect(app.transfers.row('cd').root).toContainText('Verified')
  await expect(app.transfers.row('disk').root).toContainText('Verified')
})

test('an empty folder is named', async ({ app, files }) => {
  await mkdir(join(files.folder, 'nothing'))
  await app.drop(join(files.folder, 'nothing'))
  await expect(app.sheet.file('nothing').root).toContainText('This folder is empty.')
  await expect(app.sheet.start).toBeDisabled()
})

test('an empty file is refused in words, and the others go up', async ({ app, files, expectAccessible }) => {
  const empty = await files.bytes('empty.qcow2', new Uint8Array())
  const cd = await files.iso('cd.iso')
  await app.drop(empty.path, cd.path)
  await expect(app.sheet.file('empty.qcow2').root).toContainText('The file is empty.')
  await expect(app.sheet.file('empty.qcow2').root).toContainText('Will not be uploaded')
  await expectAccessible()
  await app.sheet.upload()
  await expect(app.transfers.row('cd').root).toContainText('Verified')
  await expect(app.transfers.rows).toHaveCount(1)
})

test('a file without read permission is refused in words', async ({ app, files }) => {
  test.skip(process.getuid?.() === 0, 'root may read everything')
  const secret = await files.raw('secret.raw')
  await chmod(secret.path, 0o000)
  await app.drop(secret.path)
  await expect(app.sheet.file('secret.raw').root).toContainText('cannot read')
  await expect(app.sheet.start).toBeDisabled()
})

test('what is not a regular file is refused in the chooser of the host', async ({ app, files, host }) => {
  expect(host.url).toContain('127.0.0.1')
  execFileSync('mkfifo', [join(files.folder, 'pipe')])
  await files.iso('cd.iso')
  await app.firstStart.chooseOnHost.click()
  await app.chooser.go(files.folder)
  await expect(app.chooser.entry('cd.iso')).toBeVisible()
  // A pipe would never answer; it is not even offered.
  await expect(app.chooser.entry('pipe')).toHaveCount(0)
})

test('a file that only differs from another one is refused', async ({ app, files }) => {
  const overlay = await files.overlay('changes.qcow2')
  await app.drop(overlay.path)
  await expect(app.sheet.file('changes.qcow2').root).toContainText('It holds only the differences to')
  await expect(app.sheet.start).toBeDisabled()
})

test('a web page saved as an image is warned of', async ({ app, files }) => {
  const page = await files.bytes('ubuntu.qcow2', Buffer.from(`<!DOCTYPE html><html><body>${'Not found. '.repeat(200)}</body></html>`))
  await app.drop(page.path)
  await expect(app.sheet.file('ubuntu.qcow2').root).toContainText('Not a disk: its first bytes say web page (HTML).')
})

test('a file that vanishes before it is sent fails by name, and the record is not left looking good', async ({ app, files, host }) => {
  const raw = await files.raw('vanishing.raw', 8_000_000)
  await host.fault({ on: 'create', action: { kind: 'delay', hold: { gate: 'create' } } })
  await app.addByPath(files.folder, raw.name)
  await app.sheet.upload()
  await expect(app.transfers.row('vanishing').root).toContainText('Preparing')
  await unlink(raw.path)
  await host.open('create')
  const row = app.transfers.row('vanishing')
  await expect(row.root).toContainText('Failed')
  await expect(row.root).toContainText(/no longer there|removed/)
  await expect(app.images.status('vanishing')).not.toContainText('Active')
})

test('a file that grows while it is sent fails by name, and nothing looks finished', async ({ app, files, host }) => {
  const raw = await files.raw('growing.raw', 16_000_000)
  await host.fault({ on: 'upload', action: { kind: 'throttle-until', bytesPerSecond: 500_000, hold: { gate: 'fast' } } })
  await app.addByPath(files.folder, raw.name)
  await app.sheet.upload()
  const row = app.transfers.row('growing')
  await expect(row.root).toContainText('Sending')
  await appendFile(raw.path, Buffer.alloc(512))
  await host.open('fast')
  await expect(row.root).toContainText('Failed')
  await expect(row.root).toContainText(/The file .* since it was looked at|longer|changed/)
  await expect(row.root).not.toContainText('Verified')
  await expect(app.images.status('growing')).not.toContainText('Active')
})

test('a dropped file that is gone when its bytes are wanted is named', async ({ app, files, console }) => {
  console.expect(/Failed to load resource|ERR_FILE_NOT_FOUND|ERR_UPLOAD_FILE_CHANGED|ERR_ACCESS_DENIED/)
  const raw = await files.raw('dropped.raw', 8_000_000)
  await app.drop(raw.path)
  await expect(app.sheet.file('dropped.raw').field('Image name')).toHaveValue('dropped')
  await rm(raw.path)
  await app.sheet.upload()
  const row = app.transfers.row('dropped')
  await expect(row.root).toContainText('Failed')
  await expect(row.root).toContainText(/browser|no longer there/)
})

test('a name of 300 characters is said at its field and stops the upload', async ({ app, files, expectAccessible }) => {
  await app.drop((await files.iso('cd.iso')).path)
  const file = app.sheet.file('cd.iso')
  await file.field('Image name').fill('n'.repeat(300))
  await expect(file.findings).toContainText('at most 255 characters; this name has 300')
  await expect(app.sheet.start).toBeDisabled()
  await expectAccessible()
  await file.field('Image name').fill('ü'.repeat(255))
  await expect(app.sheet.start).toBeEnabled()
  await app.sheet.upload()
  await expect(app.transfers.row('ü'.repeat(255)).root).toContainText('Verified')
})

test.describe('clouds that are not', () => {
  const html = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html><title>Welcome</title><h1>It works!</h1>')
    request.resume()
  })
  let port = 0

  test.beforeAll(async () => {
    await new Promise<void>((resolve) => html.listen(0, '127.0.0.1', resolve))
    port = (html.address() as AddressInfo).port
  })
  test.afterAll(async () => {
    html.closeAllConnections()
    await new Promise((resolve) => html.close(resolve))
  })

  const cloud = (authUrl: string) => ({
    region_name: 'RegionOne',
    auth: {
      auth_url: authUrl,
      username: 'someone',
      password: 'secret-word',
      project_name: 'demo',
      user_domain_name: 'Default',
      project_domain_name: 'Default',
    },
  })

  test.use({
    hostEnv: async ({ folder: own }, use) => {
      const file = join(own, 'clouds.yaml')
      // Port 1 of loopback: nobody listens there.
      const clouds = { html: cloud(`http://127.0.0.1:${port}/v3`), absent: cloud('http://127.0.0.1:1/v3') }
      await writeFile(file, JSON.stringify({ clouds }))
      await use({ OS_CLIENT_CONFIG_FILE: file })
    },
  })

  for (const [name, sentence] of [
    ['html', /Keystone/],
    ['absent', /127\.0\.0\.1:1/],
  ] as const) {
    test(`${name}: named in a sentence, and This computer goes on`, async ({ app, files, expectAccessible }) => {
      await app.sidebar.cloud(name).click()
      await app.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(app.page.getByRole('main')).toContainText(`Not signed in to ${name}`)
      await expect(app.page.getByRole('main')).toContainText(sentence)
      await expect(app.page.getByRole('main')).not.toContainText('<')
      await expectAccessible()
      await app.page.getByRole('main').getByRole('button', { name: 'What to do…' }).click()
      await expect(app.page.getByRole('dialog')).toContainText(sentence)
      await expectAccessible()
      await app.page.keyboard.press('Escape')
      await app.sidebar.cloud('This computer').click()
      await app.uploadVerified(await files.iso('cd.iso'))
    })
  }
})
