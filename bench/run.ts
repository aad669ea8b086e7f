import { randomFillSync } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWorkers } from './built.ts'
import { openCloud } from './cloud.ts'
import { delay } from './delay.ts'
import { memory } from './memory.ts'
import { type Glancer, glancer, has, program, startPeer } from './programs.ts'
import { median, Report } from './report.ts'
import { writeSections } from './results-file.ts'
import { small } from './small.ts'

// Glancer's engine and the tools that people use today, side by side and alternating, so that a slow moment of the machine hits all of them.
// The ratios are what counts: absolute figures drift with the machine.

const HELP = `Usage: npm run bench -- [--quick] [--rounds N] [--openstack] [--long] [--only SECTIONS] [--dir FOLDER]

  --quick      256 MiB of random data instead of 2 GiB, 1 GiB of sparse data instead of 8 GiB, 200 small files instead of 1,000;
               nothing is written
  --rounds N   rounds of each comparison (default 5)
  --openstack  also against the real Glance of the lab that GLANCER_OPENSTACK_DIR names (see e2e/openstack/up)
  --long       also the memory at 64 GiB, and a sparse image of 64 GiB (8 minutes more)
  --only       some sections, with commas: loopback, small, sparse, three, memory, long, delay, glance
  --dir        where data and results of downloads go (default: the system's folder for temporary files)

Prints the figures and writes them to bench/RESULTS.md, where sections that were not run stay as they were. All of it takes some 15 minutes.`

const MIB = 1024 * 1024
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    openstack: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
})
const rounds = Math.max(1, Number(options.rounds))
const bytes = (options.quick ? 256 : 2048) * MIB
const sparseBytes = (options.quick ? 1024 : 8192) * MIB
const smallFiles = options.quick ? 200 : 1000

if (options.help) console.log(HELP)
else await main()

