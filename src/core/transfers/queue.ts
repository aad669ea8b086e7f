import { unlink } from 'node:fs/promises'
import type { LogLine, Transfer, TransferAction, TransferDetail } from '../../shared/domain.ts'
import { GlancerError, toErrorShape } from '../../shared/errors.ts'
import type { Attempt, AttemptDeps, IncomingFiles, TransferCloud } from './attempt.ts'
import { partPath, runDownload } from './download-run.ts'
import { createBottleneckMeter, type Engine } from './engine/index.ts'
import { fileIdentity } from './file-identity.ts'
import type { Journal } from './journal.ts'
import { isActive, isEnded, type TransferEvent, transition } from './machine.ts'
import { phasesAfter } from './phases.ts'
import { createProgressMeter } from './progress-meter.ts'
import { receiptFileName, receiptJson } from './receipt.ts'
import { bounded, type TransferRecord } from './record.ts'
import { nextStep } from './retry-policy.ts'
import { actionsFor, type LiveProgress, toDetail, toRow } from './row.ts'
import { runUpload } from './upload-run.ts'

export interface QueueDeps {
  journal: Journal
  engine: Engine
  /** The cloud with this id, or null when it is no longer configured. */
  cloud(cloudId: string): TransferCloud | null
  incoming: IncomingFiles
  version: string
  now(): number
  random(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A row has changed (`urgent`: it reached a state in which it rests) or is gone. Called after the journal has it. */
  changed(id: string, urgent: boolean): void
  removed(ids: readonly string[]): void
}

type StopReason = 'pause' | 'cancel' | 'interrupt'

/** Something runs for a transfer, or is still letting go after it was stopped. */
interface Run {
  readonly abort: AbortController
  readonly finished: Promise<void>
}

const CLOSED = 'Glancer was closed while this ran. It begins where it can.'

/** The queue: the only owner of transfer records, the only writer of their states, the scheduler of their runs. */
export class TransferQueue {
  readonly #deps: QueueDeps
  readonly #records = new Map<string, TransferRecord>()
  readonly #runs = new Map<string, Run>()
  readonly #live = new Map<
    string,
    {
      meter: ReturnType<typeof createProgressMeter>
      bytes: number
      limitedBy: ReturnType<typeof createBottleneckMeter>
      limit: string | null
    }
  >()
  #atOnce = 3
  #timer: NodeJS.Timeout | undefined
  #closing = false

  constructor(deps: QueueDeps) {
    this.#deps = deps
    for (const record of deps.journal.loaded.records) this.#records.set(record.id, record)
  }

  /**
   * Begins: what ran when the app last ended takes its place in the queue again, and the first transfers start. Not in the constructor, since
   * whoever hears of the changes may ask the queue about them.
   */
  start(): void {
    for (const record of [...this.#records.values()]) {
      if (!isActive(record.state)) continue
      this.#step(record.id, 'interrupt', {}, [this.#line('warn', CLOSED)])
    }
    for (const record of [...this.#records.values()]) {
      if (isEnded(record.state) || record.job.kind !== 'upload' || record.job.intakeId === null) continue
      // The browser's bytes came over a connection that is gone.
      this.#step(record.id, record.state === 'paused' ? 'resume' : 'due', {})
      this.#step(record.id, 'fail', {
        error: { code: 'interrupted', message: 'The browser had not sent the whole file yet.', remedy: 'Drop the file again.' },
      })
    }
    this.tick()
  }

  // ------------------------------------------------------------------------------------------------------------------ what is asked

