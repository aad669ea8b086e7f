import { GlancerError } from '../../shared/errors.ts'
import type { CloudAuth, CloudConfig, Secret } from './cloud-config.ts'
import type { Http, HttpAnswer } from './http.ts'
import { type SignedIn, signIn } from './keystone.ts'
import { explainRefusal } from './refused-scope.ts'

/** However long Keystone asks to stay away, it is asked again after this. */
const LONGEST_HOLD_MS = 300_000

/**
 * The token of one cloud: got when it is wanted, renewed before it ends, never twice at a time. After a refusal nobody asks again by themselves:
 * an account is soon locked by a program that repeats a wrong password.
 */
export class Session {
  readonly #config: CloudConfig
  readonly #http: () => Promise<Http>
  readonly #now: () => number
  readonly #complete: () => Promise<CloudConfig>
  #current: SignedIn | null = null
  #running: Promise<SignedIn> | null = null
  #identityUrl: string | null = null
  #hold: { error: GlancerError; until: number } | null = null

  /** @param complete the configuration with its secret, which may have to be fetched or typed; it is asked for each sign-in */
  constructor(
    config: CloudConfig,
    http: () => Promise<Http>,
    now: () => number = Date.now,
    complete: () => Promise<CloudConfig> = async () => config,
  ) {
    this.#config = config
    this.#http = http
    this.#now = now
    this.#complete = complete
  }

  /** What is known without asking anybody. */
  get current(): SignedIn | null {
    return this.#current
  }

  /** A person wants to sign in: a refusal before counts no more, and a new one is looked into. */
  async signIn(): Promise<SignedIn> {
    if (this.#hold?.until === Number.POSITIVE_INFINITY) this.#hold = null
    try {
      return await this.get(0)
    } catch (error) {
      const explained = error instanceof GlancerError ? await this.#explain(error) : null
      if (explained === null) throw error
      this.#hold = { error: explained, until: Number.POSITIVE_INFINITY }
      throw explained
    }
  }

  /** A refusal told better than Keystone does, where that can be known. */
  async #explain(error: GlancerError): Promise<GlancerError | null> {
    return error.code === 'sign-in-refused' ? await explainRefusal(await this.#complete(), await this.#http(), error) : null
  }

  signOut(): void {
    this.#current = null
  }

  /**
   * A session whose token lives at least so long, if a new one would.
   * @param lifeMs milliseconds; of a token that lives shortly anyway, half its life is enough
   */
  async get(lifeMs: number): Promise<SignedIn> {
    const known = this.#current
    if (known !== null && known.expiresAt - this.#now() > this.#margin(known, lifeMs)) return known
    try {
      return await this.#renew()
    } catch (error) {
      // A token that still lives a little is better than none while Keystone is away.
      if (known !== null && known.expiresAt > this.#now()) return known
      throw error
    }
  }

  /** The cloud refused this token: a new one, unless somebody has got one meanwhile. */
  async replace(refused: SignedIn): Promise<SignedIn> {
    if (this.#current === refused) this.#current = null
    return await this.get(0)
  }

  /**
   * What another session of the same person signs in with: the same secret; or this session's token where the secret is good only once.
   * @throws GlancerError when a token is needed and cannot be had
   */
  async proof(): Promise<CloudAuth> {
    const { kind } = this.#config.auth
    if (kind !== 'totp' && kind !== 'multifactor') return (await this.#complete()).auth
    return { kind: 'token', token: (await this.get(0)).token }
  }

  /**
   * Asks Keystone itself, below `/v3`. Where the project is refused but the person is known, with a token that has no project: so another project can
   * be found.
   * @throws GlancerError as `get` does
   */
  async ask(path: string): Promise<HttpAnswer> {
    const http = await this.#http()
    const send = async (identityUrl: string, token: Secret): Promise<HttpAnswer> =>
      await http.send(identityUrl + path, { method: 'GET', headers: { 'X-Auth-Token': token.reveal() } })
    let session: SignedIn
    try {
      session = await this.get(0)
    } catch (error) {
      if (!(error instanceof GlancerError) || error.code !== 'scope-refused') throw error
      const unscoped = await signIn({ ...(await this.#complete()), scope: { kind: 'none' } }, http, this.#identityUrl)
      return await send(unscoped.identityUrl, unscoped.token)
    }
    const answer = await send(session.identityUrl, session.token)
    if (answer.status !== 401) return answer
    const renewed = await this.replace(session)
    return await send(renewed.identityUrl, renewed.token)
  }

  #margin(known: SignedIn, lifeMs: number): number {
    // Of a life that ends soon anyway, half is enough.
    return this.#canRenew() ? Math.min(lifeMs, known.lifeMs / 2) : 0
  }

  /** From a token comes no longer life, and a passcode is good once: such a session is used to its end. */
  #canRenew(): boolean {
    const { auth } = this.#config
    return auth.kind === 'password' || auth.kind === 'application-credential'
  }

  #renew(): Promise<SignedIn> {
    if (this.#hold !== null) {
      if (this.#hold.until > this.#now()) return Promise.reject(this.#hold.error)
      this.#hold = null
    }
    this.#running ??= this.#ask().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #ask(): Promise<SignedIn> {
    try {
      const signedIn = await signIn(await this.#complete(), await this.#http(), this.#identityUrl)
      this.#identityUrl = signedIn.identityUrl
      this.#current = signedIn
      return signedIn
    } catch (error) {
      if (error instanceof GlancerError) this.#hold = holdAfter(error, this.#now())
      throw error
    }
  }
}

function holdAfter(error: GlancerError, now: number): { error: GlancerError; until: number } | null {
  if (error.code === 'sign-in-refused') return { error, until: Number.POSITIVE_INFINITY }
  if (error.retryAfterMs === undefined || error.retryAfterMs === 0) return null
  return { error, until: now + Math.min(error.retryAfterMs, LONGEST_HOLD_MS) }
}
