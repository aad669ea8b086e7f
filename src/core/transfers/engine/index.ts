import { availableParallelism } from 'node:os'
import { MessageChannel, Worker } from 'node:worker_threads'
import { type ErrorShape, toErrorShape } from '../../../shared/errors.ts'
import {
  type Endpoint,
  type FromWorker,
  isSmall,
  type JobResult,
  type SourceAnswer,
  type ToWorker,
  type TransferJob,
  type Waits,
  type WorkerPhase,
} from '../worker/contract.ts'
import type { DigestPort } from '../worker/hash-protocol.ts'

import { shareRate } from './share-rate.ts'

export { createBottleneckMeter } from './bottleneck.ts'
export { commitDownload, dropSecondName, findCommitted } from './commit-download.ts'

export interface EngineOptions {
  /** The worker files: sources under Node, bundles in the built app. */
  workerUrl: URL
  hashWorkerUrl: URL
  /** Default: one less than the machine has cores, at least 2 so that both digests of one transfer run side by side, at most 8. */
  hashThreads?: number
}

export type Finished =
  | { type: 'done'; result: JobResult }
  | Extract<FromWorker, { type: 'failed' }>
  | Extract<FromWorker, { type: 'cancelled' }>

export interface RunningTransfer {
  /** Never rejects; a worker that dies becomes a failed job. */
  readonly finished: Promise<Finished>
  cancel(): void
  /** Bytes a second for this one; null = no limit. */
  setRate(bytesPerSecond: number | null): void
}

/** What is heard of a job while it runs. */
export interface JobListener {
  progress(progress: { bytes: number; waits: Waits }): void
  phase(phase: WorkerPhase): void
  /** The source of a copy broke off: how to reach it now. Rejects when its image is not the same any more, or cannot be reached. */
  sourceLost?(lost: { error: ErrorShape; bytes: number }): Promise<Endpoint>
}

export interface Engine {
  start(job: TransferJob, on: JobListener): RunningTransfer
  /** Bytes a second for all together, shared evenly among those that run; what one may not use by a cap of its own goes to the others. */
  setGlobalRate(bytesPerSecond: number | null): void
  /** Threads that exist, and jobs that run. */
  stats(): { workers: number; idleWorkers: number; hashThreads: number; running: number }
  close(): Promise<void>
}

const IDLE_WORKERS_KEPT = 4

/**
 * Each read from a socket is a buffer outside V8's heap, of which V8 sees little: with its usual 16 MiB of young objects it collects so seldom
 * that those buffers force full collections instead. Little room for young objects means small, frequent ones: measured on downloads over
 * loopback, a fifth less CPU and 35 MiB less memory.
 */
const YOUNG = { maxYoungGenerationSizeMb: 1 }

/** A job that runs, as the caps see it. */
interface Entry {
  /** Its own cap. */
  own: number | null
  /** Its phase is one in which bytes cross the network: not reading a local file again, nor waiting for what the server does. */
  isMoving: boolean
  apply(rate: number | null): void
}

interface HashThread {
  worker: Worker
  /** Digests that it computes at present. */
  streams: number
}

