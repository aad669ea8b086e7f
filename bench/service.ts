import { spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { startImageServiceThread } from '../src/core/service/index.ts'

// The built-in Image service against the real Glance, side by side: the same file, the same curl, one after the other, several rounds.
// The ratio is what counts; absolute figures drift with the machine.

const HELP = `Usage: node bench/service.ts [--size MiB] [--rounds N]

Sends and fetches one file (default 1024 MiB, 5 rounds) to and from the built-in service and the real Glance without authentication of the lab that
GLANCER_OPENSTACK_DIR names. Without a lab it measures the built-in service alone.`

interface Side {
  name: string
  url: string
  token: string
}

const env = z.object({ glanceNoAuthUrl: z.string() })
const WORK = ['PUT', 'PUT chunked', 'GET to a sink', 'GET to a file'] as const
type Work = (typeof WORK)[number]

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '1024' },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  if (!existsSync('/usr/bin/curl')) throw new Error('the bench sends with curl, and there is none')
  const dir = await mkdtemp(join(tmpdir(), 'glancer-bench-'))
  const service = await startImageServiceThread({ dataDir: join(dir, 'data') })
  try {
    const sides: Side[] = [{ name: 'built-in', url: service.url, token: service.token }]
    const lab = process.env.GLANCER_OPENSTACK_DIR
    if (lab !== undefined) {
      const { glanceNoAuthUrl } = env.parse(JSON.parse(await readFile(join(lab, 'env.json'), 'utf8')))
      sides.push({ name: 'Glance', url: glanceNoAuthUrl, token: 'none' })
    }
    const mib = Number(values.size)
    const file = join(dir, 'file')
    await makeFile(file, mib)
    const times = await measure(sides, file, Number(values.rounds))
    report(sides, times, mib)
  } finally {
    await service.close()
    await rm(dir, { recursive: true, force: true })
  }
}

async function makeFile(path: string, mib: number): Promise<void> {
  const file = await open(path, 'w')
  const block = Buffer.alloc(1024 * 1024)
  for (let n = 0; n < mib; n++) await file.write(randomFillSync(block))
  await file.sync()
  await file.close()
}

/** Seconds, by side and work. The sides take turns, so that a slow moment of the machine hits both. */
async function measure(sides: readonly Side[], file: string, rounds: number): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  const add = (side: Side, work: Work, seconds: number) =>
    times.set(`${side.name} ${work}`, [...(times.get(`${side.name} ${work}`) ?? []), seconds])
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const id = await create(side)
      add(side, 'PUT', await curl(side, ['-T', file, ...put(side, id)]))
      add(side, 'GET to a sink', await curl(side, ['-o', '/dev/null', `${side.url}/v2/images/${id}/file`]))
      add(side, 'GET to a file', await curl(side, ['-o', `${file}.down`, `${side.url}/v2/images/${id}/file`]))
      await remove(side, id)
      const chunked = await create(side)
      add(side, 'PUT chunked', await curl(side, ['-H', 'Transfer-Encoding: chunked', '-T', file, ...put(side, chunked)]))
      await remove(side, chunked)
      await rm(`${file}.down`, { force: true })
    }
  }
  return times
}

const put = (side: Side, id: string) => [
  '-H',
  'Content-Type: application/octet-stream',
  '-H',
  'Expect:',
  `${side.url}/v2/images/${id}/file`,
]

async function create(side: Side): Promise<string> {
  const answer = await fetch(`${side.url}/v2/images`, {
    method: 'POST',
    headers: { 'X-Auth-Token': side.token, 'Content-Type': 'application/json' },
    body: '{"name":"bench","disk_format":"raw","container_format":"bare"}',
  })
  return z.object({ id: z.string() }).parse(await answer.json()).id
}

async function remove(side: Side, id: string): Promise<void> {
  await fetch(`${side.url}/v2/images/${id}`, { method: 'DELETE', headers: { 'X-Auth-Token': side.token } })
}

async function curl(side: Side, args: readonly string[]): Promise<number> {
  const start = performance.now()
  const child = spawn('/usr/bin/curl', ['-s', '-S', '-f', '-H', `X-Auth-Token: ${side.token}`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`curl ended with ${code} at ${side.name}`)
  return (performance.now() - start) / 1000
}

function report(sides: readonly Side[], times: ReadonlyMap<string, readonly number[]>, mib: number): void {
  for (const work of WORK) {
    const medians = sides.map((side) => median(times.get(`${side.name} ${work}`) ?? []))
    const figures = sides.map((side, n) => `${side.name} ${(medians[n] ?? 0).toFixed(2)} s (${Math.round(mib / (medians[n] ?? 1))} MiB/s)`)
    const [ours, theirs] = medians
    const ratio = ours === undefined || theirs === undefined ? '' : `, wall time ${(ours / theirs).toFixed(2)} x Glance's`
    console.log(`${work.padEnd(14)} ${figures.join(', ')}${ratio}`)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}

await main()
