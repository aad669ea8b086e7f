// A browser for the UI tests: one that is there, else Debian's, else Playwright's own.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Failure, run, say } from './setup.mjs'

/** What the tests need beside the browser: qemu-img makes the disk images that the format tests read. */
const debianPackages = { chromium: 'chromium', 'qemu-img': 'qemu-utils' }

/**
 * On Debian as root, installs what is missing of the browser and qemu-img; elsewhere only a missing browser, Playwright's.
 * @returns the browser's executable, or null for the one that Playwright brought
 */
export function provideChromium() {
  const missing = Object.entries(debianPackages).filter(([command]) => (command === 'chromium' ? findChromium() : find(command)) === null)
  if (missing.length > 0 && isDebian() && process.getuid?.() === 0) {
    const names = missing.map(([, name]) => name)
    say(`Installing ${names.join(' and ')} with apt …`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    run('apt-get', ['update', '-qq'], { env })
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names, 'fonts-liberation'], { env })
  }
  const found = findChromium()
  if (found !== null) return found
  say('No Chrome or Chromium here: fetching the one that Playwright keeps …')
  const playwright = join('node_modules', 'playwright-core', 'cli.js')
  if (spawnSync(process.execPath, [playwright, 'install', 'chromium'], { stdio: ['ignore', 2, 2] }).status !== 0) {
    throw new Failure('There is no browser for the UI tests: install Chromium or Chrome, or set GLANCER_CHROMIUM to its executable.')
  }
  return null
}

function findChromium() {
  const given = process.env.GLANCER_CHROMIUM
  if (given) return given
  const places = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    `${process.env.PROGRAMFILES ?? 'C:\\Program Files'}\\Google\\Chrome\\Application\\chrome.exe`,
  ]
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const file = find(name)
    if (file !== null) return file
  }
  return places.find((file) => existsSync(file)) ?? null
}

function find(command) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, command)).find((file) => existsSync(file)) ?? null
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
