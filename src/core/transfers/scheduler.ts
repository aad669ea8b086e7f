import type { TransferCloud } from './attempt.ts'
import { stillInTheWay } from './download-target.ts'
import type { RunningTransfer } from './engine/index.ts'
import { cloudsOf, type TransferRecord } from './record.ts'
import type { RecordStore } from './record-store.ts'
import { DISK_CHECK_MS, NO_NETWORK } from './retry-policy.ts'
import { type RunDeps, runTransfer } from './run-transfer.ts'

/** After a sleep, or once the network is back, connections from before break one by one for so long. */
const JUST_BACK_MS = 120_000

export type StopReason = 'pause' | 'cancel' | 'interrupt'

export interface SchedulerDeps extends Omit<RunDeps, 'network' | 'runs' | 'otherCloud'> {
  store: RecordStore
  /** The cloud with this id, or null when it is no longer configured. */
  cloud(cloudId: string): TransferCloud | null
}

/** Something runs for a transfer, or is still letting go after it was stopped. */
interface Run {
  readonly abort: AbortController
  readonly finished: Promise<void>
}

/** Decides when a transfer runs: by its place in the queue, the slots, the clock, the network. */
export class Scheduler {
  readonly #deps: SchedulerDeps
  readonly #runs = new Map<string, Run>()
  readonly #jobs = new Map<string, RunningTransfer>()
  readonly #looking = new Set<string>()
  #atOnce = 3
  #timer: NodeJS.Timeout | undefined
  #closing = false
  #online = true
  #backAt = Number.NEGATIVE_INFINITY

  constructor(deps: SchedulerDeps) {
    this.#deps = deps
  }

  setAtOnce(atOnce: number): void {
    this.#atOnce = atOnce
    this.tick()
  }

  /** True also while a stopped one is still letting go of its files. */
  isRunning(id: string): boolean {
    return this.#runs.has(id)
  }

  /**
   * The network went or came. Without it nothing new goes to a cloud elsewhere, and what breaks waits for it; what still moves is left alone,
   * since a short gap ends no connection.
   */
  setOnline(online: boolean): void {
    this.#online = online
    if (online) this.wake()
    else this.tick()
  }

  /** The machine woke up, or the network is back: whatever waits for a time does not wait any longer. */
  wake(): void {
    this.#backAt = this.#deps.now()
    for (const { id, state } of this.#deps.store.all()) if (state === 'waiting') this.#deps.store.step(id, 'due')
    this.tick()
  }

  /** Starts what may start and sets the clock for what waits. Cheap; called after every change. */
  tick(): void {
    if (this.#closing) return
    const { store } = this.#deps
    const now = this.#deps.now()
    for (const record of store.all()) {
      if (record.state === 'waiting' && record.until !== null && record.until <= now) this.#due(record.id)
    }
    // With a journal that takes nothing, nothing new begins: it could not be kept.
    if (store.isSaved) this.#fillSlots()
    clearTimeout(this.#timer)
    const next = Math.min(
      ...store.all().map((record) => (record.state === 'waiting' ? (record.until ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY)),
    )
    if (Number.isFinite(next)) {
      this.#timer = setTimeout(() => this.tick(), Math.min(Math.max(0, next - now) + 5, 3_600_000))
      this.#timer.unref()
    }
  }

  /**
   * By their order; but of a cloud that was away when it was last asked only one at a time is tried while others can use the slots: forty transfers
   * that each hang for a minute would keep them for ever.
   */
  #fillSlots(): void {
    const all = this.#deps.store.all()
    const away = new Set(all.filter(({ away, state }) => away !== null && (state === 'queued' || state === 'waiting')).flatMap(cloudsOf))
    const tried = new Set([...this.#runs.keys()].flatMap((id) => cloudsOf(this.#deps.store.known(id))))
    const queued = all.filter((record) => record.state === 'queued' && !this.#runs.has(record.id)).sort((a, b) => a.position - b.position)
    const last: string[] = []
    for (const record of queued) {
      if (this.#runs.size >= this.#atOnce) return
      const clouds = cloudsOf(record)
      if (this.#needsNetwork(record)) this.#deps.store.step(record.id, 'wait', { until: null, reason: NO_NETWORK })
      else if (clouds.some((id) => away.has(id) && tried.has(id))) last.push(record.id)
      else {
        this.launch(record.id)
        for (const id of clouds) tried.add(id)
      }
    }
    for (const id of last) if (this.#runs.size < this.#atOnce) this.launch(id)
  }

  /** Gives a waiting transfer its place in the queue again, unless what it waits for on this machine still stands in its way. */
  #due(id: string): void {
    const { store } = this.#deps
    const record = store.get(id)
    if (record === undefined || this.#looking.has(id)) return
    if (record.job.kind !== 'download' || (record.error?.code !== 'disk-full' && record.error?.code !== 'folder-missing')) {
      store.step(id, 'due')
      return
    }
    this.#looking.add(id)
    const until = this.#deps.now() + DISK_CHECK_MS
    stillInTheWay(record)
      .then((error) => {
        if (store.get(id)?.state !== 'waiting') return
        if (error === null) store.step(id, 'due')
        else store.set(id, { until, error })
      })
      .finally(() => {
        this.#looking.delete(id)
        this.tick()
      })
  }

  #needsNetwork(record: TransferRecord): boolean {
    return !this.#online && cloudsOf(record).some((id) => this.#deps.cloud(id)?.isOnThisMachine() === false)
  }

  /** Starts it now, whatever the limit. */
  launch(id: string): void {
    const { store } = this.#deps
    if (this.#closing || this.#runs.has(id)) return
    const record = store.known(id)
    store.startMeter(id)
    const begun = store.step(id, 'start', {
      attempt: record.attempt + 1,
      starts: record.starts + 1,
      startedAt: record.startedAt ?? this.#deps.now(),
      until: null,
      reason: null,
      error: null,
    })
    if (!begun) return
    const abort = new AbortController()
    const network = (): 'there' | 'gone' | 'just-back' => this.#network(record)
    const runs = (job: RunningTransfer | null): void => {
      if (job === null) this.#jobs.delete(id)
      else this.#jobs.set(id, job)
    }
    const deps = { ...this.#deps, network, runs, otherCloud: (cloudId: string) => this.#deps.cloud(cloudId) }
    const finished = runTransfer(id, this.#deps.cloud(record.cloudId), abort.signal, store, deps).finally(() => {
      this.#runs.delete(id)
      this.tick()
    })
    this.#runs.set(id, { abort, finished })
  }

  #network(record: TransferRecord): 'there' | 'gone' | 'just-back' {
    if (this.#needsNetwork(record)) return 'gone'
    return this.#deps.now() - this.#backAt < JUST_BACK_MS ? 'just-back' : 'there'
  }

  /** Bytes a second for one that runs; null = no limit of its own. */
  setRate(id: string, rate: number | null): void {
    this.#jobs.get(id)?.setRate(rate)
  }

  stop(id: string, reason: StopReason): void {
    this.#runs.get(id)?.abort.abort(reason)
  }

  /** Stops all runs in order and waits until they have let go. `stopped` is told of each before. */
  async close(stopped: (id: string) => void): Promise<void> {
    this.#closing = true
    clearTimeout(this.#timer)
    for (const [id] of this.#runs) {
      stopped(id)
      this.stop(id, 'interrupt')
    }
    await Promise.allSettled([...this.#runs.values()].map((run) => run.finished))
  }
}
