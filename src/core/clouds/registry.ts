import type { Capabilities, Cloud, CloudState, Image, ImageListState } from '../../shared/domain.ts'
import { type ErrorCode, GlancerError, toErrorShape } from '../../shared/errors.ts'
import { isRetryableNetworkCode } from '../../shared/net-failure.ts'
import type { Snapshot } from '../../shared/protocol.ts'
import type { ImageClient } from '../images/client.ts'
import { createImageWatcher, type ImageWatcher } from '../images/watcher.ts'
import type { TransferCloud } from '../transfers/attempt.ts'
import type { CloudLink } from './link.ts'
import { isOnThisMachine } from './on-this-machine.ts'

/** Where the links come from: the built-in service first, then what clouds.yaml names. */
export interface LinkSource {
  /** Reads the configuration again and gives a link for each cloud that is new or changed, by id; unchanged ones are given back as they are. */
  load(known: ReadonlyMap<string, CloudLink>): Promise<{ links: CloudLink[]; files: Snapshot['cloudFiles'] }>
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
}

const refusals: ReadonlySet<ErrorCode> = new Set(['sign-in-refused', 'scope-refused', 'no-endpoint'])

interface Entry {
  link: CloudLink
  state: CloudState
  capabilities: Capabilities | null
  watcher: ImageWatcher | null
  watched: number
  signingIn: Promise<void> | null
}

/** The clouds that there are: their state, their images, and the way to each. One does not wait for another. */
export class CloudRegistry {
  readonly #deps: RegistryDeps
  #entries = new Map<string, Entry>()
  #files: Snapshot['cloudFiles'] = []
  #unwatch: (() => void) | null = null
  #closed = false

  constructor(deps: RegistryDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.reload()
    this.#unwatch = this.#deps.source.watch(() => void this.reload())
  }

  list(): Cloud[] {
    return [...this.#entries.values()].map(toCloud)
  }

  get(cloudId: string): Cloud | null {
    const entry = this.#entries.get(cloudId)
    return entry === undefined ? null : toCloud(entry)
  }

  files(): Snapshot['cloudFiles'] {
    return this.#files
  }

  async reload(): Promise<Cloud[]> {
    const known = new Map([...this.#entries].map(([id, entry]) => [id, entry.link]))
    const { links, files } = await this.#deps.source.load(known)
    if (this.#closed) return []
    const before = this.#entries
    this.#entries = new Map(
      links.map((link) => {
        const entry = before.get(link.id)
        if (entry?.link === link) return [link.id, entry]
        return [
          link.id,
          { link, state: { kind: 'idle' }, capabilities: null, watcher: null, watched: entry?.watched ?? 0, signingIn: null },
        ]
      }),
    )
    for (const [id, entry] of before) if (this.#entries.get(id) !== entry) void this.#retire(entry)
    this.#files = files
    this.#deps.filesChanged(files)
    this.#deps.changed()
    // Whoever needs no secret of a person is signed in at once, and so is who was watched when its configuration changed.
    for (const [id, entry] of this.#entries)
      if (entry.state.kind === 'idle' && (entry.link.automatic || entry.watched > 0)) void this.signIn(id).catch(() => {})
    return this.list()
  }

  async #retire(entry: Entry): Promise<void> {
    entry.watcher?.stop()
    await entry.link.close()
  }

  /** Signs in, once at a time; the state says how it went, and so does the answer. Never throws for a refused sign-in. */
  async signIn(cloudId: string): Promise<Cloud> {
    const entry = this.#entry(cloudId)
    await this.#signIn(entry).catch(() => {})
    return toCloud(entry)
  }

  #signIn(entry: Entry): Promise<void> {
    if (entry.state.kind === 'signed-in') return Promise.resolve()
    entry.signingIn ??= this.#signInNow(entry).finally(() => {
      entry.signingIn = null
    })
    return entry.signingIn
  }

  async #signInNow(entry: Entry): Promise<void> {
    this.#setState(entry, { kind: 'signing-in' })
    try {
      await entry.link.signIn()
      this.#setState(entry, { kind: 'signed-in' })
    } catch (error) {
      // A secret that nobody has typed yet is no failure: the cloud says what is missing.
      const missing = error instanceof GlancerError && error.code === 'secret-needed'
      this.#setState(entry, missing ? { kind: 'idle' } : { kind: 'failed', error: toErrorShape(error) })
      throw error
    }
    if (entry.watched > 0) this.#startWatcher(entry)
    // Best effort: a cloud that does not say what it can is used all the same.
    entry.capabilities = await entry.link.capabilities().catch(() => null)
    this.#deps.changed()
  }

  /** The link of a cloud, for what is about its configuration. Trusted side only. */
  link(cloudId: string): CloudLink {
    return this.#entry(cloudId).link
  }

