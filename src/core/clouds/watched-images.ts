import type { Image, ImageListState } from '../../shared/domain.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import type { KeptList } from '../images/remembered-lists.ts'
import { createImageWatcher, type ImageWatcher } from '../images/watcher.ts'
import { type Entry, refusals } from './registry-entry.ts'

/** What keeps image lists from one run to the next, by who signs in where and as what. */
export interface KeptLists {
  load(identity: string): Promise<KeptList | null>
  keep(identity: string, take: () => KeptList, changed: boolean): void
  forget(identity: string): Promise<void>
  forgetAllBut(identities: ReadonlySet<string>): Promise<void>
}

export interface WatchedImagesDeps {
  lists: KeptLists
  imagesChanged(cloudId: string, upserts: readonly Image[], removed: readonly string[], state: ImageListState): void
  isBusy(cloudId: string): boolean
  /** What a question to the cloud met. */
  met(entry: Entry, error: ErrorShape | null): void
}

/** The rows of each cloud: those of the last run until it has answered, then kept live while somebody looks at them. */
export class WatchedImages {
  readonly #deps: WatchedImagesDeps

  constructor(deps: WatchedImagesDeps) {
    this.#deps = deps
  }

  /** The rows known now: to whoever is, or may soon be, signed in. */
  async rows(entry: Entry): Promise<{ images: Image[]; state: ImageListState }> {
    if (entry.state.kind !== 'idle' && !isRefused(entry)) await this.#open(entry)
    const { watcher, state } = entry
    const error = state.kind === 'failed' ? state.error : null
    if (watcher === null) return { images: [], state: { loading: error === null, loadedAt: null, error, more: false, remembered: false } }
    return { images: watcher.images(), state: watcher.state() }
  }

  /** The cloud is signed in to: its rows are asked for. */
  async start(entry: Entry): Promise<void> {
    await this.#open(entry)
    if (entry.keptFor !== null && entry.keptFor.projectId !== entry.link.scope().projectId) this.#takeAway(entry)
    entry.keptFor = null
    if (entry.watched > 0) entry.watcher?.resume()
  }

  /** The sign-in ended badly. Rows of the last run stay where the cloud could only not be reached; to whom it refuses, they are not shown. */
  failed(entry: Entry): void {
    if (entry.state.kind !== 'idle' && !isRefused(entry)) return
    if (entry.watcher?.state().remembered === true) this.#takeAway(entry)
  }

  /** A person signed out: nothing of the cloud stays here. */
  signedOut(entry: Entry): void {
    if (entry.watcher !== null) this.#takeAway(entry)
    entry.watcher = null
    entry.opening = null
    void this.#forget(entry)
  }

  /** Lists of clouds that are not there any more go. */
  onlyThese(entries: Iterable<Entry>): void {
    const identities = [...entries].map(({ link }) => link.identity()).filter((identity) => identity !== null)
    void this.#deps.lists.forgetAllBut(new Set(identities))
  }

  /** Makes the watcher, once, with the rows of the last run; it asks nobody yet. */
  #open(entry: Entry): Promise<void> {
    entry.opening ??= this.#openNow(entry)
    return entry.opening
  }

  async #openNow(entry: Entry): Promise<void> {
    const identity = entry.link.identity()
    const kept = await (identity === null || entry.watcher !== null ? null : this.#deps.lists.load(identity))
    // Meanwhile it may have been signed out of, or refused.
    if (entry.opening === null || entry.watcher !== null) return
    const shown = entry.state.kind === 'idle' || isRefused(entry) ? null : kept
    entry.keptFor = shown === null ? null : { projectId: shown.projectId }
    entry.watcher = this.#watcher(entry, shown)
  }

  /** Rows that may be shown no more. */
  #takeAway(entry: Entry): void {
    const { watcher, link } = entry
    const shown = watcher?.images() ?? []
    watcher?.stop()
    entry.watcher = this.#watcher(entry, null)
    entry.keptFor = null
    this.#deps.imagesChanged(
      link.id,
      [],
      shown.map(({ id }) => id),
      entry.watcher.state(),
    )
    void this.#forget(entry)
  }

  async #forget({ link }: Entry): Promise<void> {
    const identity = link.identity()
    if (identity !== null) await this.#deps.lists.forget(identity)
  }

  #watcher(entry: Entry, earlier: KeptList | null): ImageWatcher {
    const { link } = entry
    let changedSinceKept = false
    const watcher = createImageWatcher({
      client: link.client,
      earlier,
      isBusy: () => this.#deps.isBusy(link.id),
      changed: (upserts, removed, state) => {
        this.#deps.met(entry, state.error)
        changedSinceKept ||= upserts.length + removed.length > 0
        if (this.#keep(entry, watcher, changedSinceKept)) changedSinceKept = false
        this.#deps.imagesChanged(link.id, upserts, removed, state)
      },
    })
    return watcher
  }

  /** True where the list is to be kept. One that is not whole, or of somebody who cannot be told, is not. */
  #keep({ link }: Entry, watcher: ImageWatcher, changed: boolean): boolean {
    const { loadedAt, remembered, error } = watcher.state()
    const identity = link.identity()
    if (loadedAt === null || remembered || error !== null || identity === null) return false
    const { projectId } = link.scope()
    this.#deps.lists.keep(
      identity,
      () => ({ rows: watcher.rows(), loadedAt: watcher.state().loadedAt ?? loadedAt, more: watcher.state().more, projectId }),
      changed,
    )
    return true
  }
}

function isRefused({ state }: Entry): boolean {
  return state.kind === 'failed' && refusals.has(state.error.code)
}
