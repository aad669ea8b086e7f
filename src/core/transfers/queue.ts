import { unlink } from 'node:fs/promises'
import type { LogLine, Transfer, TransferAction, TransferDetail } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { QueueMove } from '../../shared/transfer-protocol.ts'
import { formatExactBytes } from '../../shared/units.ts'
import { ignoreMissing } from '../files/ignore-missing.ts'
import { Cleared } from './cleared.ts'
import { nameForRetry } from './download-plan.ts'
import { partPath } from './download-target.ts'
import type { Engine } from './engine/index.ts'
import { fileIdentity } from './file-identity.ts'
import type { Journal } from './journal.ts'
import { isActive, isEnded } from './machine.ts'
import { placesAfterMove } from './queue-order.ts'
import { receiptFileName, receiptJson } from './receipt.ts'
import { cloudsOf, madeImage, type TransferRecord } from './record.ts'
import { RecordStore, type RecordStoreDeps } from './record-store.ts'
import { actionsFor } from './row.ts'
import { Scheduler, type SchedulerDeps } from './scheduler.ts'
import { deleteLeftImage } from './what-is-left.ts'
import type { FileIdentity } from './worker/contract.ts'

export interface QueueDeps extends Omit<SchedulerDeps, 'store'>, Omit<RecordStoreDeps, 'journal'> {
  journal: Journal
  engine: Engine
  version: string
}

const CLOSED = 'Glancer was closed while this ran. It begins where it can.'

/** Until the cloud has said what it kept of a transfer that was cancelled. */
const ASKING = { leftBehind: 'The image. The cloud is being asked what it has of it.' }

/** The queue: what may be asked of the transfers. The records are in the store, the runs with the scheduler. */
export class TransferQueue {
  readonly #deps: QueueDeps
  readonly #store: RecordStore
  readonly #scheduler: Scheduler
  readonly #cleared: Cleared

