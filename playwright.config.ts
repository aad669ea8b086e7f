import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { defineConfig } from '@playwright/test'
import type { TargetOptions } from './e2e/fixtures/target.ts'

/** The browser: `GLANCER_CHROMIUM`, else a Chromium or Chrome of the system, else the one that Playwright brought. */
function chromium(): string | undefined {
  const given = process.env.GLANCER_CHROMIUM
  if (given !== undefined && given !== '') return given
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const executablePath = chromium()

// The desktop app differs from the web host in its shell alone: its own specs are run, those that go through what the shell does in its own way
// (files by path, dialogs, the key ring, saved files, restarts, the clipboard), and all where that is asked for.
const all = process.env.GLANCER_STAND_IN === 'all'
const byShell = ['add-cloud', 'copy', 'download', 'keyboard', 'long-queue', 'mismatch', 'queue', 'secrets', 'upload']
const standIn = all ? '**/*.spec.ts' : ['**/desktop/**', ...byShell.map((name) => `**/${name}.spec.ts`)]

export default defineConfig<TargetOptions>({
  testDir: './e2e/specs',
  outputDir: './test-results',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  // Only for what never comes: a machine that is busy with other things takes several times as long as an idle one.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      // A browser that asks nobody for updates, field trials or models.
      args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-gpu'],
      // Chromium's sandbox refuses to run as root.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
  projects: [
    { name: 'web', testIgnore: ['**/real-cloud*', '**/desktop/**'], use: { target: 'web' } },
    // The same specs and those of the shell with the built desktop app, run by Node and Chromium in Electron's place (e2e/electron-stand-in).
    // Without traces, whose snapshots of a long page take seconds there: `--trace on` makes them, and a failed test has a picture of its window.
    { name: 'stand-in', testMatch: standIn, testIgnore: '**/real-cloud*', use: { target: 'stand-in', trace: 'off' } },
    // And in Electron itself; skipped by name where it has no runtime.
    { name: 'electron', testIgnore: '**/real-cloud*', use: { target: 'electron' } },
    // Against the Keystone and Glance of e2e/openstack/up; skipped by name without.
    { name: 'real-cloud', testMatch: '**/real-cloud*', use: { target: 'web' } },
  ],
})
