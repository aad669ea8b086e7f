import type { Cloud, Image, ImageListState } from '../../shared/domain.ts'
import { GlancerError, toErrorShape } from '../../shared/errors.ts'
import type { Places, Project } from '../../shared/place-protocol.ts'
import type { Snapshot } from '../../shared/protocol.ts'
import type { ImageClient } from '../images/client.ts'
import type { TransferCloud } from '../transfers/attempt.ts'
import { CAPABILITIES_LEAST_MS, CloudStates } from './cloud-states.ts'
import type { CloudLink } from './link.ts'
import { type Entry, entryFor, isUnreachable, staysKey, toCloud } from './registry-entry.ts'
import { ShownClouds } from './shown-clouds.ts'
import { transferCloudOf } from './transfer-cloud.ts'
import { parseViewId, type View } from './view-id.ts'
import { idOfPlace } from './view-place.ts'
import { type KeptLists, WatchedImages } from './watched-images.ts'

/** Where the links come from: the built-in service first, then what clouds.yaml names. */
export interface LinkSource {
  /** Reads the configuration again and gives a link for each cloud: a new one for what is new or changed, the same one for what is as it was. */
  load(): Promise<{ links: CloudLink[]; files: Snapshot['cloudFiles'] }>
  /**
   * A cloud of the configuration with another project or region; `known` where nothing changed since it was made. Null when the configuration has it
   * no more.
   * @param project the project's name, as far as it is known
   */
  view(view: View, known: CloudLink | null, project: string | null): CloudLink | null
  /** Calls when the configuration has changed on disk. Returns the way out. */
  watch(changed: () => void): () => void
}

export interface RegistryDeps {
  source: LinkSource
  remembered(key: string): string | null
  remember(key: string, value: string): void
  changed(): void
  filesChanged(files: Snapshot['cloudFiles']): void
  imagesChanged(cloudId: string, upserts: readonly Image[], removed: readonly string[], state: ImageListState): void
  isBusy(cloudId: string): boolean
  lists: KeptLists
  /** How often the clouds that nobody watches are asked. */
  lookAroundMs?: number
}

