import type { SecretWord } from '../../shared/cloud-draft.ts'
import type { Capabilities } from '../../shared/domain.ts'
import { GlancerError, toErrorShape } from '../../shared/errors.ts'
import type { Places, Project } from '../../shared/place-protocol.ts'
import { shellWord } from '../../shared/shell-word.ts'
import { readCapabilities } from '../images/capabilities.ts'
import { ImageClient } from '../images/client.ts'
import type { DataArea } from '../transfers/attempt.ts'
import type { Endpoint } from '../transfers/worker/contract.ts'
import { withoutToken } from '../transfers/worker/without-token.ts'
import { imageEndpoint, imageRegions, withoutVersion } from './catalog.ts'
import { certificateFacts } from './certificate-facts.ts'
import { authWords, type CloudAuth, type CloudConfig, type Secret } from './cloud-config.ts'
import { secretIn, secretWord, withSecret } from './draft-config.ts'
import { createHttp, type Http, type HttpAnswer, type HttpRequest, type TlsSettings } from './http.ts'
import { identityOf } from './identity-of.ts'
import type { CloudLink } from './link.ts'
import { projectsIn } from './projects.ts'
import { proxyFor } from './proxy.ts'
import type { SecretSource } from './secrets.ts'
import { Session } from './session.ts'
import { openrcLines } from './terminal-lines.ts'
import { readTlsFiles } from './tls-files.ts'
import { namesProject, projectIsFixed } from './view-config.ts'

/** A token with less life than this is renewed before a request. */
const MARGIN_MS = 60_000
/**
 * Nobody knows how long a transfer takes, and newer releases of Glance look at the token again at its end: it begins with one that has most of its
 * life before it.
 */
const TRANSFER_MARGIN_MS = Number.POSITIVE_INFINITY

interface Identity {
  id: string
  origin: 'file' | 'added'
  /** Of a view: the id of what it is a view of, and what that signs in with. */
  viewOf?: { id: string; proof: () => Promise<CloudAuth> }
}

interface Connection {
  http: Http
  tls: TlsSettings
}

/** A cloud that is signed in to as clouds.yaml says. One sign-in at a time; whoever comes meanwhile waits for it. */
export class OpenStackLink implements CloudLink {
  readonly id: string
  readonly name: string
  readonly entry: string
  readonly configuredAs: string
  readonly kind = 'openstack'
  readonly projectIsFixed: string | null
  readonly origin: 'file' | 'added'
  readonly source: string
  readonly region: string | null
  readonly authUrl: string | null
  readonly authKind: string
  readonly automatic = false
  readonly signsInOnce: boolean
  readonly typedSecret: SecretWord | null
  readonly client: ImageClient
  readonly transferClient: ImageClient
  readonly #config: CloudConfig
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #secrets: SecretSource
  #connection: Promise<Connection> | null = null
  readonly #session: Session