  /** Takes new transfers in, in order, behind all others. */
  add(records: readonly TransferRecord[]): void {
    let position = Math.max(0, ...[...this.#records.values()].map((record) => record.position))
    const placed = records.map((record) => ({ ...record, position: ++position }))
    this.#deps.journal.save(placed)
    for (const record of placed) {
      this.#records.set(record.id, record)
      this.#deps.changed(record.id, false)
    }
    this.tick()
  }

  rows(): Transfer[] {
    return [...this.#records.values()].map((record) => toRow(record, this.#progressOf(record.id)))
  }

  row(id: string): Transfer | null {
    const record = this.#records.get(id)
    return record === undefined ? null : toRow(record, this.#progressOf(id))
  }

  detail(id: string): TransferDetail {
    return toDetail(this.#known(id), this.#progressOf(id))
  }

  receipt(id: string): { fileName: string; json: string } {
    const record = this.#known(id)
    return { fileName: receiptFileName(record), json: receiptJson(record, this.#deps.version) }
  }

  /** The record itself; for the trusted side only, since it holds paths. */
  record(id: string): TransferRecord {
    return this.#known(id)
  }

  records(): readonly TransferRecord[] {
    return [...this.#records.values()]
  }

  /** True while any transfer of this cloud, or of this image, moves or waits. */
  isBusy(cloudId: string): boolean {
    return [...this.#records.values()].some((record) => record.cloudId === cloudId && isActive(record.state))
  }

  /** @throws GlancerError `not-allowed` when this action is not among those that the row offers now. */
  async act(id: string, action: TransferAction): Promise<void> {
    const record = this.#known(id)
    if (!actionsFor(record).includes(action)) {
      throw new GlancerError('not-allowed', `This cannot be done while the transfer is ${record.state}.`, { detail: action })
    }
    switch (action) {
      case 'pause':
        this.#step(id, 'pause', {}, [this.#line('info', 'Paused.')])
        return this.#stop(id, 'pause')
      case 'resume':
        this.#step(id, 'resume', { reason: null })
        return this.tick()
      case 'cancel':
        this.#step(id, 'cancel', {}, [this.#line('info', 'Cancelled.')])
        this.#stop(id, 'cancel')
        return
      case 'retry':
        await this.#retry(record)
        return this.tick()
      case 'start-now':
        // What was just paused may still be letting go of its files; it begins as soon as it has.
        if (this.#runs.has(id)) this.#step(id, record.state === 'paused' ? 'resume' : 'due', {})
        else this.#launch(id)
        return
      case 'remove':
        return await this.#remove([record])
      case 'delete-image':
        return await this.#deleteImage(record)
      case 'delete-part':
        if (record.job.kind === 'download') await unlink(partPath(record.job.folder, record.fileName)).catch(ignoreMissing)
        return this.#set(id, { leftBehind: null }, [this.#line('info', 'The unfinished file was deleted.')])
      case 'show-file':
        return
    }
  }

  async #retry(record: TransferRecord): Promise<void> {
    if (record.state === 'waiting') {
      this.#step(record.id, 'due', {})
      return
    }
    let job = record.job
    let imageId = record.imageId
    if (job.kind === 'upload') {
      // The person asks for the file as it is now; and an image that holds wrong data takes no data again.
      if (job.intakeId === null) job = { ...job, identity: await fileIdentity(job.path) }
      if (record.verification?.kind === 'mismatch' || record.error?.code === 'image-killed') {
        imageId = null
        job = { ...job, created: false }
      }
    }
    this.#step(
      record.id,
      'retry',
      { job, imageId, attempt: 0, error: null, verification: null, digests: [], endedAt: null, reason: null, leftBehind: null },
      [this.#line('info', 'Tried again by hand.')],
    )
  }

  async #remove(records: readonly TransferRecord[]): Promise<void> {
    const ids = records.map((record) => record.id)
    this.#deps.journal.remove(ids)
    for (const id of ids) {
      this.#records.delete(id)
      this.#live.delete(id)
    }
    this.#deps.removed(ids)
    for (const record of records) {
      if (record.job.kind === 'upload' && record.job.ownCopy && record.job.path !== '') await unlink(record.job.path).catch(ignoreMissing)
    }
  }

  async #deleteImage(record: TransferRecord): Promise<void> {
    const cloud = this.#deps.cloud(record.cloudId)
    if (cloud === null || record.imageId === null || record.job.kind !== 'upload')
      throw new GlancerError('not-found', 'That cloud is no longer configured.')
    const signal = AbortSignal.timeout(60_000)
    await (await cloud.calls(signal)).delete(record.imageId, signal).catch((error: unknown) => {
      if (!(error instanceof GlancerError) || error.code !== 'not-found') throw error
    })
    cloud.nudge(record.imageId)
    this.#set(record.id, { leftBehind: null, imageId: null, job: { ...record.job, created: false } }, [
      this.#line('info', 'The image was deleted from the cloud.'),
    ])
  }

  pauseAll(): void {
    for (const record of [...this.#records.values()]) if (actionsFor(record).includes('pause')) void this.act(record.id, 'pause')
  }

  resumeAll(): void {
    for (const record of [...this.#records.values()]) if (record.state === 'paused') void this.act(record.id, 'resume')
  }

  async clearDone(): Promise<void> {
    await this.#remove([...this.#records.values()].filter((record) => record.state === 'done'))
  }

  move(id: string, to: 'up' | 'down' | 'front'): void {
    const order = [...this.#records.values()].filter((record) => !isEnded(record.state)).sort((a, b) => a.position - b.position)
    const at = order.findIndex((record) => record.id === id)
    const record = order[at]
    if (record === undefined) return
    if (to === 'front') {
      this.#set(id, { position: (order[0]?.position ?? 0) - 1 })
    } else {
      const other = order[to === 'up' ? at - 1 : at + 1]
      if (other === undefined) return
      this.#set(id, { position: other.position })
      this.#set(other.id, { position: record.position })
    }
    this.tick()
  }

  setLimits(limits: { atOnce: number; speedLimit: number | null }): void {
    this.#atOnce = limits.atOnce
    this.#deps.engine.setGlobalRate(limits.speedLimit)
    this.tick()
  }

  /** The machine woke up, or the network is back: whatever waits for a time does not wait any longer. */
  wake(): void {
    for (const record of [...this.#records.values()]) if (record.state === 'waiting') this.#step(record.id, 'due', {})
    this.tick()
  }

  /** Stops all runs in order. What ran stands in the journal as queued. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#timer)
    for (const [id] of this.#runs) {
      this.#step(id, 'interrupt', {}, [this.#line('warn', CLOSED)])
      this.#stop(id, 'interrupt')
    }
    await Promise.allSettled([...this.#runs.values()].map((run) => run.finished))
  }

  // ------------------------------------------------------------------------------------------------------------------- scheduling

  /** Starts what may start and sets the clock for what waits. Cheap; called after every change. */
  tick(): void {
    if (this.#closing) return
    const now = this.#deps.now()
    for (const record of [...this.#records.values()]) {
      if (record.state === 'waiting' && record.until !== null && record.until <= now) this.#step(record.id, 'due', {})
    }
    const queued = [...this.#records.values()]
      .filter((record) => record.state === 'queued' && !this.#runs.has(record.id))
      .sort((a, b) => a.position - b.position)
    for (const record of queued) {
      if (this.#runs.size >= this.#atOnce) break
      this.#launch(record.id)
    }
    clearTimeout(this.#timer)
    const next = Math.min(
      ...[...this.#records.values()].map((record) =>
        record.state === 'waiting' ? (record.until ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
      ),
    )
    if (Number.isFinite(next)) {
      this.#timer = setTimeout(() => this.tick(), Math.min(Math.max(0, next - now) + 5, 3_600_000))
      this.#timer.unref()
    }
  }

  #launch(id: string): void {
    const record = this.#known(id)
    if (this.#closing || this.#runs.has(id)) return
    const cloud = this.#deps.cloud(record.cloudId)
    const now = this.#deps.now()
    this.#startMeter(id)
    this.#step(id, 'start', { attempt: record.attempt + 1, startedAt: record.startedAt ?? now, until: null, reason: null, error: null })
    const abort = new AbortController()
    const finished = this.#run(id, cloud, abort.signal).finally(() => {
      this.#runs.delete(id)
      this.tick()
    })
    this.#runs.set(id, { abort, finished })
  }

  async #run(id: string, cloud: TransferCloud | null, signal: AbortSignal): Promise<void> {
    const attempt = this.#attempt(id, signal)
    try {
      if (cloud === null)
        throw new GlancerError('not-found', `The cloud ${attempt.record.cloudName} is no longer configured.`, {
          remedy: 'Put it back into clouds.yaml, then retry.',
        })
      const deps: AttemptDeps = {
        engine: this.#deps.engine,
        cloud,
        incoming: this.#deps.incoming,
        now: this.#deps.now,
        sleep: this.#deps.sleep,
      }
      await (attempt.record.job.kind === 'upload' ? runUpload(attempt, deps) : runDownload(attempt, deps))
      await this.#afterDone(id)
    } catch (thrown) {
      if (signal.aborted) {
        if (signal.reason === 'cancel' && cloud !== null) await this.#lookWhatIsLeft(id, cloud)
        return
      }
      const error = toErrorShape(thrown)
      const { record } = attempt
      const next = nextStep(error, record.attempt, attempt.retryAfterMs, this.#deps.random())
      if (next.kind === 'wait') {
        this.#step(id, 'wait', {
          until: this.#deps.now() + next.delayMs,
          reason: next.reason,
          error,
          ...(!next.countsAsAttempt && { attempt: record.attempt - 1 }),
        })
      } else {
        this.#step(id, 'fail', { error, endedAt: this.#deps.now() }, error.code === 'mismatch' ? [] : [this.#line('error', error.message)])
      }
    }
  }

  /** A file that a browser had sent has done its work. */
  async #afterDone(id: string): Promise<void> {
    const record = this.#records.get(id)
    if (record?.job.kind === 'upload' && record.job.ownCopy) await unlink(record.job.path).catch(ignoreMissing)
  }

  /** After a cancel the truth is in the cloud: it may have had all bytes already. */
  async #lookWhatIsLeft(id: string, cloud: TransferCloud): Promise<void> {
    const record = this.#records.get(id)
    if (record === undefined || record.job.kind !== 'upload' || record.imageId === null || !record.job.created) return
    const signal = AbortSignal.timeout(20_000)
    try {
      const calls = await cloud.calls(signal)
      let image = await calls.get(record.imageId, signal)
      for (let pause = 200; image.status === 'saving' && pause < 5000; pause *= 2) {
        await this.#deps.sleep(pause, signal)
        image = await calls.get(record.imageId, signal)
      }
      const words =
        image.status === 'queued'
          ? 'The image, queued and without data.'
          : image.status === 'active'
            ? 'The image, active: the cloud had all bytes already. They were not compared.'
            : `The image, ${image.status}.`
      this.#set(id, { leftBehind: words })
    } catch (error) {
      const gone = error instanceof GlancerError && error.code === 'not-found'
      this.#set(id, { leftBehind: gone ? null : 'The image, perhaps: the cloud could not be asked.' })
    }
    cloud.nudge(record.imageId)
  }

  #stop(id: string, reason: StopReason): void {
    this.#runs.get(id)?.abort.abort(reason)
  }

  // ---------------------------------------------------------------------------------------------------------------------- records

  #attempt(id: string, signal: AbortSignal): Attempt {
    const queue = this
    const attempt: Attempt = {
      get record() {
        return queue.#known(id)
      },
      signal,
      retryAfterMs: null,
      step: (event, patch = {}) => {
        if (!signal.aborted) queue.#step(id, event, patch)
      },
      set: (patch) => {
        if (!signal.aborted) queue.#set(id, patch)
      },
      note: (level, text) => {
        if (!signal.aborted) queue.#set(id, {}, [queue.#line(level, text)])
      },
      leaves: (words) => {
        if (!signal.aborted) queue.#set(id, { leftBehind: words })
      },
      progress: (bytes, waits) => {
        const live = queue.#live.get(id)
        if (live === undefined || signal.aborted) return
        live.bytes = bytes
        live.meter.update(bytes)
        if (waits !== undefined) live.limit = live.limitedBy.update(waits, queue.#deps.now())
        queue.#deps.changed(id, false)
      },
    }
    return attempt
  }

  #step(id: string, event: TransferEvent, patch: Partial<TransferRecord>, lines: readonly LogLine[] = []): void {
    const record = this.#records.get(id)
    if (record === undefined) return
    const to = transition(record.state, event)
    if (to === null) return
    const now = this.#deps.now()
    // What a browser sent, or what was read again before, is not the speed of this transfer.
    if (event === 'move') this.#startMeter(id)
    const live = this.#live.get(id)
    const rests = !isActive(to)
    this.#write(
      {
        ...record,
        ...patch,
        state: to,
        stateSince: now,
        phases: phasesAfter(record.phases, record.job.kind, to, now, live?.bytes ?? null),
        log: [...record.log, ...lines],
        ...(rests && live !== undefined && { perSecond: [...live.meter.perSecond()] }),
        ...(isEnded(to) && { endedAt: now }),
        ...(to === 'queued' && { until: null }),
      },
      rests,
    )
    if (isEnded(to)) this.#live.delete(id)
  }

  #set(id: string, patch: Partial<TransferRecord>, lines: readonly LogLine[] = []): void {
    const record = this.#records.get(id)
    if (record !== undefined) this.#write({ ...record, ...patch, log: [...record.log, ...lines] }, false)
  }

  #startMeter(id: string): void {
    this.#live.set(id, { meter: createProgressMeter(this.#deps.now), bytes: 0, limitedBy: createBottleneckMeter(), limit: null })
  }

  #write(record: TransferRecord, urgent: boolean): void {
    const kept = bounded(record)
    // First the disk, then everybody else.
    this.#deps.journal.save([kept])
    this.#records.set(kept.id, kept)
    this.#deps.changed(kept.id, urgent)
  }

  #progressOf(id: string): LiveProgress | null {
    const live = this.#live.get(id)
    if (live === undefined) return null
    return {
      bytes: live.bytes,
      bytesPerSecond: live.meter.bytesPerSecond(),
      secondsLeft: live.meter.secondsLeft(this.#records.get(id)?.bytesTotal ?? null),
      limitedBy: live.limit,
      perSecond: live.meter.perSecond(),
    }
  }

  #known(id: string): TransferRecord {
    const record = this.#records.get(id)
    if (record === undefined) throw new GlancerError('not-found', 'That transfer is no longer in the list.')
    return record
  }

  #line(level: LogLine['level'], text: string): LogLine {
    return { at: this.#deps.now(), level, text }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}
