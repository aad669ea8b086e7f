import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { watchBridge } from '../fixtures/bridge-watch.ts'
import { OwnCloud } from '../fixtures/own-cloud.ts'
import { expect, test } from '../fixtures/test.ts'
import { filesWith, textsIn } from '../integration/support/search.ts'

const PASSWORD = 'own-cloud'
const WRONG = 'a password that is wrong'
/** With it every token of the built-in Keystone begins, as Fernet's do. */
const TOKEN = 'gAAAAA'

const entrySchema = z.object({ auth: z.object({ application_credential_id: z.string(), application_credential_secret: z.string() }) })
const callSchema = z.object({ call: z.string(), input: z.unknown() })

/** The places in which the page may give a secret to the core, taken out: command and path. */
function withoutGiven(frame: string): string {
  const parsed = callSchema.safeParse(JSON.parse(frame))
  if (!parsed.success) return frame
  const { call, input } = parsed.data
  return JSON.stringify(input, function (this: unknown, key, value: unknown) {
    if (call === 'clouds.read' && key === 'text') return null
    const typed = typeof this === 'object' && this !== null && 'kind' in this && this.kind === 'typed'
    if ((call === 'clouds.save' || call === 'clouds.test') && key === 'secret' && typed) return null
    return call === 'clouds.signInWith' && key === 'secret' ? null : value
  })
}

test('a whole run leaves passwords, tokens and credentials nowhere but in the one file that is named', async ({
  app,
  host,
  files,
  folder,
  downloads,
  target,
}) => {
  const bridge = await watchBridge(app.page, host)
  await app.sidebar.cloud('This computer').waitFor()

  const cloud = new OwnCloud(join(folder, 'cloud'))
  await cloud.start()
  const { auth } = entrySchema.parse(await cloud.credentialEntry('research'))
  const secrets = [PASSWORD, WRONG, TOKEN, auth.application_credential_secret]
  const { cloudSheet: sheet } = app
  const main = app.page.getByRole('main')

  // By form: a wrong password that is tried, the right one that is tried, kept and used.
  await sheet.open()
  await sheet.field('Name in Glancer').fill('by-form')
  await sheet.field('Keystone address (auth URL)').fill(cloud.authUrl)
  await sheet.field('User').fill('ada')
  await sheet.field('Project').fill('demo')
  await sheet.field('Password').fill(WRONG)
  await sheet.test.click()
  await expect(sheet.outcome).toContainText('Keystone refused the sign-in')
  await sheet.field('Password').fill(PASSWORD)
  await sheet.test.click()
  await expect(sheet.root).toContainText('It works')
  await sheet.save.click()
  await expect(main).toContainText('No images in demo')

  // By a pasted openrc: an application credential that stays in memory.
  await sheet.open()
  await sheet.way('From an openrc or clouds.yaml')
  await sheet.text.fill(
    `export OS_AUTH_TYPE=v3applicationcredential\nexport OS_AUTH_URL=${cloud.authUrl}\nexport OS_APPLICATION_CREDENTIAL_ID=${auth.application_credential_id}\nexport OS_APPLICATION_CREDENTIAL_SECRET='${auth.application_credential_secret}'\n`,
  )
  await sheet.resume.click()
  await sheet.field('Name in Glancer').fill('by-credential')
  await sheet.choose('Where the secret is kept', 'Ask each time')
  await sheet.save.click()
  await expect(main).toContainText('No images in research')

  // Images go up and come down, with receipts; then the cloud dies under an upload, and the sign-in fails too.
  await app.uploadVerified(await files.iso('cd.iso'))
  await app.images.select('cd')
  await app.inspector.download.click()
  await app.download.to(downloads)
  await expect(app.transfers.row('cd', 'Download').root).toContainText('Verified')
  await cloud.endTokens()
  await app.readAgain('by-credential')
  await expect(app.images.row('cd')).toBeVisible()
  await cloud.kill()
  await app.drop((await files.raw('lost.raw')).path)
  await app.sheet.upload()
  await expect(app.transfers.row('lost').root).toContainText(/Waiting|Failed/)
  await app.sidebar.cloud('by-form').click()
  await expect(app.sidebar.root).toContainText('refused the connection')

  // While it runs, with the journal's write-ahead log beside it, and after the end.
  // The web host has no key ring, and says so where the password is typed; the desktop's file holds what the key ring sealed.
  const named = target === 'web' ? [`secrets.json: ${PASSWORD}`] : []
  expect(await filesWith(host.dataDir, secrets)).toEqual(named)
  expect((await stat(join(host.dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
  expect(await filesWith(downloads, secrets)).toEqual([])
  const [toPage, fromPage] = [await bridge.toPage(), await bridge.fromPage()]
  await app.page.close()
  await host.close()
  expect(await filesWith(host.dataDir, secrets)).toEqual(named)
  expect(textsIn(host.log, secrets)).toEqual([])

  // The bridge: nothing of it to the page, ever; from the page only in the fields that are for it.
  expect(toPage.length).toBeGreaterThan(20)
  expect(toPage.flatMap((frame) => textsIn(frame, secrets).map((secret) => `${secret} in ${frame.slice(0, 200)}`))).toEqual([])
  const given = fromPage.filter((frame) => textsIn(frame, secrets).length > 0)
  expect(new Set(given.map((frame) => callSchema.parse(JSON.parse(frame)).call))).toEqual(
    new Set(['clouds.test', 'clouds.save', 'clouds.read']),
  )
  expect(fromPage.flatMap((frame) => textsIn(withoutGiven(frame), secrets))).toEqual([])
})
