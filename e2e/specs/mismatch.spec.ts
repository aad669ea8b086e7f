import { readdir } from 'node:fs/promises'
import { BuiltInService } from '../fixtures/built-in-service.ts'
import { digestOf } from '../fixtures/image-files.ts'
import { expect, test } from '../fixtures/test.ts'

test('a download with a wrong byte is a mismatch with both digests, and no finished file', async ({
  app,
  files,
  host,
  downloads,
  expectAccessible,
}) => {
  const disk = await files.raw('disk.raw')
  await app.uploadVerified(disk)
  const fault = await host.fault({ on: 'download', action: { kind: 'corrupt', byte: 1_000_000 } })
  await app.images.select('disk')
  await app.inspector.download.click()
  await app.download.to(downloads)

  const row = app.transfers.row('disk', 'Download')
  await expect(row.root).toContainText('Mismatch')
  await expect(row.root).not.toContainText('Verified')
  await expect(app.inspector.root).toContainText('Mismatch')
  expect(await readdir(downloads)).not.toContain('disk.raw')

  await row.button('Details…').click()
  await expect(app.outcome.root).toContainText('disk is not what the cloud says')
  await expect(app.outcome.root).toContainText('SHA-512')
  for (const algorithm of ['md5', 'sha512'] as const) {
    const digest = await digestOf(disk.path, algorithm)
    await expect.poll(() => app.outcome.text()).toContain(digest)
  }
  await expectAccessible()

  // The second time it comes whole.
  await fault.remove()
  await app.outcome.button('Download again').click()
  await expect(row.root).toContainText('Verified')
  expect(await readdir(downloads)).toEqual(['disk.raw'])
})

test('an upload that arrived altered is a mismatch, and the image is offered for deletion', async ({
  app,
  files,
  host,
  expectAccessible,
}) => {
  const disk = await files.raw('disk.raw')
  await app.showTerminalHelp()
  await host.fault({ on: 'upload', action: { kind: 'corrupt', byte: 5000 } })
  await app.drop(disk.path)
  await app.sheet.upload()
  const row = app.transfers.row('disk')
  await expect(row.root).toContainText('Mismatch')
  // Nobody shall take it for good meanwhile.
  await expect(app.images.status('disk')).not.toContainText('Active')
  const service = await BuiltInService.from(host.dataDir)
  const [image] = await service.images()
  expect(image).toMatchObject({ status: 'deactivated' })

  await row.button('Details…').click()
  await expect(app.outcome.root).toContainText('disk is not what was sent')
  for (const digest of [await digestOf(disk.path, 'md5'), await digestOf(disk.path, 'sha512'), image?.checksum ?? 'no checksum'])
    await expect.poll(() => app.outcome.text()).toContain(digest)
  await expectAccessible()

  await app.outcome.button('Delete the image').click()
  await expect(app.images.row('disk')).toHaveCount(0)
  expect(await service.images()).toEqual([])
})

test('a cloud that publishes no hash is named as that, not as verified', async ({ app, files, host }) => {
  await host.fault({ on: 'upload', action: { kind: 'forget-hash', checksum: true, osHash: true } })
  await app.drop((await files.raw('unhashed.raw')).path)
  await app.sheet.upload()
  const row = app.transfers.row('unhashed')
  await expect(row.root).toContainText('Not verifiable')
  await expect(row.root).toContainText('the cloud published no hash')
  await expect(row.root).not.toContainText('Verified')
})
