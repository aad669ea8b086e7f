import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { expect, test } from '../fixtures/test.ts'
import { picture } from './camera.ts'

test('first start', async ({ app }) => {
  await picture(app.page, '01 first start')
})

test.describe('with clouds', () => {
  test.use({
    hostEnv: async ({ folder }, use) => {
      const file = join(folder, 'clouds.yaml')
      const cloud = (port: number, project: string) => ({
        region_name: 'RegionOne',
        auth: {
          auth_url: `http://127.0.0.1:${port}/v3`,
          username: 'operator',
          password: 'not-used',
          project_name: project,
          user_domain_name: 'Default',
          project_domain_name: 'Default',
        },
      })
      await writeFile(file, JSON.stringify({ clouds: { 'prod-fra1': cloud(1, 'infra'), 'staging-edge-04': cloud(2, 'demo') } }))
      await use({ OS_CLIENT_CONFIG_FILE: file })
    },
  })

  test('first start and a cloud that does not answer', async ({ app }) => {
    await picture(app.page, '02 first start with clouds')
    await app.sidebar.cloud('prod-fra1').click()
    await picture(app.page, '03 not signed in')
    const main = app.page.getByRole('main')
    await main.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(main).toContainText('Not signed in to prod-fra1')
    await picture(app.page, '04 sign-in failed')
    await main.getByRole('button', { name: 'What to do…' }).click()
    await expect(app.page.getByRole('dialog')).toBeVisible()
    await picture(app.page, '05 what to do')
  })
})

test('files over the window, and the upload sheet', async ({ app, files }) => {
  const five = [
    await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.img'),
    await files.converted('appliance-fw-7.6.3.vmdk', 'vmdk', 'subformat=streamOptimized'),
    await files.iso('debian-13.2.0-amd64-netinst.iso'),
    await files.overlay('win2025-golden-changes.qcow2'),
    await files.bytes('fedora-42.raw.gz', await promisify(gzip)(Buffer.alloc(3_000_000, 'fedora'))),
  ]
  await app.dragOver(...five.map((file) => file.path))
  await expect(app.page.getByText('Drop to upload to This computer')).toBeVisible()
  await picture(app.page, '06 files over the window')
  await app.drop(...five.map((file) => file.path))
  await expect(app.sheet.files).toHaveCount(5)
  await app.sheet.file('debian-13.2.0-amd64-netinst.iso').choose('Disk format', 'qcow2')
  await expect(app.sheet.file('debian-13.2.0-amd64-netinst.iso').findings).not.toHaveCount(0)
  await picture(app.page, '07 upload sheet with five files')
  await app.sheet.root.getByRole('button', { name: 'Properties…' }).click()
  await picture(app.page, '08 upload properties')
  await app.page.keyboard.press('Escape')
  await app.sheet.file('debian-13.2.0-amd64-netinst.iso').field('Image name').fill('n'.repeat(300))
  await picture(app.page, '09 upload sheet with a wrong name')
})

test('host chooser', async ({ app, files }) => {
  await files.iso('debian-13.2.0-amd64-netinst.iso')
  await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.qcow2')
  await app.firstStart.chooseOnHost.click()
  await app.chooser.go(files.folder)
  await app.chooser.entry('debian-13.2.0-amd64-netinst.iso').click()
  await picture(app.page, '10 files of the host')
})

test('images, done transfers, dialogs, settings', async ({ app, files, downloads }) => {
  await app.uploadVerified(
    await files.qcow2('ubuntu-24.04-server-cloudimg-amd64.qcow2'),
    await files.iso('debian-13.2.0-amd64-netinst.iso'),
    await files.raw('rescue.raw'),
    await files.converted('appliance-fw-7.6.3.vmdk', 'vmdk', 'subformat=streamOptimized'),
  )
  await picture(app.page, '11 a few images')
  await app.images.select('debian-13.2.0-amd64-netinst')
  await app.page.keyboard.press('Enter')
  await picture(app.page, '12 one image selected')
  await app.inspector.download.click()
  await expect(app.download.root).toBeVisible()
  await picture(app.page, '13 download dialog')
  await app.download.to(downloads)
  await expect(app.transfers.row('debian-13.2.0-amd64-netinst', 'Download').root).toContainText('Verified')
  await app.page.keyboard.press('Escape')
  await app.images.select('rescue')
  await app.page.keyboard.press('Delete')
  await picture(app.page, '14 delete dialog')
  await app.page.keyboard.press('Escape')
  await app.images.grid.focus()
  await app.page.keyboard.press('Control+a')
  await picture(app.page, '15 several images selected')
  await app.page.keyboard.press('Escape')
  await app.images.search.fill('nothing of that name')
  await picture(app.page, '16 nothing matches')
  await app.images.search.fill('')
  await app.sidebar.transfers.click()
  await picture(app.page, '17 transfers done')
  await app.transfers.row('rescue').unfold()
  await expect(app.transfers.row('rescue').root).toContainText('What happened')
  await picture(app.page, '18 a transfer unfolded')
  await app.page.keyboard.press('Control+k')
  await app.palette.getByRole('combobox').fill('do')
  await picture(app.page, '19 command palette')
  await app.page.keyboard.press('Escape')
  await app.page.keyboard.press('?')
  await expect(app.dialog('Keyboard')).toBeVisible()
  await picture(app.page, '20 keyboard help')
  await app.page.keyboard.press('Escape')
  await app.sidebar.settings.click()
  await picture(app.page, '21 settings')
})

