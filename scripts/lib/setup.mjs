// What `npm start` and `npm test` both need before anything else. Runs on Node 20.19+ with nothing installed, so it imports Node only.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Node 24, which the packages bring along: it runs TypeScript as it is, and undici 8 needs it. */
export function nodeFile() {
  const packaged = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Failure(
    `Node 24 is not in node_modules: its package fetches the right binary in an install script, which seems to be switched off here.
Run "npm rebuild node --ignore-scripts=false", or use a Node 24 of your own.`,
  )
}

/** Environment for everything that is started: Node 24 first in the path, and no package fetches a browser or Electron by itself. */
export function environment() {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
  }
}

/** Installs the packages of the lock file if there are none, or if the lock file changed since. */
export function install() {
  const installed = modified(join(root, 'node_modules', '.package-lock.json'))
  if (installed >= modified(join(root, 'package-lock.json'))) return
  say(installed === 0 ? 'Installing packages (once) …' : 'The lock file changed: installing packages …')
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** Builds `out/` if a source is newer than the last whole build. */
export function build() {
  const stamp = join(root, 'out', 'built')
  const built = modified(stamp)
  if (built > 0 && built >= newest()) return
  say('Building …')
  const started = new Date()
  run(nodeFile(), [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'])
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(stamp, '')
  // What was saved while the build ran may not be in it.
  utimesSync(stamp, started, started)
}

/** Runs a step of the set-up. Its output goes to stderr: the one line on stdout is the address. */
export function run(file, args, options = {}) {
  const { status, signal, error } = spawnSync(file, args, {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 2, 2],
    // npm is a script on Windows, and only a shell starts those.
    shell: process.platform === 'win32' && file.endsWith('.cmd'),
    ...options,
  })
  if (error) throw new Failure(`${file} could not be started: ${error.message}`)
  if (status !== 0) throw new Failure(`${[file, ...args].join(' ')} ended with ${signal ?? `code ${status}`}.`)
}

export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Something that a person can mend: its message is all that is printed. */
export class Failure extends Error {}

function newest() {
  const sources = ['package.json', 'package-lock.json', 'electron.vite.config.ts'].map((name) => modified(join(root, name)))
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    // A folder's own time tells of files that went away.
    if (!entry.name.endsWith('.test.ts')) sources.push(modified(join(entry.parentPath, entry.name)))
  }
  return Math.max(...sources)
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
