// npm start [-- --web [--port N] [--data-dir FOLDER] [--no-open]]
// Installs what is missing, builds what changed, and opens Glancer: in Electron where its runtime is here, else in the browser.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { findElectron } from './lib/electron.mjs'
import { build, environment, Failure, install, nodeFile, root, say } from './lib/setup.mjs'

const args = process.argv.slice(2)

try {
  install()
  build()
  const electron = args.includes('--web') ? null : findElectron({ root, platform: process.platform, env: process.env })
  if (electron?.missing) say(`${electron.missing}, so Glancer opens in the browser.`)
  if (electron?.file) start(electron.file, [root, ...args])
  else start(nodeFile(), [join(root, 'out', 'main', 'web.js'), ...args])
} catch (error) {
  if (!(error instanceof Failure)) throw error
  say(error.message)
  process.exitCode = 1
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
