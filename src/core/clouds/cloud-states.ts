import type { CloudState } from '../../shared/domain.ts'
import { type ErrorShape, GlancerError, toErrorShape } from '../../shared/errors.ts'
import { type Entry, isUnreachable, refusals, staysKey } from './registry-entry.ts'

export interface StatesDeps {
  remember(key: string, value: string): void
  changed(): void
  /** A cloud was signed in to. */
  signedIn(entry: Entry): void
  /** A sign-in ended badly, or what was signed in to is so no more. */
  failed(entry: Entry): void
}

/** What a cloud can is asked again after this, while it is looked at. */
const CAPABILITIES_AGE_MS = 10 * 60_000
/** A person who reads the images again gets it anew too, but not at every step of a bulk action. */
export const CAPABILITIES_LEAST_MS = 30_000

/** How each cloud is: signed in to or not, reachable or not, and what it can. */
export class CloudStates {
  readonly #deps: StatesDeps

  constructor(deps: StatesDeps) {
    this.#deps = deps
  }

  /** Signs in, once at a time; the state says how it went. @throws GlancerError when it is refused or cannot be tried. */
  signIn(entry: Entry): Promise<void> {
    if (entry.state.kind === 'signed-in') return Promise.resolve()
    entry.signingIn ??= this.#signInNow(entry).finally(() => {
      entry.signingIn = null
    })
    return entry.signingIn
  }

  /** The same for whoever does not wait for it. */
  begin(entry: Entry): void {
    void this.signIn(entry).catch(() => {})
  }

  /** Resolves once it is signed in to. One that does not answer now has a session all the same, which renews itself. */
  async ready(entry: Entry): Promise<void> {
    if (entry.state.kind !== 'offline') await this.signIn(entry)
  }

  async #signInNow(entry: Entry): Promise<void> {
    this.#set(entry, { kind: 'signing-in' })
    try {
      await entry.link.signIn()
      this.#set(entry, { kind: 'signed-in' })
    } catch (error) {
      // A secret that nobody has typed yet is no failure: the cloud says what is missing.
      const missing = error instanceof GlancerError && error.code === 'secret-needed'
      const shape = toErrorShape(error)
      this.#set(entry, missing ? { kind: 'idle' } : { kind: 'failed', error: shape })
      if (refusals.has(shape.code)) this.#deps.remember(staysKey(entry.link.id), 'no')
      this.#deps.failed(entry)
      throw error
    }
    if (!entry.link.automatic && !entry.link.signsInOnce) this.#deps.remember(staysKey(entry.link.id), 'yes')
    this.#deps.signedIn(entry)
    await this.readCapabilities(entry, 0)
  }

  signOut(entry: Entry): void {
    entry.link.signOut()
    this.#deps.remember(staysKey(entry.link.id), 'no')
    this.#set(entry, { kind: 'idle' })
  }

  /** Best effort: of a cloud that does not say what it can, what it said before counts, and it is used all the same. */
  async readCapabilities(entry: Entry, olderThanMs: number): Promise<void> {
    const now = Date.now()
    if (now - entry.capabilitiesAt < olderThanMs) return
    entry.capabilitiesAt = now
    try {
      entry.capabilities = await entry.link.capabilities(entry.capabilities)
      this.#deps.changed()
    } catch (error) {
      if (!(error instanceof GlancerError)) throw error
    }
  }

  /** What a question to the cloud met tells how the cloud is: reachable, offline, or signed out. */
  follow(entry: Entry, error: ErrorShape | null): void {
    const { kind } = entry.state
    if (error === null) {
      if (kind === 'offline') this.#set(entry, { kind: 'signed-in' })
      void this.readCapabilities(entry, kind === 'offline' ? CAPABILITIES_LEAST_MS : CAPABILITIES_AGE_MS)
    } else if (kind === 'signed-in' && isUnreachable(error.code)) {
      this.#set(entry, { kind: 'offline', error, since: Date.now() })
    } else if ((kind === 'signed-in' || kind === 'offline') && (refusals.has(error.code) || error.code === 'secret-needed')) {
      // Looking again and again would only repeat the refused sign-in, which locks accounts: a person has to do something.
      entry.watcher?.pause()
      this.#set(entry, error.code === 'secret-needed' ? { kind: 'idle' } : { kind: 'failed', error })
      this.#deps.failed(entry)
    }
    this.#deps.changed()
  }

  #set(entry: Entry, state: CloudState): void {
    entry.state = state
    this.#deps.changed()
  }
}
