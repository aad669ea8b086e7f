import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeQueue } from '../e2e/fixtures/long-queue.ts'
import { manyImages, writeImages } from '../e2e/fixtures/many-images.ts'
import { startImageService } from '../src/core/service/index.ts'
import { openPage, type PageSide } from './page-browser.ts'
import { startHost } from './page-host.ts'
import { machineLine, median } from './report.ts'
import { writeResults } from './results-file.ts'

// What a person waits for in the page, with ten thousand images in each of three clouds and two thousand entries in the queue: the built product, its
// web host, its built-in image service, and Chromium. Needs `npm run build` first.

const HELP = `Usage: npm run bench:page -- [--images N] [--entries N] [--rounds N]

  --images N   images in each of three clouds (default 10,000)
  --entries N  entries in the queue (default 2,000)
  --rounds N   starts of the page (default 5)

Prints the figures and writes them to bench/RESULTS.md.`

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '10000' },
    entries: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
})
const count = Number(options.images)
const entries = Number(options.entries)
const rounds = Math.max(1, Number(options.rounds))

const lines: string[] = []
function fact(what: string, values: readonly number[], unit: string, target?: string): void {
  const digits = unit === 'ms' ? 0 : 1
  const spread = values.length > 1 ? ` (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})` : ''
  const line = `${what}: ${median(values).toFixed(digits)} ${unit}${spread}${target === undefined ? '' : `; target ${target}`}`
  console.log(`  ${line}`)
  lines.push(`- ${line}`)
}

if (options.help) console.log(HELP)
else await main()

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'glancer-page-bench-'))
  const dataDir = join(dir, 'data')
  const images = manyImages(count)
  writeImages(join(dataDir, 'service'), images)
  writeQueue(dataDir, entries)
  const others = await Promise.all(
    ['second', 'third'].map(async (name) => {
      const folder = join(dir, name)
      writeImages(folder, images)
      return { name, service: await startImageService({ dataDir: folder }) }
    }),
  )
  const clouds = Object.fromEntries(
    others.map(({ name, service }) => [name, { auth_type: 'admin_token', auth: { endpoint: service.url, token: service.token } }]),
  )
  mkdirSync(join(dir, 'home'))
  writeFileSync(join(dir, 'clouds.yaml'), JSON.stringify({ clouds }))
  const host = await startHost(dataDir, { HOME: join(dir, 'home'), OS_CLIENT_CONFIG_FILE: join(dir, 'clouds.yaml') })
  const page = await openPage(host.url)
  try {
    await measure(page)
  } finally {
    await page.close()
    await host.close()
    for (const { service } of others) await service.close()
    rmSync(dir, { recursive: true, force: true })
  }
  await writeResults(
    'page',
    [
      '# Results of the page bench',
      `Written by \`npm run bench:page\` on ${new Date().toISOString().slice(0, 10)}: ${machineLine()}; ${page.browser}, headless, without a GPU, 1600 x 1000 pixels. The built page, its web host and the built-in image service on one machine; ${count.toLocaleString('en-US')} images in each of three clouds, ${entries.toLocaleString('en-US')} entries in the queue. Medians, with the lowest and the highest; times up to what is painted.`,
      lines.join('\n'),
    ].join('\n\n'),
  )
}

async function measure(page: PageSide): Promise<void> {
  const first: number[] = []
  const whole: number[] = []
  const opened: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = await page.load(count)
    first.push(start.rowsAt - start.dataAt)
    opened.push(start.rowsAt)
    whole.push(start.allAt - start.rowsAt)
  }
  fact('First rows painted, from the first data on the socket', first, 'ms', '<= 1000 ms')
  fact('First rows painted, from the begin of the navigation', opened, 'ms')
  fact('All rows known, after the first rows', whole, 'ms')

  const typed = await page.type(['debian', '13 golden', 'rocky-1', '00042'])
  fact('A letter typed into the search, to the rows painted: median', [median(typed)], 'ms', '<= 50 ms')
  fact('The same, the slowest of them', [Math.max(...typed)], 'ms', '<= 50 ms')
  fact('A filter set or taken away', await page.filters(), 'ms', '<= 50 ms')
  fact('Another order, by a press on a head', await page.sorts(['Size', 'Updated', 'Name', 'Status', 'Name']), 'ms')

  const slow = await page.scroll('grid', 40)
  fact('Scrolling, 40 pixels a frame: frames a second', [slow.fps], 'fps', '>= 55 fps')
  fact('The same: the longest frame', [slow.longest], 'ms')
  const fast = await page.scroll('grid', 1500)
  fact('Scrolling, 47 rows a frame: frames a second', [fast.fps], 'fps', '>= 55 fps')
  fact('The same: the longest frame', [fast.longest], 'ms')

  await page.showCloud('second', count)
  await page.showCloud('third', count)
  const switches: number[] = []
  for (let round = 0; round < rounds; round++) for (const name of ['second', 'third']) switches.push(await page.showCloud(name, count))
  fact('Another cloud of as many images, known from before', switches, 'ms')

  fact('The page of transfers', await page.transfers(rounds), 'ms')
  const queue = await page.scroll('queue', 40)
  fact('Scrolling it, 40 pixels a frame: frames a second', [queue.fps], 'fps', '>= 55 fps')
  fact('The same: the longest frame', [queue.longest], 'ms')
}
