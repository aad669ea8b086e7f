import type { LogLine, Transfer, TransferDetail } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { createBottleneckMeter } from './engine/index.ts'
import type { Journal } from './journal.ts'
import { isActive, isEnded, isTrueEnd, type TransferEvent, transition } from './machine.ts'
import { phasesAfter } from './phases.ts'
import { createProgressMeter } from './progress-meter.ts'
import { bounded, isImported, type TransferRecord } from './record.ts'
import { type LiveProgress, toDetail, toRow } from './row.ts'
import { SQLITE_FULL, sqliteCode } from './sqlite-code.ts'
import type { Waits } from './worker/contract.ts'

const SAVE_AGAIN_MS = 2_000

export interface RecordStoreDeps {
  journal: Pick<Journal, 'save' | 'remove' | 'loaded'>
  now(): number
  /** A row has changed (`urgent`: it reached a state in which it rests) or is gone. Called after the journal has it. */
  changed(id: string, urgent: boolean): void
  removed(ids: readonly string[]): void
  /** The journal takes nothing at the moment (null: it does again): with a full disk nothing new may begin. */
  journalTrouble(error: GlancerError | null): void
}

interface Live {
  readonly meter: ReturnType<typeof createProgressMeter>
  readonly limitedBy: ReturnType<typeof createBottleneckMeter>
  bytes: number
  limit: string | null
}

/**
 * The transfers: every change of one goes through here, is checked against the table of states, and stands in the journal before anybody is
 * shown it. When the journal cannot be written, what runs inside goes on from the newest record, while the page keeps being shown the one
 * that was saved, and saving is tried again until it succeeds.
 */
export class RecordStore {
  readonly #deps: RecordStoreDeps
  readonly #records = new Map<string, TransferRecord>()
  /** What the journal holds of those whose newest change it does not have. */
  readonly #saved = new Map<string, TransferRecord>()
  readonly #live = new Map<string, Live>()
  #again: NodeJS.Timeout | undefined

  constructor(deps: RecordStoreDeps) {
    this.#deps = deps
    for (const record of deps.journal.loaded.records) this.#records.set(record.id, record)
  }

