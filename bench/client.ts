import { createHash } from 'node:crypto'
import { stat, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import { createEngine, type Engine } from '../src/core/transfers/engine/index.ts'
import type { TransferJob } from '../src/core/transfers/worker/contract.ts'
import { builtWorkers } from './built.ts'
import type { resultSchema } from './client-result.ts'

// Glancer's own side of the bench: the real engine with its real threads, in a process of its own, so that its CPU and memory can be counted.
// Takes one task as JSON, prints one result as JSON.

const taskSchema = z.object({
  kind: z.enum(['upload', 'download', 'copy', 'digest']),
  /** `digest`: which one; in one thread, of one block over and over. */
  digest: z.string().default('md5'),
  bytes: z.number().default(0),
  url: z.string().default(''),
  /** `copy`: where the data comes from; `url` is where it goes. */
  source: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  /** What to send, or the part file to receive into, one for each transfer; as many run at once as `atOnce` says. */
  paths: z.array(z.string()).default([]),
  atOnce: z.number().default(1),
  /** `download`: null = over one connection; left out = as the engine chooses. */
  ranges: z.null().optional(),
  /**
   * The fast peer, with which a small image is exchanged first, uncounted: the threads of an app that has moved something before are there, and
   * what they need is loaded. Null = the threads have to be started.
   */
  warmUp: z.string().nullable().default(null),
})
type Task = z.infer<typeof taskSchema>

const WARM_BYTES = 8 * 1024 * 1024

const task = taskSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
console.log(JSON.stringify(task.kind === 'digest' ? digestAlone(task) : await transfers(task)))

function digestAlone({ digest, bytes }: Task): z.infer<typeof resultSchema> {
  const block = Buffer.alloc(1024 * 1024, 7)
  const from = performance.now()
  const hash = createHash(digest)
  for (let done = 0; done < bytes; done += block.length) hash.update(block)
  hash.digest()
  const seconds = (performance.now() - from) / 1000
  const none = { rssBeforeMiB: 0, rssPeakMiB: 0, loopDelayP99Ms: 0, waits: null, digests: {} }
  return { seconds, secondsToLastByte: seconds, cpuSeconds: seconds, ...none }
}

async function transfers(task: Task): Promise<z.infer<typeof resultSchema>> {
  const urls = builtWorkers()
  const engine = createEngine({ workerUrl: urls.transfer, hashWorkerUrl: urls.hash })
  if (task.warmUp !== null) await warmUp(engine, task.warmUp)
  const rssBefore = process.memoryUsage.rss()
  let rssPeak = rssBefore
  const watch = setInterval(() => {
    rssPeak = Math.max(rssPeak, process.memoryUsage.rss())
  }, 25)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const cpu = process.cpuUsage()
  const from = performance.now()
  let lastByte = from
  let last: Done = { waits: null, digests: {} }
  const left = [...task.paths]
  const lane = async (): Promise<void> => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      last = await one(engine, await jobFor(task, path), () => {
        lastByte = performance.now()
      })
      if (task.kind === 'download' && task.paths.length > 1) await unlink(path)
    }
  }
  await Promise.all(Array.from({ length: task.atOnce }, lane))
  const to = performance.now()
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  clearInterval(watch)
  await engine.close()
  return {
    seconds: (to - from) / 1000,
    secondsToLastByte: (lastByte - from) / 1000,
    cpuSeconds: (user + system) / 1e6,
    rssBeforeMiB: rssBefore / 1048576,
    rssPeakMiB: Math.max(rssPeak, process.resourceUsage().maxRSS * 1024) / 1048576,
    loopDelayP99Ms: delay.percentile(99) / 1e6 - 5,
    ...last,
  }
}

type Done = Pick<z.infer<typeof resultSchema>, 'waits' | 'digests'>

/** Receives a small image from the peer and sends it back. */
async function warmUp(engine: Engine, peer: string): Promise<void> {
  const path = join(tmpdir(), `glancer-bench-warm-${process.pid}`)
  const task = taskSchema.parse({ kind: 'download', bytes: WARM_BYTES })
  await one(engine, await jobFor({ ...task, url: `${peer}/sized/${WARM_BYTES}` }, path), () => {})
  await one(engine, await jobFor({ ...task, kind: 'upload', url: `${peer}/sink` }, path), () => {})
  await unlink(path)
}

async function one(engine: Engine, job: TransferJob, onLastByte: () => void): Promise<Done> {
  const running = engine.start(job, {
    progress: () => {},
    phase: (phase) => {
      if (phase === 'finishing') onLastByte()
    },
  })
  const finished = await running.finished
  if (finished.type !== 'done') throw new Error(`a transfer ended as ${JSON.stringify(finished)}`)
  if (Object.keys(finished.result.digests).length !== 2) throw new Error('a transfer ended without both digests')
  return { waits: { ...finished.result.waits }, digests: finished.result.digests }
}

async function jobFor(task: Task, path: string): Promise<TransferJob> {
  const common = {
    endpoint: { url: task.url, headers: task.headers },
    digests: ['md5', 'sha512'],
    rate: null,
    stallTimeoutMs: 60_000,
  }
  if (task.kind === 'download') {
    return {
      kind: 'download',
      ...common,
      partPath: path,
      size: task.bytes,
      resumeFrom: 0,
      rangeAllowed: true,
      ...(task.ranges === null && { ranges: null }),
    }
  }
  if (task.kind === 'copy')
    return {
      kind: 'copy',
      ...common,
      source: { url: task.source, headers: task.headers },
      size: task.bytes,
      expected: {},
      rangeAllowed: true,
    }
  const { size, mtimeNs, ino, dev } = await stat(path, { bigint: true })
  const identity = { size: Number(size), mtimeNs: String(mtimeNs), ino: String(ino), dev: String(dev) }
  return { kind: 'upload', ...common, path, identity }
}
