import type { Image, ImageListState } from '../../shared/domain.ts'
import { toErrorShape } from '../../shared/errors.ts'
import { createImageWatcher } from '../images/watcher.ts'
import { CAPABILITIES_LEAST_MS, type CloudStates } from './cloud-states.ts'
import type { Entry } from './registry-entry.ts'

export interface LiveImagesDeps {
  states: CloudStates
  /** The entry of an id. @throws GlancerError `not-found` */
  entry(cloudId: string): Entry
  /** The same as far as it is known already. */
  known(cloudId: string): Entry | undefined
  all(): Iterable<Entry>
  shown(): ReadonlySet<string>
  imagesChanged(cloudId: string, upserts: readonly Image[], removed: readonly string[], state: ImageListState): void
  isBusy(cloudId: string): boolean
}

/** The images of the clouds, kept live while somebody looks at them. One cloud does not wait for another. */
export class LiveImages {
  readonly #deps: LiveImagesDeps

  constructor(deps: LiveImagesDeps) {
    this.#deps = deps
  }

  /** Keeps the images of this cloud live from now on, and gives the rows known now. */
  watch(cloudId: string): { images: Image[]; state: ImageListState } {
    const entry = this.#deps.entry(cloudId)
    entry.watched++
    if (entry.state.kind === 'signed-in' || entry.state.kind === 'offline') this.#startWatcher(entry)
    else this.#deps.states.begin(entry)
    const watcher = entry.watcher
    if (watcher !== null) return { images: watcher.images(), state: watcher.state() }
    const error = entry.state.kind === 'failed' ? entry.state.error : null
    return { images: [], state: { loading: error === null, loadedAt: null, error, more: false } }
  }

  unwatch(cloudId: string): void {
    const entry = this.#deps.known(cloudId)
    if (entry === undefined) return
    entry.watched = Math.max(0, entry.watched - 1)
    if (entry.watched === 0) entry.watcher?.pause()
  }

  /** Whoever watched this cloud goes on; the watcher looks at once for what is due. */
  resume(cloudId: string): void {
    const entry = this.#deps.known(cloudId)
    if (entry === undefined) return
    entry.watched++
    if (entry.state.kind === 'signed-in' || entry.state.kind === 'offline') this.#startWatcher(entry)
  }

  /** A cloud was signed in to: whoever waits for its images gets them. */
  signedIn(entry: Entry): void {
    if (entry.watched > 0) this.#startWatcher(entry)
  }

  /** The page's hosts lost their page: nobody watches. */
  unwatchAll(): void {
    for (const entry of this.#deps.all()) {
      entry.watched = 0
      entry.watcher?.pause()
    }
  }

  /** Asks the cloud itself; zero where nobody watches it. @throws GlancerError when it cannot be asked. */
  async find(cloudId: string, queries: readonly Record<string, string>[]): Promise<number> {
    return (await this.#deps.entry(cloudId).watcher?.find(queries)) ?? 0
  }

  /** Reads the community images of others too, as long as this cloud is signed in. @throws GlancerError when it cannot be asked. */
  async includeCommunity(cloudId: string): Promise<void> {
    await this.#deps.entry(cloudId).watcher?.includeCommunity()
  }

  refresh(cloudId: string): void {
    const entry = this.#deps.entry(cloudId)
    if (entry.state.kind === 'failed' || entry.state.kind === 'idle') this.#deps.states.begin(entry)
    else {
      entry.watcher?.nudge()
      void this.#deps.states.readCapabilities(entry, CAPABILITIES_LEAST_MS)
    }
  }

  /** Something of this image was changed: it is looked at at once. */
  saw(cloudId: string, imageId: string): void {
    this.#deps.known(cloudId)?.watcher?.nudge(imageId)
  }

  image(cloudId: string, imageId: string): Image | null {
    return this.#deps.known(cloudId)?.watcher?.image(imageId) ?? null
  }

  #startWatcher(entry: Entry): void {
    if (entry.watcher !== null) {
      entry.watcher.resume()
      return
    }
    const cloudId = entry.link.id
    entry.watcher = createImageWatcher({
      client: entry.link.client,
      isBusy: () => this.#deps.isBusy(cloudId),
      changed: (upserts, removed, state) => {
        this.#deps.states.follow(entry, state.error)
        this.#deps.imagesChanged(cloudId, upserts, removed, state)
      },
    })
    entry.watcher.resume()
  }

  /** While a person looks at one cloud, the others are asked now and then, so that what is said of them is true. */
  lookAround(): void {
    const entries = [...this.#deps.all()]
    if (!entries.some(({ watched }) => watched > 0)) return
    const shown = this.#deps.shown()
    for (const entry of entries) {
      const known = entry.state.kind === 'signed-in' || entry.state.kind === 'offline'
      if (known && entry.watched === 0 && !entry.link.automatic && shown.has(entry.link.id)) this.lookAgain(entry)
    }
  }

  /** Looks how a cloud is: by its watcher where somebody watches, else by one short question. */
  lookAgain(entry: Entry): void {
    if (entry.watched > 0) entry.watcher?.nudge()
    else void this.#ask(entry)
  }

  async #ask(entry: Entry): Promise<void> {
    const error = await entry.link.client.json('GET', '/v2/images?limit=1').then(() => null, toErrorShape)
    if (this.#deps.known(entry.link.id) === entry) this.#deps.states.follow(entry, error)
  }
}