  constructor(deps: QueueDeps) {
    this.#deps = deps
    this.#store = new RecordStore({
      ...deps,
      journalTrouble: (error) => {
        deps.journalTrouble(error)
        if (error === null) this.tick()
      },
    })
    this.#scheduler = new Scheduler({ ...deps, store: this.#store })
    this.#cleared = new Cleared(this.#store)
  }

  /**
   * Begins: what ran when the app last ended takes its place in the queue again, and the first transfers start. Not in the constructor, since
   * whoever hears of the changes may ask the queue about them.
   */
  start(): void {
    for (const record of this.#store.all()) {
      if (isActive(record.state)) this.#store.step(record.id, 'interrupt', {}, [this.#store.line('warn', CLOSED)])
      // It waited for a network that is now to be tried.
      else if (record.state === 'waiting' && record.until === null) this.#store.step(record.id, 'due')
    }
    for (const record of this.#store.all()) {
      if (isEnded(record.state) || record.job.kind !== 'upload' || record.job.intakeId === null) continue
      // The browser's bytes came over a connection that is gone.
      this.#store.step(record.id, record.state === 'paused' ? 'resume' : 'due')
      this.#store.step(record.id, 'fail', {
        error: { code: 'interrupted', message: 'The browser had not sent the whole file yet.', remedy: 'Drop the file again.' },
      })
    }
    this.tick()
  }

  tick(): void {
    this.#scheduler.tick()
  }

  /**
   * Takes new transfers in, in order, behind all others.
   * @throws GlancerError `disk-full`, `disk-error` when the journal cannot keep them; then none is taken.
   */
  add(records: readonly TransferRecord[]): void {
    let position = Math.max(0, ...this.#store.all().map((record) => record.position))
    this.#store.add(records.map((record) => ({ ...record, position: ++position })))
    this.tick()
  }

  /** A browser has sent the whole of a file. From now on it is as good as one on this disk, also after a crash, and while it is still queued. */
  arrived(intakeId: string, whole: { path: string; identity: FileIdentity }): void {
    for (const { id, job } of this.#store.all()) {
      if (job.kind === 'upload' && job.intakeId === intakeId)
        this.#store.set(id, { job: { ...job, ...whole, intakeId: null } }, [
          this.#store.line('info', `The browser sent all ${formatExactBytes(whole.identity.size)}.`),
        ])
    }
  }

  rows(): Transfer[] {
    return this.#store.rows()
  }

  row(id: string): Transfer | null {
    return this.#store.row(id)
  }

  detail(id: string): TransferDetail {
    return this.#store.detail(id)
  }

  receipt(id: string): { fileName: string; json: string } {
    const record = this.#store.known(id)
    return { fileName: receiptFileName(record), json: receiptJson(record, this.#deps.version) }
  }

  /** Writes a line into the log of a transfer that is over. */
  note(id: string, level: LogLine['level'], text: string): void {
    this.#store.set(id, {}, [this.#store.line(level, text)])
  }

  /** The record itself; for the trusted side only, since it holds paths. */
  record(id: string): TransferRecord {
    return this.#store.known(id)
  }

  records(): readonly TransferRecord[] {
    return this.#store.all()
  }

  /** True while any transfer of this cloud moves. */
  isBusy(cloudId: string): boolean {
    return this.#store.all().some((record) => isActive(record.state) && cloudsOf(record).includes(cloudId))
  }

  /**
   * @throws GlancerError `not-allowed` when this action is not among those that the row offers now; `disk-full`, `disk-error` when the journal
   * takes nothing.
   */
  async act(id: string, action: TransferAction): Promise<void> {
    this.#store.flush()
    const record = this.#store.known(id)
    if (!actionsFor(record).includes(action)) {
      throw new GlancerError('not-allowed', `This cannot be done while the transfer is ${record.state}.`, { detail: action })
    }
    await this.#do(record, action)
    this.#store.flush()
  }

  async #do(record: TransferRecord, action: TransferAction): Promise<void> {
    const { id } = record
    switch (action) {
      case 'pause':
        return this.#pause(id)
      case 'resume':
        this.#store.step(id, 'resume', { reason: null })
        return this.tick()
      case 'cancel':
        this.#store.step(id, 'cancel', this.#scheduler.isRunning(id) && madeImage(record.job) ? ASKING : {}, [
          this.#store.line('info', 'Cancelled.'),
        ])
        return this.#scheduler.stop(id, 'cancel')
      case 'retry':
        await this.#retry(record)
        return this.tick()
      case 'start-now':
        // What was just paused may still be letting go of its files; it begins as soon as it has.
        if (this.#scheduler.isRunning(id)) this.#store.step(id, record.state === 'paused' ? 'resume' : 'due')
        else this.#scheduler.launch(id)
        return
      case 'remove':
        return await this.#remove([record])
      case 'delete-image':
        return await this.#deleteImage(record)
      case 'begin-again':
        await this.#deleteImage(record)
        await this.#retry(this.#store.known(id))
        return this.tick()
      case 'delete-part':
        if (record.job.kind === 'download') await unlink(partPath(record.job.folder, record.fileName)).catch(ignoreMissing)
        return this.#store.set(id, { leftBehind: null }, [this.#store.line('info', 'The unfinished file was deleted.')])
      // Both are commands of their own.
      case 'show-file':
      case 'verify-again':
        return
    }
  }

  async #retry(record: TransferRecord): Promise<void> {
    let { job, imageId } = record
    // Whoever retries by hand means the folder as it is now, on whatever drive.
    if (job.kind === 'download') job = { ...job, folderDev: null }
    if (record.state === 'waiting') {
      this.#store.step(record.id, 'due', { job, away: null })
      return
    }
    if (job.kind === 'upload') {
      // The person asks for the file as it is now.
      if (job.intakeId === null) job = { ...job, identity: await fileIdentity(job.path) }
    }
    // The person asks for the source as it is now.
    if (job.kind === 'copy') job = { ...job, source: null }
    if (job.kind !== 'download') {
      // An image that holds wrong data takes no data again; where the source's was wrong it never got it.
      if ((record.verification?.kind === 'mismatch' && record.verification.side !== 'source') || record.error?.code === 'image-killed') {
        imageId = null
        job = { ...job, created: false }
      }
    }
    const fileName = nameForRetry(record, this.#store.all())
    if (job.kind === 'download' && fileName !== record.fileName) job = { ...job, part: null, committing: null }
    this.#store.step(
      record.id,
      'retry',
      {
        job,
        fileName,
        imageId,
        attempt: 0,
        away: null,
        error: null,
        verification: null,
        digests: [],
        sizes: null,
        endedAt: null,
        reason: null,
        leftBehind: null,
      },
      [this.#store.line('info', 'Tried again by hand.')],
    )
  }

  async #remove(records: readonly TransferRecord[]): Promise<void> {
    this.#store.remove(records.map((record) => record.id))
    for (const record of records) {
      if (record.job.kind === 'upload' && record.job.ownCopy && record.job.path !== '') await unlink(record.job.path).catch(ignoreMissing)
    }
  }

  async #deleteImage(record: TransferRecord): Promise<void> {
    await deleteLeftImage(record, this.#deps.cloud(record.cloudId))
    if (record.job.kind === 'download') return
    this.#store.set(record.id, { leftBehind: null, imageId: null, job: { ...record.job, created: false } }, [
      this.#store.line('info', 'The image was deleted from the cloud.'),
    ])
  }

  /** What only waits first, so that no slot that becomes free is taken. */
  pauseAll(): void {
    const all = this.#store.all().filter((record) => actionsFor(record).includes('pause'))
    for (const record of [...all.filter(({ state }) => !isActive(state)), ...all.filter(({ state }) => isActive(state))])
      this.#pause(record.id)
  }

  resumeAll(): void {
    for (const record of this.#store.all()) if (record.state === 'paused') this.#store.step(record.id, 'resume', { reason: null })
    this.tick()
  }

  #pause(id: string): void {
    this.#store.step(id, 'pause', { away: null }, [this.#store.line('info', 'Paused.')])
    this.#scheduler.stop(id, 'pause')
  }

  /** Takes what is over out of the list; its ids, for `bringBack`. */
  clearDone(): string[] {
    return this.#cleared.clear()
  }

  /** @throws GlancerError `not-found` when it was not cleared, or too long ago. */
  bringBack(id: string): void {
    this.#cleared.bringBack(id)
  }

  move(ids: readonly string[], to: QueueMove): void {
    for (const [id, position] of placesAfterMove(this.#store.all(), ids, to)) this.#store.set(id, { position })
    this.tick()
  }

  /** Bytes a second for these transfers each; null = no limit of their own. */
  limit(ids: readonly string[], speedLimit: number | null): void {
    for (const id of ids) {
      this.#store.known(id)
      this.#store.set(id, { speedLimit })
      this.#scheduler.setRate(id, speedLimit)
    }
  }

  setLimits(limits: { atOnce: number; speedLimit: number | null }): void {
    this.#deps.engine.setGlobalRate(limits.speedLimit)
    this.#scheduler.setAtOnce(limits.atOnce)
  }

  setOnline(online: boolean): void {
    this.#scheduler.setOnline(online)
  }

  /** The machine woke up: whatever waits for a time does not wait any longer. */
  wake(): void {
    this.#scheduler.wake()
  }

  /** Stops all runs in order. What ran stands in the journal as queued. */
  async close(): Promise<void> {
    this.#cleared.forget()
    await this.#scheduler.close((id) => this.#store.step(id, 'interrupt', {}, [this.#store.line('warn', CLOSED)]))
    this.#store.close()
  }
}
