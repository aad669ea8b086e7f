import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { node24 } from '../fixtures/host.ts'
import { expect, test } from '../fixtures/test.ts'
import { AppPage } from '../pages/app-page.ts'

test('the bundles that ship do the main job too', async ({ page, console, target, folder, files }) => {
  test.skip(target !== 'web', 'starts the web host')
  const web = fileURLToPath(new URL('../../out/main/web.js', import.meta.url))
  const child = spawn(node24(), [web, '--no-open', '--port', '0', '--data-dir', join(folder, 'data')], {
    env: { HOME: folder, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const url = /^Glancer is at (http:\/\/127\.0\.0\.1:\d+\/#\S+)$/.exec(String(line))?.[1]
    expect(url, `the line that it prints: ${line}`).toBeDefined()
    await console.watch(page)
    const app = new AppPage(page)
    await app.open(url ?? '')
    await app.uploadVerified(await files.qcow2('disk.qcow2'), await files.iso('cd.iso'))
  } finally {
    child.kill('SIGTERM')
  }
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
})
