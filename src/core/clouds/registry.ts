import type { Cloud, Image, ImageListState } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { Places, Project } from '../../shared/place-protocol.ts'
import type { Snapshot } from '../../shared/protocol.ts'
import type { ImageClient } from '../images/client.ts'
import type { TransferCloud } from '../transfers/attempt.ts'
import { CloudStates } from './cloud-states.ts'
import type { CloudLink } from './link.ts'
import { LiveImages } from './live-images.ts'
import { type Entry, entryFor, isUnreachable, staysKey, toCloud } from './registry-entry.ts'
import { ShownClouds } from './shown-clouds.ts'
import { transferCloudOf } from './transfer-cloud.ts'
import { parseViewId, type View } from './view-id.ts'
import { idOfPlace } from './view-place.ts'

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
  /** How often the clouds that nobody watches are asked. */
  lookAroundMs?: number
}

const LOOK_AROUND_MS = 60_000
/** The clouds that there are, those that are shown, and the way to each; how they are is in `cloud-states`, their images in `live-images`. */
export class CloudRegistry {
  readonly #deps: RegistryDeps
  readonly #shown: ShownClouds
  readonly #states: CloudStates
  readonly images: LiveImages
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
    this.#states = new CloudStates({ remember: deps.remember, changed: deps.changed, signedIn: (entry) => this.images.signedIn(entry) })
    this.images = new LiveImages({
      states: this.#states,
      entry: (cloudId) => this.#entry(cloudId),
      known: (cloudId) => this.#entries.get(cloudId),
      all: () => this.#entries.values(),
      shown: () => new Set(this.#shown.order(this.#configured)),
      imagesChanged: deps.imagesChanged,
      isBusy: deps.isBusy,
    })
  }

  async start(): Promise<void> {
    await this.reload()
    this.#unwatch = this.#deps.source.watch(() => void this.reload())
    this.#timer = setInterval(() => this.images.lookAround(), this.#deps.lookAroundMs ?? LOOK_AROUND_MS)
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
      if (entry.state.kind === 'offline') this.images.lookAgain(entry)
      if (entry.state.kind === 'failed' && isUnreachable(entry.state.error.code)) this.#states.begin(entry)
    }
  }

  async #retire(entry: Entry): Promise<void> {
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
    this.#states.signOut(entry)
    return toCloud(entry)
  }

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

  /** The Image API of a cloud, signed in. @throws GlancerError when it cannot be. */
  async client(cloudId: string): Promise<ImageClient> {
    const entry = this.#entry(cloudId)
    await this.#states.ready(entry)
    return entry.link.client
  }

  async terminalHelp(cloudId: string): Promise<string> {
    return await this.#entry(cloudId).link.terminalHelp()
  }

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