  constructor(
    { id, origin, viewOf }: Identity,
    config: CloudConfig,
    secrets: SecretSource,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.id = id
    this.origin = origin
    this.name = config.name
    this.configuredAs = viewOf?.id ?? id
    // Names of clouds that were added here may be in the files too.
    this.entry = origin === 'added' ? this.configuredAs : config.entry
    this.projectIsFixed = projectIsFixed(config)
    this.source = config.source
    this.region = config.region
    this.authUrl = config.authUrl
    this.authKind = authWords(config.auth)
    this.signsInOnce = config.auth.kind === 'totp' || config.auth.kind === 'multifactor'
    this.typedSecret = secretIn(config.auth) === null ? secretWord(config.auth) : null
    this.#config = config
    this.#env = env
    this.#secrets = secrets
    this.#session = new Session(
      config,
      async () => (await this.#connect()).http,
      Date.now,
      viewOf === undefined ? () => this.#complete() : async () => ({ ...config, auth: await viewOf.proof() }),
    )
    this.client = new ImageClient(async (path, request) => await this.#send(path, request))
    this.transferClient = this.client
  }

  knowsSecret(): boolean {
    return this.typedSecret === null || this.#secrets.has()
  }

  configuration(): CloudConfig {
    return this.#config
  }

  identity(): string | null {
    const { auth } = this.#config
    // A token that is kept apart from the configuration is one all the same.
    if (auth.kind === 'none' && this.#secrets.has()) return null
    const identity = identityOf(this.#config)
    return identity === null ? null : `${this.id} ${identity}`
  }

  /** @throws GlancerError `secret-needed` while nobody has typed it */
  async #complete(): Promise<CloudConfig> {
    if (this.typedSecret === null) return this.#config
    const secret = await this.#secrets.get()
    if (secret !== null) return withSecret(this.#config, secret)
    throw new GlancerError('secret-needed', `The ${this.typedSecret} of ${this.name} is not known.`, {
      remedy: `Type the ${this.typedSecret}.`,
    })
  }

  scope(): { project: string | null; projectId: string | null } {
    const { scope } = this.#config
    const configured = scope.kind === 'project' ? (scope.project.name ?? scope.project.id ?? null) : null
    return { project: this.#session.current?.project ?? configured, projectId: this.#session.current?.projectId ?? null }
  }

  /** For another link to the same cloud: what this one signs in with. */
  async proof(): Promise<CloudAuth> {
    return await this.#session.proof()
  }

  namesProject(project: Project): boolean {
    return namesProject(this.#config, project)
  }

  async places(): Promise<Places> {
    const fixed = this.projectIsFixed
    const found: Places = { projects: [], fixed, error: null, regions: [] }
    if (this.#config.auth.kind === 'none') return found
    try {
      if (fixed === null) found.projects = projectsIn(await this.#session.ask('/auth/projects'))
      else await this.#session.get(0)
    } catch (error) {
      found.error = toErrorShape(error)
    }
    const { current } = this.#session
    if (current !== null && this.#config.imageEndpoint === null) found.regions = imageRegions(this.#config, current.catalog)
    return found
  }

  async signIn(): Promise<void> {
    // A person may have mended a file of certificates since: they are read anew. What still runs on the old connection ends by itself.
    const { caFile, certFile } = this.#config.tls
    if (caFile !== null || certFile !== null) this.#connection = null
    if (this.#config.auth.kind === 'none') return
    try {
      const { catalog } = await this.#session.signIn()
      if (this.#config.auth.kind === 'totp') this.#secrets.spent()
      imageEndpoint(this.#config, catalog)
    } catch (error) {
      if (error instanceof GlancerError && error.code === 'sign-in-refused') this.#secrets.spent()
      throw await this.#withCertificate(error)
    }
  }

  /** To a certificate that is not trusted, what it says: whether to trust it is for a person to decide. */
  async #withCertificate(error: unknown): Promise<unknown> {
    if (!(error instanceof GlancerError) || error.code !== 'tls' || this.authUrl === null) return error
    if (error.cause === undefined || proxyFor(this.authUrl, this.#env) !== undefined) return error
    const facts = await certificateFacts(this.authUrl)
    return facts === null ? error : new GlancerError('tls', error.message, { ...error, detail: `${error.detail ?? ''} ${facts}`.trim() })
  }

  signOut(): void {
    this.#session.signOut()
  }

  async renew(): Promise<void> {
    const { current } = this.#session
    if (this.#config.auth.kind !== 'none' && current !== null) await this.#session.replace(current)
  }

  async dataEndpoint(imageId: string, area: DataArea): Promise<Endpoint> {
    const { tls } = await this.#connect()
    const { endpoint, token } = await this.#dataAccess()
    const url = `${endpoint}/v2/images/${encodeURIComponent(imageId)}/${area}`
    const proxy = proxyFor(url, this.#env)
    return { url, headers: tokenHeader(token), tls, ...(proxy !== undefined && { proxy }) }
  }

  async capabilities(known: Capabilities | null): Promise<Capabilities> {
    return await readCapabilities(this.client, known)
  }

  describe(): { server: string; project: string | null } {
    return { server: this.#config.imageEndpoint ?? this.#signedInEndpoint() ?? this.authUrl ?? this.name, project: this.scope().project }
  }

  async terminalHelp(): Promise<string> {
    if (this.origin === 'added') return openrcLines(this.#config)
    const { entry, region, scope } = this.#config
    // The name here may hold the region too; the official clients take the two apart. And a project may have been chosen here.
    const project = this.id !== this.configuredAs && scope.kind === 'project' ? (scope.project.id ?? null) : null
    const choice =
      (region === null ? '' : `export OS_REGION_NAME=${shellWord(region)}\n`) +
      (project === null ? '' : `export OS_PROJECT_ID=${shellWord(project)}\n`)
    return `export OS_CLOUD=${shellWord(entry)}\n${choice}openstack image list`
  }

  async close(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    await (await connection?.catch(() => null))?.http.close()
  }

  async #send(path: string, request: HttpRequest): Promise<HttpAnswer> {
    const { http } = await this.#connect()
    const { auth } = this.#config
    const send = async (endpoint: string, token: Secret | null): Promise<HttpAnswer> => {
      const answer = await http.send(endpoint + path, { ...request, headers: { ...request.headers, ...tokenHeader(token) } })
      return answer.status < 400 ? answer : { ...answer, body: withoutToken(answer.body, tokenHeader(token)) }
    }
    if (auth.kind === 'none') return await send(withoutVersion(this.#config.imageEndpoint ?? auth.endpoint), await this.#fixedToken(auth))
    const session = await this.#session.get(MARGIN_MS)
    const answer = await send(imageEndpoint(this.#config, session.catalog), session.token)
    if (answer.status !== 401) return answer
    // With Keystone down Glance says 401 as well: only Keystone knows whether the token is at fault (observed).
    const renewed = await this.#session.replace(session)
    return await send(imageEndpoint(this.#config, renewed.catalog), renewed.token)
  }

  #signedInEndpoint(): string | null {
    const { current } = this.#session
    if (current === null) return null
    try {
      return imageEndpoint(this.#config, current.catalog)
    } catch {
      return null
    }
  }

  /** Address and token for image data, which are used once, at the start of a transfer. */
  async #dataAccess(): Promise<{ endpoint: string; token: Secret | null }> {
    const { auth } = this.#config
    if (auth.kind === 'none')
      return { endpoint: withoutVersion(this.#config.imageEndpoint ?? auth.endpoint), token: await this.#fixedToken(auth) }
    const session = await this.#session.get(TRANSFER_MARGIN_MS)
    return { endpoint: imageEndpoint(this.#config, session.catalog), token: session.token }
  }

  /** The token of a cloud without Keystone, if it has one. */
  async #fixedToken(auth: { token: Secret | null }): Promise<Secret | null> {
    return auth.token ?? (await this.#secrets.get())
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = null
      throw error
    })
    return this.#connection
  }

  async #open(): Promise<Connection> {
    const tls = await readTlsFiles(this.#config.tls)
    return { http: createHttp(tls, this.#env), tls }
  }
}

function tokenHeader(token: Secret | null): Record<string, string> {
  return token === null ? {} : { 'X-Auth-Token': token.reveal() }
}
