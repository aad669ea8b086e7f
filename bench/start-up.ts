import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { manyImages, writeImages } from '../e2e/fixtures/many-images.ts'
import { StandInApp } from '../e2e/fixtures/stand-in-app.ts'
import { machineLine, median } from './report.ts'

// From the start of the desktop app's process to its first rows, in the stand-in for Electron. Needs `npm run build` first; builds that are to be
// compared are started in turns, so that both see the same machine.

const HELP = `Usage: node bench/start-up.ts [--rounds N] [FOLDER…]

  FOLDER      an app: package.json, out/ and resources/ (default: this one)
  --rounds N  starts of each (default 7; one more comes before and does not count)`

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, help: { type: 'boolean', default: false } },
})

async function start(appDir: string, dataDir: string): Promise<number> {
  const started = Date.now()
  const app = new StandInApp({ appDir, args: [], env: { HOME: dataDir, GLANCER_DATA_DIR: dataDir } }, process.env.GLANCER_CHROMIUM)
  // The page's own clock says when the row was painted.
  const shown = await app.rowShown('almalinux-10-server')
  await app.close()
  return shown - started
}

if (options.help) console.log(HELP)
else {
  const apps = positionals.length > 0 ? positionals : [fileURLToPath(new URL('../', import.meta.url))]
  const folder = mkdtempSync(join(tmpdir(), 'glancer-start-'))
  try {
    const runs = apps.map((appDir, index) => ({ appDir, dataDir: join(folder, String(index)), times: [] as number[] }))
    for (const { dataDir } of runs) {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      writeImages(join(dataDir, 'service'), manyImages(100))
    }
    for (let round = -1; round < Number(options.rounds); round++) {
      for (const { appDir, dataDir, times } of runs) {
        const time = await start(appDir, dataDir)
        if (round >= 0) times.push(time)
      }
    }
    console.log(machineLine())
    for (const { appDir, times } of runs) console.log(`${appDir}: first rows after ${median(times)} ms (${times.join(', ')}), stand-in`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