  /** @throws GlancerError `not-allowed` while transfers run with this cloud */
  mustBeIdle(cloudId: string): void {
    if (!this.#deps.isBusy(cloudId)) return
    throw new GlancerError('not-allowed', `Transfers with ${this.#entry(cloudId).link.name} are running.`, {
      remedy: 'Pause or cancel them first.',
    })
  }

  async signOut(cloudId: string): Promise<Cloud> {
    const entry = this.#entry(cloudId)
    this.mustBeIdle(cloudId)
    entry.watcher?.stop()
    entry.watcher = null
    entry.link.signOut()
    this.#setState(entry, { kind: 'idle' })
    return toCloud(entry)
  }

  // ---------------------------------------------------------------------------------------------------------------------- images

  /** Keeps the images of this cloud live from now on, and gives the rows known now. */
  watch(cloudId: string): { images: Image[]; state: ImageListState } {
    const entry = this.#entry(cloudId)
    entry.watched++
    if (entry.state.kind === 'signed-in') this.#startWatcher(entry)
    else void this.#signIn(entry).catch(() => {})
    const watcher = entry.watcher
    if (watcher !== null) return { images: watcher.images(), state: watcher.state() }
    const error = entry.state.kind === 'failed' ? entry.state.error : null
    return { images: [], state: { loading: error === null, loadedAt: null, error, more: false } }
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
    if (entry.state.kind === 'signed-in' || entry.state.kind === 'offline') this.#startWatcher(entry)
  }

  /** Asks the cloud itself; zero where nobody watches it. @throws GlancerError when it cannot be asked. */
  async find(cloudId: string, queries: readonly Record<string, string>[]): Promise<number> {
    return (await this.#entry(cloudId).watcher?.find(queries)) ?? 0
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
    if (entry.state.kind === 'failed' || entry.state.kind === 'idle') void this.#signIn(entry).catch(() => {})
    else entry.watcher?.nudge()
  }

  /** Something of this image was changed: it is looked at at once. */
  saw(cloudId: string, imageId: string): void {
    this.#entries.get(cloudId)?.watcher?.nudge(imageId)
  }

  knownImage(cloudId: string, imageId: string): Image | null {
    return this.#entries.get(cloudId)?.watcher?.image(imageId) ?? null
  }

  /** The Image API of a cloud, signed in. @throws GlancerError when it cannot be. */
  async client(cloudId: string): Promise<ImageClient> {
    const entry = this.#entry(cloudId)
    await this.#signIn(entry)
    return entry.link.client
  }

  async terminalHelp(cloudId: string): Promise<string> {
    return await this.#entry(cloudId).link.terminalHelp()
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
        this.#followWatcher(entry, state)
        this.#deps.imagesChanged(cloudId, upserts, removed, state)
      },
    })
    entry.watcher.resume()
  }

  /** What the watcher meets tells how the cloud is: reachable, offline, or signed out. */
  #followWatcher(entry: Entry, state: ImageListState): void {
    if (state.error !== null && entry.state.kind === 'signed-in') {
      const unreachable = isRetryableNetworkCode(state.error.code) || state.error.code === 'identity-unreachable'
      if (unreachable) this.#setState(entry, { kind: 'offline', error: state.error, since: Date.now() })
      // Looking again and again would only repeat the refused sign-in, which locks accounts: a person has to do something.
      if (refusals.has(state.error.code) || state.error.code === 'secret-needed') {
        entry.watcher?.pause()
        this.#setState(entry, state.error.code === 'secret-needed' ? { kind: 'idle' } : { kind: 'failed', error: state.error })
      }
    } else if (state.error === null && entry.state.kind === 'offline') {
      this.#setState(entry, { kind: 'signed-in' })
    } else {
      this.#deps.changed()
    }
  }

  // ------------------------------------------------------------------------------------------------------------------- transfers

  transferCloud(cloudId: string): TransferCloud | null {
    const entry = this.#entries.get(cloudId)
    if (entry === undefined) return null
    const { link } = entry
    return {
      calls: async () => {
        await this.#signIn(entry)
        return link.transferCalls
      },
      endpoint: async (imageId) => {
        await this.#signIn(entry)
        return await link.dataEndpoint(imageId)
      },
      renew: () => link.renew(),
      hashAlgorithm: () => this.#deps.remembered(`hash:${cloudId}`) ?? 'sha512',
      nudge: (imageId) => {
        entry.watcher?.nudge(imageId)
      },
      sawHashAlgorithm: (algorithm) => {
        if (this.#deps.remembered(`hash:${cloudId}`) !== algorithm) this.#deps.remember(`hash:${cloudId}`, algorithm)
      },
      describe: () => link.describe(),
      isOnThisMachine: () => isOnThisMachine(link.describe().server),
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unwatch?.()
    await Promise.allSettled([...this.#entries.values()].map((entry) => this.#retire(entry)))
  }

  #setState(entry: Entry, state: CloudState): void {
    entry.state = state
    this.#deps.changed()
  }

  #entry(cloudId: string): Entry {
    const entry = this.#entries.get(cloudId)
    if (entry === undefined)
      throw new GlancerError('not-found', 'This cloud is no longer configured.', { remedy: 'Look into clouds.yaml.' })
    return entry
  }
}

function toCloud(entry: Entry): Cloud {
  const { link } = entry
  const { project, projectId } = link.scope()
  return {
    id: link.id,
    name: link.name,
    kind: link.kind,
    origin: link.origin,
    source: link.source,
    region: link.region,
    project,
    projectId,
    authUrl: link.authUrl,
    authKind: link.authKind,
    secretNeeded: secretNeeded(entry),
    state: entry.state,
    imageCount: entry.watcher?.state().loadedAt == null ? null : entry.watcher.images().length,
    capabilities: entry.capabilities,
  }
}

/** What a person has to type: what is not known, or was known and got refused. */
function secretNeeded({ link, state }: Entry): Cloud['secretNeeded'] {
  if (state.kind === 'idle') return link.knowsSecret() ? null : link.typedSecret
  if (state.kind !== 'failed') return null
  const { code } = state.error
  return code === 'sign-in-refused' || code === 'secret-store' || !link.knowsSecret() ? link.typedSecret : null
}
