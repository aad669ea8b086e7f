// npm test [-- --only types,unit,…]
// Installs what is missing and runs every check there is. Ends with one line: N passed, N failed, N skipped.
// With GLANCER_OPENSTACK=1 the tests against a real Keystone and Glance run too (e2e/openstack).
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { provideChromium } from './lib/chromium.mjs'
import { environment, Failure, install, root, say } from './lib/setup.mjs'
import { line, sum, tallyCheck, tallyPlaywright, tallyVitest, targetLines } from './lib/tally.mjs'

const MINUTE = 60_000
const temporary = mkdtempSync(join(tmpdir(), 'glancer-test-'))
const env = { ...environment(), CI: process.env.CI ?? '', FORCE_COLOR: '0', NO_COLOR: '1' }

const vitest = (project) => {
  const report = join(temporary, `${project}.json`)
  return {
    commands: [['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]],
    tally: (code) => tallyVitest(code, read(report)),
    minutes: 12,
  }
}
const uiReport = join(temporary, 'ui.json')

/** In this order. `commands` run one after the other; the first that fails ends the step. */
const steps = {
  types: {
    commands: ['tsconfig.json', 'src/renderer', 'src/preload', 'e2e/electron-stand-in/page'].map((project) => ['tsc', '-p', project]),
  },
  lint: { commands: [['biome', 'check', '--error-on-warnings', '--max-diagnostics=none']] },
  boundaries: { commands: [['node', 'scripts/boundaries.mjs']] },
  'dead code': { commands: [['knip']] },
  build: { commands: [['node', 'node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn']] },
  unit: vitest('unit'),
  conformance: { ...vitest('conformance'), cloud: true },
  integration: { ...vitest('integration'), cloud: true },
  'real cloud': { ...vitest('real-cloud'), cloud: true },
  ui: {
    commands: [['playwright', 'test', '--reporter=line,json']],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: uiReport },
    prepare: () => {
      const chromium = provideChromium()
      if (chromium !== null) env.GLANCER_CHROMIUM = chromium
    },
    tally: (code) => tallyPlaywright(code, read(uiReport)),
    details: () => targetLines(read(uiReport)),
    minutes: 20,
    cloud: true,
  },
}

let running = null
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true
    running?.kill('SIGTERM')
  })
}

const counts = []
try {
  const chosen = choose()
  install()
  const openstack = process.env.GLANCER_OPENSTACK === '1' && chosen.some((name) => steps[name].cloud)
  try {
    if (openstack) await startOpenStack()
    for (const name of chosen) if (!interrupted) await runStep(name, steps[name])
  } finally {
    if (openstack) await finish('openstack down', [join(root, 'e2e', 'openstack', 'down')], 3)
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error
  say(error.message)
  counts.push(tallyCheck(1))
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
const total = sum(interrupted ? [...counts, tallyCheck(1)] : counts)
console.log(line(total))
process.exitCode = total.failed === 0 ? 0 : 1

function choose() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const names = Object.keys(steps)
  if (values.only === undefined) return names
  const only = values.only.split(',').map((name) => name.trim())
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Failure(`There is no step "${unknown.join('", "')}". There are: ${names.join(', ')}.`)
  return names.filter((name) => only.includes(name))
}

async function startOpenStack() {
  env.GLANCER_OPENSTACK_DIR = process.env.GLANCER_OPENSTACK_DIR ?? join(temporary, 'openstack')
  await finish('openstack up', [join(root, 'e2e', 'openstack', 'up')], 12)
}

/** A command around the steps: counts only if it fails, since it tests nothing. */
async function finish(name, command, minutes) {
  const { code, output } = await runCommand(command, {}, minutes)
  if (code === 0) return
  console.log(`${name}: failed\n${output}`)
  counts.push(tallyCheck(code))
}

async function runStep(name, { commands, env: more = {}, prepare, tally = tallyCheck, details = () => [], minutes = 5 }) {
  const started = performance.now()
  let result = { code: 0, output: '' }
  try {
    prepare?.()
    for (const command of commands) {
      result = await runCommand(command, more, minutes)
      if (result.code !== 0) break
    }
  } catch (error) {
    result = { code: 1, output: error.message }
  }
  const counted = tally(result.code)
  counts.push(counted)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${name}: ${tally === tallyCheck ? (result.code === 0 ? 'ok' : 'failed') : line(counted)} (${seconds} s)`)
  for (const detail of details()) console.log(`  ${detail}`)
  if (counted.failed > 0) console.log(result.output)
}

function runCommand([file, ...args], more, minutes) {
  return new Promise((resolve) => {
    const chunks = []
    const shell = process.platform === 'win32'
    const child = spawn(file, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
      timeout: minutes * MINUTE,
    })
    running = child
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    const done = (code, reason) => {
      running = null
      resolve({ code, output: `${Buffer.concat(chunks)}${reason ? `\n${file}: ${reason}` : ''}` })
    }
    child.on('error', (error) => done(1, error.message))
    child.on('close', (code, signal) => done(code ?? 1, signal ? `ended by ${signal}, or took longer than ${minutes} minutes` : ''))
  })
}

function read(file) {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  } catch {
    return null
  }
}