async function main(): Promise<void> {
  if (!has('curl')) throw new Error('the bench compares with curl, and there is none')
  await buildWorkers()
  const dir = await mkdtemp(join(options.dir, 'glancer-bench-'))
  const peer = await startPeer()
  const report = new Report(rounds)
  try {
    const down = join(dir, 'down')
    const random = (): Promise<string> => dataFile(join(dir, 'random'), bytes, true)
    const sections: Record<string, () => Promise<void>> = {
      loopback: async () => loopback(report, peer.url, await random(), down),
      small: async () => {
        const files: string[] = []
        for (let n = 0; n < smallFiles; n++) files.push(await dataFile(join(dir, `small-${n}`), 65_536, true))
        await small(report, rounds, peer.url, files)
      },
      sparse: async () => sparse(report, peer.url, await dataFile(join(dir, 'sparse'), sparseBytes, false), down),
      three: async () => three(report, peer.url, await random(), dir),
      memory: () => memory(report, rounds, 1, peer.url, dir),
      long: () => memory(report, 1, 64, peer.url, dir),
      delay: () => delay(report, Math.min(rounds, 3), options.quick ? 256 : 512, down),
      glance: async () => realGlance(report, await random(), down, peer.url),
    }
    const isAsked = (name: string): boolean => (name !== 'glance' || options.openstack) && (name !== 'long' || options.long)
    const wanted = options.only?.split(',') ?? Object.keys(sections).filter(isAsked)
    for (const name of wanted) {
      const run = sections[name]
      if (run === undefined) throw new Error(`there is no section ${name}`)
      await run()
    }
    report.printMissing()
    if (!options.quick) await writeSections('engine', report.intro(), report.sections())
  } finally {
    peer.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Makes a file once, when the first section asks for it. */
async function dataFile(path: string, size: number, fill: boolean): Promise<string> {
  const block = Buffer.alloc(MIB)
  const file = await open(path, 'a')
  if ((await file.stat()).size !== size) {
    if (fill) for (let at = 0; at < size; at += MIB) await file.write(randomFillSync(block), 0, Math.min(MIB, size - at))
    else await file.truncate(size)
    await file.sync()
  }
  await file.close()
  return path
}

/** What the engine can do at most, against a peer that costs next to nothing. */
async function loopback(report: Report, url: string, file: string, down: string): Promise<void> {
  const section = report.section(`Loopback, ${bytes / MIB} MiB of random data, to and from a peer that checks nothing`, bytes)
  const starts: number[] = []
  for (let round = 0; round < rounds; round++) {
    section.add('MD5 alone, one thread', await glancer({ kind: 'digest', digest: 'md5', bytes }))
    section.add('SHA-512 alone, one thread', await glancer({ kind: 'digest', digest: 'sha512', bytes }))
    section.add('Glancer upload, verified', await glancer({ kind: 'upload', url: `${url}/sink`, paths: [file], warmUp: url }))
    const sent = await program('curl', ['-sSf', '-H', 'Expect:', '-T', file, `${url}/sink`])
    section.add('curl -T', sent)
    const source = `${url}/sized/${bytes}`
    addDownload(section, 'Glancer download, verified', await glancer({ kind: 'download', url: source, bytes, paths: [down], warmUp: url }))
    await rm(down)
    const saved = await program('curl', ['-sSf', '-o', down, source])
    section.add('curl -o', saved)
    await rm(down)
    section.add('Glancer copy, verified', await glancer({ kind: 'copy', source, url: `${url}/sink`, bytes, paths: ['copy'], warmUp: url }))
    section.add('curl -o, then curl -T', {
      seconds: saved.seconds + sent.seconds,
      cpuSeconds: saved.cpuSeconds + sent.cpuSeconds,
      rssPeakMiB: Math.max(saved.rssPeakMiB, sent.rssPeakMiB),
    })
    const first = { kind: 'download', url: `${url}/sized/${8 * MIB}`, bytes: 8 * MIB, paths: [down] }
    const cold = await glancer(first)
    await rm(down)
    const warm = await glancer({ ...first, warmUp: url })
    await rm(down)
    starts.push((cold.seconds - warm.seconds) * 1000)
  }
  section.ratio(
    'Rate of a verified upload to that of MD5 alone',
    'MD5 alone, one thread',
    'Glancer upload, verified',
    '>= 0.85 on 4 cores, >= 0.75 on 2',
  )
  section.ratio('Wall time of a verified upload to `curl -T`', 'Glancer upload, verified', 'curl -T')
  section.ratio('Wall time of a verified download to `curl -o`', 'Glancer download, verified', 'curl -o')
  section.ratio('The same, before the flush to disk that `curl` does not do', 'Glancer download, before its flush', 'curl -o')
  section.ratio('Wall time of a verified copy to `curl -o` and `curl -T`', 'Glancer copy, verified', 'curl -o, then curl -T')
  section.fact(`The first transfer of a process, whose threads have to be started: ${median(starts).toFixed(0)} ms more`)
}

function addDownload(section: ReturnType<Report['section']>, name: string, run: Glancer): void {
  section.add(name, run)
  section.add('Glancer download, before its flush', { ...run, seconds: run.secondsToLastByte })
}

async function sparse(report: Report, url: string, file: string, down: string): Promise<void> {
  const section = report.section(
    `${sparseBytes / MIB} MiB of zeros: the upload of a sparse file, and a download that leaves holes`,
    sparseBytes,
  )
  const few = Math.min(rounds, 3)
  for (let round = 0; round < few; round++) {
    section.add('Glancer upload, verified', await glancer({ kind: 'upload', url: `${url}/sink`, paths: [file], warmUp: url }))
    section.add('curl -T', await program('curl', ['-sSf', '-H', 'Expect:', '-T', file, `${url}/sink`]))
    const source = `${url}/zeros/${sparseBytes}`
    section.add(
      'Glancer download, verified',
      await glancer({ kind: 'download', url: source, bytes: sparseBytes, paths: [down], warmUp: url }),
    )
    await rm(down)
  }
}

async function three(report: Report, url: string, file: string, dir: string): Promise<void> {
  const section = report.section('Three transfers at once', 3 * bytes)
  const delays: number[] = []
  for (let round = 0; round < rounds; round++) {
    const up = await glancer({ kind: 'upload', url: `${url}/sink`, paths: [file, file, file], atOnce: 3, warmUp: url })
    section.add('Glancer, three uploads', up)
    const paths = [1, 2, 3].map((n) => join(dir, `down-${n}`))
    const down = await glancer({ kind: 'download', url: `${url}/sized/${bytes}`, bytes, paths, atOnce: 3, warmUp: url })
    section.add('Glancer, three downloads', down)
    delays.push(Math.max(up.loopDelayP99Ms, down.loopDelayP99Ms))
  }
  section.fact(
    `Event-loop delay of the main thread, p99: median ${median(delays).toFixed(1)} ms, highest ${Math.max(...delays).toFixed(1)} ms`,
    '<= 20 ms',
  )
}

async function realGlance(report: Report, file: string, down: string, peer: string): Promise<void> {
  const cloud = await openCloud()
  const section = report.section(`A real Glance on this machine, ${bytes / MIB} MiB of random data`, bytes)
  for (let round = 0; round < rounds; round++) {
    const ids: string[] = []
    const fresh = async (): Promise<string> => {
      const id = await cloud.create()
      ids.push(id)
      return id
    }
    const { headers } = cloud
    const auth = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const source = await fresh()
    section.add(
      'Glancer upload, verified',
      await glancer({ kind: 'upload', url: cloud.fileUrl(source), headers, paths: [file], warmUp: peer }),
    )
    const type = ['-H', 'Content-Type: application/octet-stream', '-H', 'Expect:']
    section.add('curl -T', await program('curl', ['-sSf', ...auth, ...type, '-T', file, cloud.fileUrl(await fresh())]))
    if (has('glance')) {
      section.add('glance image-upload', await program('glance', ['image-upload', '--file', file, await fresh()], cloud.environment))
    }
    if (has('openstack')) {
      const args = ['image', 'create', '--disk-format', 'raw', '--container-format', 'bare', '--file', file, 'bench-openstack']
      section.add('openstack image create --file', await program('openstack', args, cloud.environment))
      ids.push(...(await cloud.named('bench-openstack')))
    }
    addDownload(
      section,
      'Glancer download, verified',
      await glancer({ kind: 'download', url: cloud.fileUrl(source), headers, bytes, paths: [down], warmUp: peer }),
    )
    await rm(down)
    section.add('curl -o', await program('curl', ['-sSf', ...auth, '-o', down, cloud.fileUrl(source)]))
    await rm(down)
    if (has('glance')) {
      section.add('glance image-download', await program('glance', ['image-download', '--file', down, source], cloud.environment))
      await rm(down)
    }
    if (has('openstack')) {
      section.add('openstack image save', await program('openstack', ['image', 'save', '--file', down, source], cloud.environment))
      await rm(down)
    }
    for (const id of ids) await cloud.remove(id)
  }
  section.ratio('Wall time of a verified upload to `curl -T`', 'Glancer upload, verified', 'curl -T', '<= 1.03')
  section.ratio('Wall time of a verified upload to `openstack image create`', 'Glancer upload, verified', 'openstack image create --file')
  section.ratio('Wall time of a verified upload to `glance image-upload`', 'Glancer upload, verified', 'glance image-upload')
  section.ratio('Wall time of a verified download to `curl -o`', 'Glancer download, verified', 'curl -o', '<= 0.55')
  section.ratio('The same, before the flush to disk that `curl` does not do', 'Glancer download, before its flush', 'curl -o')
  section.ratio(
    'Wall time of a verified download to `openstack image save`',
    'Glancer download, verified',
    'openstack image save',
    '<= 0.25',
  )
  section.ratio('Wall time of a verified download to `glance image-download`', 'Glancer download, verified', 'glance image-download')
}
