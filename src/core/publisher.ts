import type { Check } from '../shared/check-protocol.ts'
import type { Cloud, Image, ImageListState, Settings, Transfer } from '../shared/domain.ts'
import type { Notice } from '../shared/notice.ts'
import type { Delta, Snapshot } from '../shared/protocol.ts'

/** Ten deltas a second for the whole app: enough to look alive, few enough to stay quiet. */
const INTERVAL_MS = 100

/** Where the publisher reads what has changed, at the moment it sends it: a row that changed five times in between is sent once. */
export interface PublishedState {
  cloud(id: string): Cloud | null
  clouds(): Cloud[]
  transfer(id: string): Transfer | null
  check(id: string): Check | null
  notices(): Notice[]
}

interface ImageChanges {
  upserts: Map<string, Image>
  removed: Set<string>
  state: ImageListState
}

/**
 * Collects changes and sends them as numbered deltas. What is urgent (a transfer that came to rest) goes at once and takes along all that was
 * waiting, so that order is kept.
 */
export class Publisher {
  readonly #state: PublishedState
  readonly #listeners = new Set<(delta: Delta) => void>()
  #seq = 0
  #timer: NodeJS.Timeout | undefined
  #lastSent = 0
  #cloudsChanged = false
  #cloudFiles: Snapshot['cloudFiles'] | undefined
  #settings: Settings | undefined
  #freeBytes: number | null | undefined
  #noticesChanged = false
  #filesWaiting = false
  readonly #checks = new Set<string>()
  readonly #removedChecks = new Set<string>()
  readonly #transfers = new Set<string>()
  readonly #removedTransfers = new Set<string>()
  readonly #images = new Map<string, ImageChanges>()

  constructor(state: PublishedState) {
    this.#state = state
  }

  get seq(): number {
    return this.#seq
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  transferChanged(id: string, urgent: boolean): void {
    this.#removedTransfers.delete(id)
    this.#transfers.add(id)
    if (urgent) this.flush()
    else this.#schedule()
  }

  transfersRemoved(ids: readonly string[]): void {
    for (const id of ids) {
      this.#transfers.delete(id)
      this.#removedTransfers.add(id)
    }
    this.flush()
  }

  checkChanged(id: string, urgent: boolean): void {
    this.#checks.add(id)
    if (urgent) this.flush()
    else this.#schedule()
  }

  checksRemoved(ids: readonly string[]): void {
    for (const id of ids) {
      this.#checks.delete(id)
      this.#removedChecks.add(id)
    }
    this.#schedule()
  }

  noticesChanged(): void {
    this.#noticesChanged = true
    this.#schedule()
  }

  filesWait(): void {
    this.#filesWaiting = true
    this.#schedule()
  }

  cloudsChanged(): void {
    this.#cloudsChanged = true
    this.#schedule()
  }

  cloudFilesChanged(files: Snapshot['cloudFiles']): void {
    this.#cloudFiles = files
    this.#schedule()
  }

  settingsChanged(settings: Settings): void {
    this.#settings = settings
    this.#schedule()
  }

  freeBytesChanged(bytes: number | null): void {
    this.#freeBytes = bytes
    this.#schedule()
  }

  imagesChanged(cloudId: string, upserts: readonly Image[], removed: readonly string[], state: ImageListState): void {
    const changes = this.#images.get(cloudId) ?? { upserts: new Map(), removed: new Set(), state }
    for (const image of upserts) {
      changes.removed.delete(image.id)
      changes.upserts.set(image.id, image)
    }
    for (const id of removed) {
      changes.upserts.delete(id)
      changes.removed.add(id)
    }
    changes.state = state
    this.#images.set(cloudId, changes)
    this.#schedule()
  }

  /** Sends what has changed, now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const delta = this.#take()
    if (delta === null) return
    this.#lastSent = performance.now()
    for (const listener of [...this.#listeners]) listener(delta)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  #schedule(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => this.flush(), Math.max(0, INTERVAL_MS - (performance.now() - this.#lastSent)))
  }

  #take(): Delta | null {
    const upserts = [...this.#transfers].map((id) => this.#state.transfer(id)).filter((row) => row !== null)
    const removed = [...this.#removedTransfers]
    const checks = [...this.#checks].map((id) => this.#state.check(id)).filter((check) => check !== null)
    const removedChecks = [...this.#removedChecks]
    const images = [...this.#images].map(([cloudId, changes]) => ({
      cloudId,
      upserts: [...changes.upserts.values()],
      removed: [...changes.removed],
      state: changes.state,
    }))
    const changed: Omit<Delta, 'seq'> = {
      ...(this.#cloudsChanged && { clouds: this.#state.clouds() }),
      ...(this.#cloudFiles !== undefined && { cloudFiles: this.#cloudFiles }),
      ...(upserts.length + removed.length > 0 && { transfers: { upserts, removed } }),
      ...(checks.length + removedChecks.length > 0 && { checks: { upserts: checks, removed: removedChecks } }),
      ...(this.#noticesChanged && { notices: this.#state.notices() }),
      ...(this.#filesWaiting && { filesWaiting: true as const }),
      ...(images.length > 0 && { images }),
      ...(this.#settings !== undefined && { settings: this.#settings }),
      ...(this.#freeBytes !== undefined && { freeBytes: this.#freeBytes }),
    }
    this.#cloudsChanged = false
    this.#cloudFiles = undefined
    this.#settings = undefined
    this.#freeBytes = undefined
    this.#noticesChanged = false
    this.#filesWaiting = false
    this.#checks.clear()
    this.#removedChecks.clear()
    this.#transfers.clear()
    this.#removedTransfers.clear()
    this.#images.clear()
    if (Object.keys(changed).length === 0) return null
    this.#seq++
    return { seq: this.#seq, ...changed }
  }
}