test('no images, a list that fails', async ({ app, files, host }) => {
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.page.keyboard.press('Delete')
  await app.dialog('Delete cd?').getByRole('button', { name: 'Delete the image' }).click()
  await expect(app.images.grid).toHaveCount(0)
  await app.transfers.root.getByRole('button', { name: 'Clear done' }).click()
  await picture(app.page, '22 no images')
  await host.fault({ on: 'list', action: { kind: 'answer', status: 500 } })
  await app.readAgain('This computer')
  await expect(app.page.getByRole('main')).toContainText('did not give its images')
  await picture(app.page, '23 the list fails')
})

test('transfers running, waiting, paused, failed', async ({ app, files, host, downloads }) => {
  await app.uploadVerified(await files.raw('win2025-datacenter.raw', 60_000_000), await files.iso('debian-13.2.0-amd64-netinst.iso'))
  await host.fault({ on: 'download', times: 1, action: { kind: 'lose-data' } })
  await app.images.select('debian-13.2.0-amd64-netinst')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await expect(app.transfers.row('debian-13.2.0-amd64-netinst', 'Download').root).toContainText('Failed')
  await host.fault({ on: 'download', action: { kind: 'throttle', bytesPerSecond: 1_600_000 } })
  const fault = await host.fault({ on: 'upload', times: 1, action: { kind: 'slow-finish', hold: { gate: 'finish' } } })
  await app.drop((await files.qcow2('k8s-node-1.33.4.qcow2')).path)
  await app.sheet.upload()
  await expect(app.transfers.row('k8s-node-1.33.4').root).toContainText('Cloud is saving')
  await fault.remove()
  await host.fault({ on: 'upload', action: { kind: 'throttle', bytesPerSecond: 1_500_000 } })
  await app.images.select('win2025-datacenter')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await app.drop(
    (await files.raw('ubuntu-24.04-server.raw', 50_000_000)).path,
    (await files.raw('rocky-10-base.raw', 50_000_000)).path,
    (await files.raw('alma-10-base.raw', 4_000_000)).path,
  )
  await expect(app.sheet.files).toHaveCount(3)
  await app.sheet.upload()
  await expect(app.transfers.row('win2025-datacenter', 'Download').progress).toHaveAttribute('aria-valuenow', /^[1-9]/)
  await expect(app.transfers.row('ubuntu-24.04-server').root).toContainText('Sending')
  await expect(app.transfers.row('alma-10-base').root).toContainText('Queued')
  // What limits a transfer is said only once it has lasted.
  await expect(app.transfers.row('ubuntu-24.04-server').root).toContainText(/MB\/s.*limited by: /)
  await picture(app.page, '24 transfers running')
  await app.sidebar.transfers.click()
  await picture(app.page, '25 transfers page running')
  await app.transfers.row('ubuntu-24.04-server').unfold()
  await picture(app.page, '26 a running transfer unfolded')
  await app.transfers.row('debian-13.2.0-amd64-netinst', 'Download').button('Details…').click()
  await expect(app.outcome.root).toBeVisible()
  await picture(app.page, '27 failure dialog')
})

test('mismatch', async ({ app, files, host, downloads }) => {
  await app.uploadVerified(await files.raw('win2025-datacenter.raw'))
  await host.fault({ on: 'download', action: { kind: 'corrupt', byte: 1_000_000 } })
  await app.images.select('win2025-datacenter')
  await app.inspector.download.click()
  await app.download.to(downloads)
  const row = app.transfers.row('win2025-datacenter', 'Download')
  await expect(row.root).toContainText('Mismatch')
  await picture(app.page, '28 mismatch')
  await row.button('Details…').click()
  await expect(app.outcome.root).toContainText('SHA-512')
  await picture(app.page, '29 mismatch of a download')
  await app.page.keyboard.press('Escape')
  await host.fault({ on: 'upload', action: { kind: 'corrupt', byte: 5000 } })
  await app.drop((await files.raw('rescue.raw')).path)
  await app.sheet.upload()
  await expect(app.transfers.row('rescue').root).toContainText('Mismatch')
  await app.transfers.row('rescue').button('Details…').click()
  await expect(app.outcome.root).toContainText('SHA-512')
  await picture(app.page, '30 mismatch of an upload')
})

test('the host goes away', async ({ app, files, host, console }) => {
  console.expect(/./)
  await app.uploadVerified(await files.iso('debian-13.2.0-amd64-netinst.iso'))
  await host.kill()
  await expect(app.page.getByRole('main').getByRole('status').first()).toContainText('does not answer')
  await picture(app.page, '31 the host is away')
  await host.start()
  await expect(app.page.getByRole('main')).toContainText('This page needs the address')
  await picture(app.page, '32 no session')
})
