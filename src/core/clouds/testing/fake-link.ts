import type { Capabilities, Image } from '../../../shared/domain.ts'
import type { GlancerError } from '../../../shared/errors.ts'
import type { Places } from '../../../shared/place-protocol.ts'
import { ImageClient } from '../../images/client.ts'
import type { Endpoint } from '../../transfers/worker/contract.ts'
import type { HttpAnswer } from '../http.ts'
import type { CloudLink } from '../link.ts'

/** A cloud whose sign-in and lists end when the test lets them. */
export class FakeLink implements CloudLink {
  readonly id: string
  readonly name: string
  readonly entry: string
  readonly configuredAs: string
  readonly kind = 'openstack'
  readonly origin = 'file'
  readonly source = 'a test'
  readonly authUrl = null
  readonly authKind = 'password'
  readonly automatic = false
  signsInOnce = false
  readonly typedSecret = null
  readonly client: ImageClient
  readonly transferClient: ImageClient
  projectIsFixed: string | null = null
  signIns = 0
  lists = 0
  closed = false
  images: Partial<Image>[] = []
  /** What the next sign-in does; null = it succeeds. */
  signInFails: GlancerError | null = null
  listFails: HttpAnswer | Error | null = null
  /** While set, nothing that is asked of it ends. */
  hangs: Promise<void> | null = null
  capabilitiesAsked = 0
  readonly #project: { id: string; name: string } | null
  readonly region: string | null

  constructor(
    id: string,
    {
      entry = id,
      region = null,
      project = null,
      configuredAs = id,
    }: { entry?: string; region?: string | null; project?: { id: string; name: string } | null; configuredAs?: string } = {},
  ) {
    this.id = id
    this.name = entry
    this.entry = entry
    this.region = region
    this.configuredAs = configuredAs
    this.#project = project
    this.client = new ImageClient(async (path) => {
      await this.hangs
      if (path.startsWith('/v2/images')) {
        this.lists++
        if (this.listFails instanceof Error) throw this.listFails
        if (this.listFails !== null) return this.listFails
        return { status: 200, headers: {}, body: JSON.stringify({ images: path.includes('os_hidden') ? [] : this.images }) }
      }
      return { status: 404, headers: {}, body: '' }
    })
    this.transferClient = this.client
  }

  knowsSecret(): boolean {
    return true
  }
  configuration(): null {
    return null
  }
  namesProject({ id }: { id: string }): boolean {
    return this.#project?.id === id
  }
  async places(): Promise<Places> {
    return { projects: [], fixed: this.projectIsFixed, error: null, regions: ['from-the-catalog'] }
  }
  /** Whoever signs in; null = nobody can tell. */
  person: string | null = 'ada'
  identity(): string | null {
    return this.person === null ? null : `${this.id} ${this.person}`
  }
  scope(): { project: string | null; projectId: string | null } {
    return { project: this.#project?.name ?? null, projectId: this.#project?.id ?? null }
  }
  async signIn(): Promise<void> {
    this.signIns++
    await this.hangs
    if (this.signInFails !== null) throw this.signInFails
  }
  signOut(): void {}
  async renew(): Promise<void> {}
  async dataEndpoint(): Promise<Endpoint> {
    return { url: `https://${this.id}.example`, headers: {} }
  }
  async capabilities(known: Capabilities | null): Promise<Capabilities> {
    this.capabilitiesAsked++
    const none = { diskFormats: null, containerFormats: null, stores: [], importMethods: [], version: null, versions: [] }
    return known ?? none
  }
  describe(): { server: string; project: string | null } {
    return { server: `https://${this.id}.example`, project: this.scope().project }
  }
  async terminalHelp(): Promise<string> {
    return ''
  }
  async close(): Promise<void> {
    this.closed = true
  }
}