/** Starts jobs in worker threads and keeps the threads for the next ones. Bytes never touch the thread that calls this. */
export function createEngine(options: EngineOptions): Engine {
  const hashCount = options.hashThreads ?? Math.min(8, Math.max(2, availableParallelism() - 1))
  const hashThreads: HashThread[] = []
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const running = new Map<object, Entry>()
  let globalRate: number | null = null
  let closed = false

  const hashThread = (): HashThread => {
    const least = hashThreads.toSorted((a, b) => a.streams - b.streams)[0]
    if (least !== undefined && (least.streams === 0 || hashThreads.length >= hashCount)) return least
    const worker = new Worker(options.hashWorkerUrl)
    const thread: HashThread = { worker, streams: 0 }
    // A port whose thread is gone closes by itself, and the job goes on without that digest.
    worker.on('error', () => {})
    worker.on('exit', () => {
      const at = hashThreads.indexOf(thread)
      if (at >= 0) hashThreads.splice(at, 1)
    })
    worker.unref()
    hashThreads.push(thread)
    return thread
  }

  const openDigests = (names: readonly string[]): (DigestPort & { thread: HashThread })[] =>
    [...new Set(names)].map((name) => {
      const { port1, port2 } = new MessageChannel()
      const thread = hashThread()
      thread.streams++
      thread.worker.postMessage({ name, port: port2 }, [port2])
      return { name, port: port1, thread }
    })

  /** A cap is shared among those that move bytes. Who does not yet gets what would be its share, so that it begins with no burst. */
  const applyRates = (): void => {
    const moving = [...running.values()].filter(({ isMoving }) => isMoving)
    const caps = moving.map(({ own }) => own)
    for (const [n, share] of shareRate(globalRate, caps).entries()) moving[n]?.apply(share)
    for (const { isMoving, own, apply } of running.values()) if (!isMoving) apply(shareRate(globalRate, [...caps, own]).at(-1) ?? null)
  }

  const takeWorker = (): Worker => {
    const kept = idle.pop()
    if (kept !== undefined) return kept
    const worker = new Worker(options.workerUrl, { resourceLimits: YOUNG })
    all.add(worker)
    // While it has a job, its failure is the job's; an idle one is simply gone.
    worker.on('error', () => {})
    worker.on('exit', () => {
      all.delete(worker)
      const at = idle.indexOf(worker)
      if (at >= 0) idle.splice(at, 1)
    })
    return worker
  }

  return {
    start(job, on) {
      const key = {}
      const digestPorts = openDigests(isSmall(job) ? [] : job.digests)
      const worker = takeWorker()
      worker.ref()
      const { promise, resolve } = Promise.withResolvers<Finished>()
      let ended = false
      const end = (finished: Finished, reusable: boolean): void => {
        if (ended) return
        ended = true
        worker.off('message', listen)
        worker.off('error', fail)
        worker.off('exit', gone)
        running.delete(key)
        applyRates()
        for (const { thread } of digestPorts) thread.streams--
        if (reusable && !closed && idle.length < IDLE_WORKERS_KEPT) {
          worker.unref()
          idle.push(worker)
          resolve(finished)
        } else void worker.terminate().then(() => resolve(finished))
      }
      const say = (message: ToWorker): void => {
        if (!ended) worker.postMessage(message)
      }
      const fail = (error: unknown): void =>
        end(
          { type: 'failed', error: toErrorShape(error), bytes: 0, answered: false, retryAfterMs: null, rangeWorked: null, side: null },
          false,
        )
      const gone = (): void => fail(new Error('the worker thread ended'))
      const listen = (message: FromWorker): void => {
        if (message.type === 'progress') on.progress(message)
        else if (message.type === 'phase') {
          entry.isMoving = message.phase === 'transferring'
          if (globalRate !== null) applyRates()
          on.phase(message.phase)
        } else if (message.type === 'source-lost') void wayToSource(on, message).then((answer) => say({ type: 'source', answer }))
        else if (message.type !== 'ready') end(message, true)
      }
      worker.on('message', listen)
      worker.on('error', fail)
      worker.on('exit', gone)
      const ports = digestPorts.map(({ name, port }) => ({ name, port }))
      worker.postMessage(
        { type: 'start', job, digestPorts: ports },
        ports.map(({ port }) => port),
      )
      const entry: Entry = {
        own: job.kind === 'hash' ? null : job.rate,
        isMoving: false,
        apply: job.kind === 'hash' ? () => {} : (rate) => worker.postMessage({ type: 'rate', rate }),
      }
      running.set(key, entry)
      if (globalRate !== null) applyRates()
      return {
        finished: promise,
        cancel: () => say({ type: 'cancel' }),
        setRate: (rate) => {
          entry.own = rate
          applyRates()
        },
      }
    },
    setGlobalRate(rate) {
      globalRate = rate
      applyRates()
    },
    stats: () => ({ workers: all.size, idleWorkers: idle.length, hashThreads: hashThreads.length, running: running.size }),
    async close() {
      closed = true
      await Promise.all([...all, ...hashThreads.map(({ worker }) => worker)].map((worker) => worker.terminate()))
      hashThreads.length = 0
    },
  }
}

async function wayToSource(on: JobListener, lost: { error: ErrorShape; bytes: number }): Promise<SourceAnswer> {
  try {
    return on.sourceLost === undefined ? { error: lost.error } : { endpoint: await on.sourceLost(lost) }
  } catch (error) {
    return { error: toErrorShape(error) }
  }
}