const LOOK_AROUND_MS = 60_000
/** The clouds that there are, and the way to each; how they are is with `CloudStates`, their rows with `WatchedImages`. One does not wait for another. */
export class CloudRegistry {
  readonly #deps: RegistryDeps
  readonly #shown: ShownClouds
  readonly #states: CloudStates
  readonly #images: WatchedImages
  #entries = new Map<string, Entry>()
  /** The clouds as they are configured, in order. */
  #configured: CloudLink[] = []
  #files: Snapshot['cloudFiles'] = []
  #reading: Promise<unknown> = Promise.resolve()
  #unwatch: (() => void) | null = null
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: RegistryDeps) {
    this.#deps = deps
    this.#shown = new ShownClouds(deps.remembered, deps.remember)
    this.#states = new CloudStates({
      remember: deps.remember,
      changed: deps.changed,
      signedIn: (entry) => entry.watched > 0 && void this.#images.start(entry),
      failed: (entry) => this.#images.failed(entry),
    })
    this.#images = new WatchedImages({
      lists: deps.lists,
      isBusy: deps.isBusy,
      imagesChanged: deps.imagesChanged,
      met: (entry, error) => this.#states.follow(entry, error),
    })
  }

  async start(): Promise<void> {
    await this.reload()
    this.#unwatch = this.#deps.source.watch(() => void this.reload())
    this.#timer = setInterval(() => this.#lookAround(), this.#deps.lookAroundMs ?? LOOK_AROUND_MS)
    this.#timer.unref()
  }

  /** What is shown, in the order of the sidebar. */
  list(): Cloud[] {
    return this.#shown.order(this.#configured).flatMap((id) => {
      const entry = this.#find(id)
      return entry === null ? [] : [toCloud(entry)]
    })
  }

  /** Any cloud, also one that is not shown. */
  get(cloudId: string): Cloud | null {
    const entry = this.#find(cloudId)
    return entry === null ? null : toCloud(entry)
  }

  /** What a transfer calls it for ever: its name, with the project or region where it is not shown as it is configured. */
  label(cloudId: string): string {
    const { link } = this.#entry(cloudId)
    const view = parseViewId(cloudId)
    const place = view === null ? [] : [view.region, view.projectId === null ? null : link.scope().project].filter((part) => part !== null)
    return [link.name, ...(place.length > 0 ? [place.join(' / ')] : [])].join(' · ')
  }

  files(): Snapshot['cloudFiles'] {
    return this.#files
  }

  /** Reads the configuration again. One after the other: what was read earlier never takes the place of what was read later. */
  reload(): Promise<Cloud[]> {
    const read = this.#reading.then(() => this.#read())
    this.#reading = read.catch(() => {})
    return read
  }

  async #read(): Promise<Cloud[]> {
    const { links, files } = await this.#deps.source.load()
    if (this.#closed) return []
    const before = this.#entries
    this.#configured = links
    this.#entries = new Map(links.map((link) => [link.id, entryFor(link, before.get(link.id))]))
    // Views that nobody looks at and nothing uses are made again when they are wanted.
    for (const [id, entry] of before) if (entry.watched > 0 || this.#deps.isBusy(id)) this.#find(id, entry)
    for (const id of this.#shown.order(links)) this.#find(id, before.get(id))
    for (const [id, entry] of before) if (this.#entries.get(id) !== entry) void this.#retire(entry)
    this.#files = files
    this.#deps.filesChanged(files)
    this.#deps.changed()
    // What a file that cannot be read would say is not known.
    if (files.every(({ error }) => error === null)) this.#images.onlyThese(this.#entries.values())
    // Whoever needs no secret of a person is signed in at once, and so is who was watched or was just signing in when its configuration changed,
    // or signed in the last time.
    const shown = new Set(this.#shown.order(links))
    for (const [id, entry] of this.#entries) {
      const asked = entry.watched > 0 || before.get(id)?.state.kind === 'signing-in'
      const wanted = entry.link.automatic || asked || (shown.has(id) && this.#deps.remembered(staysKey(id)) === 'yes')
      if (entry.state.kind === 'idle' && wanted) this.#states.begin(entry)
    }
    return this.list()
  }

  /** The network is back: what could not be reached is tried again. */
  networkIsBack(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state.kind === 'offline' && entry.watched > 0) entry.watcher?.nudge()
      else if (entry.state.kind === 'offline') void this.#ask(entry)
      if (entry.state.kind === 'failed' && isUnreachable(entry.state.error.code)) this.#states.begin(entry)
    }
  }

  async #retire(entry: Entry): Promise<void> {
    entry.watched = 0
    entry.watcher?.stop()
    await entry.link.close()
  }

  /** Signs in, once at a time; the state says how it went, and so does the answer. Never throws for a refused sign-in. */
  async signIn(cloudId: string): Promise<Cloud> {
    const entry = this.#entry(cloudId)
    await this.#states.signIn(entry).catch(() => {})
    return toCloud(entry)
  }

  /** The link of a cloud, for what is about its configuration. Trusted side only. */
  link(cloudId: string): CloudLink {
    return this.#entry(cloudId).link
  }

  /** @throws GlancerError `not-allowed` while transfers run with this cloud, or with one that is a view of it */
  mustBeIdle(cloudId: string): void {
    const all = [...this.#entries.values()].filter(({ link }) => link.id === cloudId || link.configuredAs === cloudId)
    if (!all.some(({ link }) => this.#deps.isBusy(link.id))) return
    throw new GlancerError('not-allowed', `Transfers with ${this.#entry(cloudId).link.name} are running.`, {
      remedy: 'Pause or cancel them first.',
    })
  }

  async signOut(cloudId: string): Promise<Cloud> {
    const entry = this.#entry(cloudId)
    this.mustBeIdle(cloudId)
    this.#images.signedOut(entry)
    this.#states.signOut(entry)
    return toCloud(entry)
  }

  // ------------------------------------------------------------------------------------------------------- projects and regions

  /** Where else this entry can be looked at: asks Keystone, and looks into the configuration. */
  async places(cloudId: string): Promise<Places> {
    const { link } = this.#entry(cloudId)
    const places = await link.places()
    const siblings = this.#configured.filter((other) => other.entry === link.entry).map(({ region }) => region)
    const regions = [link.region, ...siblings, ...places.regions].filter((region) => region !== null)
    return { ...places, regions: [...new Set(regions)].sort() }
  }

  /**
   * Shows an entry with another project or region, and signs in there.
   * @throws GlancerError `not-allowed` where the project cannot be another
   */
  show(cloudId: string, project: Project | null, region: string | null, beside: boolean): Cloud {
    const { link } = this.#entry(cloudId)
    const id = idOfPlace(link, project, region, this.#configured)
    if (project !== null && id !== cloudId && link.projectIsFixed !== null) throw new GlancerError('not-allowed', link.projectIsFixed)
    const wanted = { id, project: project?.name ?? link.scope().project }
    if (beside) this.#shown.addBehind(link, wanted, this.#configured)
    else this.#shown.replace(link, wanted, this.#configured)
    const entry = this.#entry(id)
    if (entry.state.kind !== 'signed-in') this.#states.begin(entry)
    this.#deps.changed()
    return toCloud(entry)
  }

  /** Takes one out of the sidebar. @throws GlancerError `not-allowed` for the last one of its entry. */
  hide(cloudId: string): void {
    const { link } = this.#entry(cloudId)
    if (!this.#shown.hide(link, this.#configured))
      throw new GlancerError('not-allowed', `${link.name} is shown only once.`, {
        remedy: 'To remove it for good, take it out of its file.',
      })
    this.#deps.changed()
  }

  // ---------------------------------------------------------------------------------------------------------------------- images

  /** Keeps the images of this cloud live from now on, and gives the rows known now, which may be those of the last run. */
  async watch(cloudId: string): Promise<{ images: Image[]; state: ImageListState }> {
    const entry = this.#entry(cloudId)
    entry.watched++
    const { kind } = entry.state
    if (kind === 'signed-in' || kind === 'offline') await this.#images.start(entry)
    // What was refused is not repeated because somebody looks at it.
    else if (kind !== 'failed') this.#states.begin(entry)
    return await this.#images.rows(entry)
  }

  unwatch(cloudId: string): void {
    const entry = this.#entries.get(cloudId)
    if (entry === undefined) return
    entry.watched = Math.max(0, entry.watched - 1)
    if (entry.watched === 0) entry.watcher?.pause()
  }

  /** Whoever watched this cloud goes on; the watcher looks at once for what is due. */
  resume(cloudId: string): void {
    const entry = this.#entries.get(cloudId)
    if (entry === undefined) return
    entry.watched++
    if (entry.state.kind === 'signed-in' || entry.state.kind === 'offline') void this.#images.start(entry)
  }

  /** Asks the cloud itself; zero where nobody watches it. @throws GlancerError when it cannot be asked. */
  async find(cloudId: string, queries: readonly Record<string, string>[]): Promise<number> {
    return (await this.#entry(cloudId).watcher?.find(queries)) ?? 0
  }

  /** Reads the community images of others too, as long as this cloud is signed in. @throws GlancerError when it cannot be asked. */
  async includeCommunity(cloudId: string): Promise<void> {
    await this.#entry(cloudId).watcher?.includeCommunity()
  }

  /** The page's hosts lost their page: nobody watches. */
  unwatchAll(): void {
    for (const entry of this.#entries.values()) {
      entry.watched = 0
      entry.watcher?.pause()
    }
  }

  refresh(cloudId: string): void {
    const entry = this.#entry(cloudId)
    if (entry.state.kind === 'failed' || entry.state.kind === 'idle') this.#states.begin(entry)
    else {
      entry.watcher?.nudge()
      void this.#states.readCapabilities(entry, CAPABILITIES_LEAST_MS)
    }
  }

  /** Something of this image was changed: it is looked at at once. */
  saw(cloudId: string, imageId: string): void {
    this.#entries.get(cloudId)?.watcher?.nudge(imageId)
  }

  /**
   * Rows of the last run may not be true any more: what is begun with them is first asked of the cloud, image by image.
   * @returns what to wait for before it is done with an image; throws GlancerError `conflict`, `not-found`
   */
  confirming(cloudId: string, imageIds: readonly string[]): (imageId: string) => Promise<void> {
    const watcher = this.#entries.get(cloudId)?.watcher
    const shown = new Map(watcher?.unconfirmed(imageIds).map((image) => [image.id, image]))
    return async (imageId) => {
      const row = shown.get(imageId)
      if (row !== undefined) await watcher?.confirm(row)
    }
  }

  /** As the cloud has said in this run; null where it has not. */
  knownImage(cloudId: string, imageId: string): Image | null {
    return this.#entries.get(cloudId)?.watcher?.image(imageId) ?? null
  }

  /** The Image API of a cloud, signed in. @throws GlancerError when it cannot be. */
  async client(cloudId: string): Promise<ImageClient> {
    const entry = this.#entry(cloudId)
    await this.#states.ready(entry)
    return entry.link.client
  }

  async terminalHelp(cloudId: string): Promise<string> {
    return await this.#entry(cloudId).link.terminalHelp()
  }

  /** While a person looks at one cloud, the others are asked now and then, so that what is said of them is true. */
  #lookAround(): void {
    const entries = [...this.#entries.values()]
    if (!entries.some(({ watched }) => watched > 0)) return
    const shown = new Set(this.#shown.order(this.#configured))
    for (const entry of entries) {
      const known = entry.state.kind === 'signed-in' || entry.state.kind === 'offline'
      // What could not be reached at the start is tried again, so that the rows of the last run do not stay for good.
      if (entry.state.kind === 'failed' && isUnreachable(entry.state.error.code) && entry.watched > 0) this.#states.begin(entry)
      if (known && entry.watched === 0 && !entry.link.automatic && shown.has(entry.link.id)) void this.#ask(entry)
    }
  }

  async #ask(entry: Entry): Promise<void> {
    const error = await entry.link.client.json('GET', '/v2/images?limit=1').then(() => null, toErrorShape)
    if (this.#entries.get(entry.link.id) === entry) this.#states.follow(entry, error)
  }

  // ------------------------------------------------------------------------------------------------------------------- transfers

  transferCloud(cloudId: string): TransferCloud | null {
    const entry = this.#find(cloudId)
    if (entry === null) return null
    return transferCloudOf(entry.link, {
      ready: () => this.#states.ready(entry),
      nudge: (imageId) => entry.watcher?.nudge(imageId),
      remembered: this.#deps.remembered,
      remember: this.#deps.remember,
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unwatch?.()
    clearInterval(this.#timer)
    await Promise.allSettled([...this.#entries.values()].map((entry) => this.#retire(entry)))
  }

  /**
   * The entry of an id. One of a view is made when it is first asked for: a transfer of the journal may mean a project that is not shown any more.
   * @param before what was known of a view before the configuration was read again
   */
  #find(id: string, before: Entry | undefined = undefined): Entry | null {
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    const view = parseViewId(id)
    const link = view === null ? null : this.#deps.source.view(view, before?.link ?? null, this.#shown.project(id))
    if (link === null) return null
    const entry = entryFor(link, before)
    this.#entries.set(id, entry)
    return entry
  }

  #entry(cloudId: string): Entry {
    const entry = this.#find(cloudId)
    if (entry === null) throw new GlancerError('not-found', 'This cloud is no longer configured.', { remedy: 'Look into clouds.yaml.' })
    return entry
  }
}
