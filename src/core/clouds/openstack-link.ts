import { readFile } from 'node:fs/promises'
import type { Capabilities } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { ImageClient } from '../images/client.ts'
import type { Endpoint } from '../transfers/worker/contract.ts'
import { imageEndpoint, withoutVersion } from './catalog.ts'
import { authWords, type CloudConfig, type Secret } from './cloud-config.ts'
import { createHttp, type Http, proxyFor, type TlsSettings } from './http.ts'
import { type SignedIn, signIn } from './keystone.ts'
import type { CloudLink } from './link.ts'

/** A token with less life than this is renewed before a request. */
const MARGIN_MS = 60_000
/** A transfer begins with at least so much; Glance looks at a token only when a request begins (observed). */
const TRANSFER_MARGIN_MS = 300_000

interface Connection {
  http: Http
  tls: TlsSettings
}

/** A cloud that is signed in to as clouds.yaml says. One sign-in at a time; whoever comes meanwhile waits for it. */
export class OpenStackLink implements CloudLink {
  readonly id: string
  readonly name: string
  readonly kind = 'openstack'
  readonly source: string
  readonly region: string | null
  readonly authUrl: string | null
  readonly authKind: string
  readonly automatic = false
  readonly client: ImageClient
  readonly transferCalls: ImageClient
  readonly #config: CloudConfig
  readonly #env: Readonly<Record<string, string | undefined>>
  #connection: Promise<Connection> | null = null
  #signedIn: SignedIn | null = null
  #signingIn: Promise<SignedIn> | null = null

  constructor(id: string, config: CloudConfig, env: Readonly<Record<string, string | undefined>>) {
    this.id = id
    this.name = config.name
    this.source = config.source
    this.region = config.region
    this.authUrl = config.authUrl
    this.authKind = authWords(config.auth)
    this.#config = config
    this.#env = env
    this.client = new ImageClient(async (path, request) => {
      const { http } = await this.#connect()
      const send = async () =>
        await http.send(`${await this.#endpoint()}${path}`, {
          ...request,
          headers: { ...request.headers, ...(await this.#headers(MARGIN_MS)) },
        })
      const answer = await send()
      if (answer.status !== 401) return answer
      // With Keystone down Glance says 401 as well: only Keystone knows whether the token is at fault (observed).
      await this.renew()
      return await send()
    })
    this.transferCalls = this.client
  }

  scope(): { project: string | null; projectId: string | null } {
    const { scope } = this.#config
    const configured = scope.kind === 'project' ? (scope.project.name ?? scope.project.id ?? null) : null
    return { project: this.#signedIn?.project ?? configured, projectId: this.#signedIn?.projectId ?? null }
  }

  async signIn(): Promise<void> {
    await this.#session(0)
    await this.#endpoint()
  }

  signOut(): void {
    this.#signedIn = null
  }

  async renew(): Promise<void> {
    this.#signedIn = null
    await this.#session(0)
  }

  async dataEndpoint(imageId: string): Promise<Endpoint> {
    const { tls } = await this.#connect()
    const url = `${await this.#endpoint()}/v2/images/${encodeURIComponent(imageId)}/file`
    const proxy = proxyFor(url, this.#env)
    return { url, headers: await this.#headers(TRANSFER_MARGIN_MS), tls, ...(proxy !== undefined && { proxy }) }
  }

  async capabilities(): Promise<Capabilities> {
    return await this.client.capabilities()
  }

  describe(): { server: string; project: string | null } {
    return { server: this.#config.imageEndpoint ?? this.#signedInEndpoint() ?? this.authUrl ?? this.name, project: this.scope().project }
  }

  async terminalHelp(): Promise<string> {
    const { entry, region } = this.#config
    // The name here may hold the region too; the official clients take the two apart.
    const choice = region === null ? '' : `export OS_REGION_NAME=${shellWord(region)}\n`
    return `export OS_CLOUD=${shellWord(entry)}\n${choice}openstack image list`
  }

  async close(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    await (await connection?.catch(() => null))?.http.close()
  }

  #signedInEndpoint(): string | null {
    if (this.#signedIn === null) return null
    try {
      return imageEndpoint(this.#config, this.#signedIn.catalog)
    } catch {
      return null
    }
  }

  async #endpoint(): Promise<string> {
    const { auth } = this.#config
    if (auth.kind === 'none') return withoutVersion(this.#config.imageEndpoint ?? auth.endpoint)
    return imageEndpoint(this.#config, (await this.#session(0)).catalog)
  }

  async #headers(life: number): Promise<Record<string, string>> {
    const token = await this.#token(life)
    return token === null ? {} : { 'X-Auth-Token': token.reveal() }
  }

  async #token(life: number): Promise<Secret | null> {
    const { auth } = this.#config
    return auth.kind === 'none' ? auth.token : (await this.#session(life)).token
  }

  /** A session whose token lives at least so long, if Keystone gives any that does. */
  async #session(life: number): Promise<SignedIn> {
    if (this.#config.auth.kind === 'none') {
      return { token: nothing, expiresAt: Number.POSITIVE_INFINITY, projectId: null, project: null, catalog: [] }
    }
    const known = this.#signedIn
    if (known !== null && known.expiresAt - Date.now() > life) return known
    this.#signingIn ??= this.#connect()
      .then(({ http }) => signIn(this.#config, http))
      .then((session) => {
        this.#signedIn = session
        return session
      })
      .finally(() => {
        this.#signingIn = null
      })
    try {
      return await this.#signingIn
    } catch (error) {
      // A token that still lives a little is better than none while Keystone is away.
      if (known !== null && known.expiresAt > Date.now()) return known
      throw error
    }
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = null
      throw error
    })
    return this.#connection
  }

  async #open(): Promise<Connection> {
    const { verify, caFile, certFile, keyFile } = this.#config.tls
    const tls: TlsSettings = {
      verify,
      ...(caFile !== null && { ca: await pem(caFile, 'cacert') }),
      ...(certFile !== null && { cert: await pem(certFile, 'cert') }),
      ...(keyFile !== null ? { key: await pem(keyFile, 'key') } : certFile !== null && { key: await pem(certFile, 'cert') }),
    }
    return { http: createHttp(tls, this.#env), tls }
  }
}

const nothing: Secret = { reveal: () => '' } as Secret

async function pem(path: string, setting: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new GlancerError('tls', `The file ${path} (${setting} of this cloud) cannot be read.`, { detail: error.message })
  })
  if (!text.includes('-----BEGIN ')) throw new GlancerError('tls', `The file ${path} (${setting} of this cloud) is not in PEM form.`)
  return text
}

/** A word for the shell, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