  all(): TransferRecord[] {
    return [...this.#records.values()]
  }

  get(id: string): TransferRecord | undefined {
    return this.#records.get(id)
  }

  /** @throws GlancerError `not-found`. */
  known(id: string): TransferRecord {
    const record = this.#records.get(id)
    if (record === undefined) throw new GlancerError('not-found', 'That transfer is no longer in the list.')
    return record
  }

  rows(): Transfer[] {
    return this.all().map((record) => this.#row(record))
  }

  row(id: string): Transfer | null {
    const record = this.#records.get(id)
    return record === undefined ? null : this.#row(record)
  }

  detail(id: string): TransferDetail {
    const record = this.known(id)
    return toDetail(this.#saved.get(id) ?? record, this.#progressOf(id))
  }

  /** False while a change waits for room on the journal's disk. */
  get isSaved(): boolean {
    return this.#saved.size === 0
  }

  /** @throws GlancerError `disk-full` or `disk-error` when the journal does not take them; then none is in the list. */
  add(records: readonly TransferRecord[]): void {
    try {
      this.#deps.journal.save(records)
    } catch (error) {
      throw journalFailure(error)
    }
    for (const record of records) {
      this.#records.set(record.id, record)
      this.#deps.changed(record.id, false)
    }
  }

  /** @throws GlancerError as `add`; then all are still there. */
  remove(ids: readonly string[]): void {
    try {
      this.#deps.journal.remove(ids)
    } catch (error) {
      throw journalFailure(error)
    }
    for (const id of ids) {
      this.#records.delete(id)
      this.#saved.delete(id)
      this.#live.delete(id)
    }
    this.#deps.removed(ids)
  }

  /** Makes the step if the table of states has it; else nothing happens. True = it was made. */
  step(id: string, event: TransferEvent, patch: Partial<TransferRecord> = {}, lines: readonly LogLine[] = []): boolean {
    const record = this.#records.get(id)
    const to = record === undefined ? null : transition(record.state, event)
    if (record === undefined || to === null) return false
    if (to === 'done' && !isTrueEnd(event, isImported(record.job), patch.verification?.kind ?? null))
      throw new TypeError(`a transfer may not be called done by ${event} with ${patch.verification?.kind ?? 'nothing said'}`)
    const now = this.#deps.now()
    // What a browser sent, or what was read again before, is not the speed of this transfer.
    if (event === 'move') this.startMeter(id)
    const live = this.#live.get(id)
    const rests = !isActive(to)
    this.#write(
      {
        ...record,
        ...patch,
        state: to,
        stateSince: now,
        phases: phasesAfter(record.phases, patch.job ?? record.job, to, now, live?.bytes ?? null),
        log: [...record.log, ...lines],
        ...(rests && live !== undefined && { perSecond: [...live.meter.perSecond()], limits: live.limitedBy.history() }),
        ...(isEnded(to) && { endedAt: now }),
        ...(to === 'queued' && { until: null }),
      },
      rests,
    )
    if (isEnded(to)) this.#live.delete(id)
    return true
  }

  set(id: string, patch: Partial<TransferRecord>, lines: readonly LogLine[] = []): void {
    const record = this.#records.get(id)
    if (record !== undefined) this.#write({ ...record, ...patch, log: [...record.log, ...lines] }, false)
  }

  line(level: LogLine['level'], text: string): LogLine {
    return { at: this.#deps.now(), level, text }
  }

  startMeter(id: string): void {
    const limitedBy = createBottleneckMeter(this.#records.get(id)?.job.kind)
    this.#live.set(id, { meter: createProgressMeter(this.#deps.now), bytes: 0, limitedBy, limit: null })
  }

  /** Bytes so far of the attempt that runs. */
  progress(id: string, bytes: number, waits?: Waits): void {
    const live = this.#live.get(id)
    if (live === undefined) return
    live.bytes = bytes
    live.meter.update(bytes)
    if (waits !== undefined) live.limit = live.limitedBy.update(waits, this.#deps.now())
    this.#deps.changed(id, false)
  }

  bytesOf(id: string): number {
    return this.#live.get(id)?.bytes ?? 0
  }

  /**
   * Saves what could not be saved before.
   * @throws GlancerError `disk-full` or `disk-error` when the journal still does not take it.
   */
  flush(): void {
    const waiting = [...this.#saved.keys()]
    if (waiting.length === 0) return
    try {
      this.#deps.journal.save(waiting.flatMap((id) => this.#records.get(id) ?? []))
    } catch (error) {
      throw journalFailure(error)
    }
    this.#saved.clear()
    clearTimeout(this.#again)
    this.#again = undefined
    for (const id of waiting) this.#deps.changed(id, true)
    this.#deps.journalTrouble(null)
  }

  close(): void {
    clearTimeout(this.#again)
  }

  #write(record: TransferRecord, urgent: boolean): void {
    const kept = bounded(record)
    const before = this.#records.get(kept.id)
    this.#records.set(kept.id, kept)
    try {
      if (!this.isSaved) throw new Error('others wait to be saved')
      // First the disk, then everybody else.
      this.#deps.journal.save([kept])
      this.#deps.changed(kept.id, urgent)
    } catch (error) {
      const first = this.isSaved
      if (before !== undefined && !this.#saved.has(kept.id)) this.#saved.set(kept.id, before)
      if (!first) return
      this.#deps.journalTrouble(journalFailure(error))
      this.#saveAgain()
    }
  }

  #saveAgain(): void {
    this.#again = setTimeout(() => {
      try {
        this.flush()
      } catch {
        this.#saveAgain()
      }
    }, SAVE_AGAIN_MS)
    this.#again.unref()
  }

  #row(record: TransferRecord): Transfer {
    return toRow(this.#saved.get(record.id) ?? record, this.#progressOf(record.id))
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
      limits: live.limitedBy.history(),
    }
  }
}

function journalFailure(error: unknown): GlancerError {
  if (error instanceof GlancerError) return error
  const full = sqliteCode(error) === SQLITE_FULL
  return new GlancerError(
    full ? 'disk-full' : 'disk-error',
    full
      ? "The disk with Glancer's own data is full, so nothing new can be kept in the queue."
      : "Glancer's own data cannot be written, so nothing new can be kept in the queue.",
    { detail: error instanceof Error ? error.message : String(error), remedy: 'Make room there. What runs goes on.', cause: error },
  )
}
