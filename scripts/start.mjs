// npm start [-- --web [--port N] [--data-dir FOLDER] [--no-open]]
// Installs what is missing, builds what changed, and opens Glancer: in Electron where its runtime is here, else in the browser.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { build, environment, Failure, install, nodeFile, root, say } from './lib/setup.mjs'

const args = process.argv.slice(2)

try {
  install()
  build()
  const electron = args.includes('--web') ? null : findElectron()
  if (electron?.missing) say(`${electron.missing}, so Glancer opens in the browser.`)
  if (electron?.file) start(electron.file, [root, ...args])
  else start(nodeFile(), [join(root, 'out', 'main', 'web.js'), ...args])
} catch (error) {
  if (!(error instanceof Failure)) throw error
  say(error.message)
  process.exitCode = 1
}

/** Electron's executable, or why there is none. Only looks: asking the package itself would start a download from GitHub. */
function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const folder = override || join(root, 'node_modules', 'electron', 'dist')
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const file = join(folder, names[process.platform] ?? 'electron')
  if (!existsSync(file)) {
    const remedy = override ? `nothing at ${file}` : '"npx install-electron" fetches it from GitHub'
    return { missing: `Electron's runtime is not here (${remedy})` }
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { missing: 'There is no screen here' }
  return { file }
}

/** Runs the host in this process's place: its output, its signals, its exit code. */
function start(file, fileArgs) {
  const child = spawn(file, fileArgs, { cwd: process.cwd(), env: environment(), stdio: 'inherit' })
  // A Ctrl-C reaches the host from the terminal too, and once more through npm; the host takes what comes together for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    say(`${file} could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
