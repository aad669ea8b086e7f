import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Capabilities, THIS_COMPUTER } from '../../shared/domain.ts'
import type { Places } from '../../shared/place-protocol.ts'
import { shellWord } from '../../shared/shell-word.ts'
import { readCapabilities } from '../images/capabilities.ts'
import { ImageClient } from '../images/client.ts'
import type { DataArea } from '../transfers/attempt.ts'
import type { Endpoint } from '../transfers/worker/contract.ts'
import { createHttp, type Http } from './http.ts'
import type { CloudLink } from './link.ts'

/** The built-in service, as the cloud "This computer". It needs no sign-in by a person, and no proxy. */
export class BuiltInLink implements CloudLink {
  readonly id = THIS_COMPUTER
  readonly name = 'This computer'
  readonly entry = 'This computer'
  readonly configuredAs = THIS_COMPUTER
  readonly kind = 'built-in'
  readonly origin = 'built-in'
  readonly projectIsFixed = 'This computer has no projects.'
  readonly source = 'built in'
  readonly region = null
  readonly authUrl = null
  readonly authKind = null
  readonly automatic = true
  readonly signsInOnce = false
  readonly typedSecret = null
  readonly client: ImageClient
  readonly transferClient: ImageClient
  readonly #service: { url: string; token: string }
  readonly #dataDir: string
  readonly #http: Http

  constructor(service: { url: string; token: string }, dataDir: string) {
    this.#service = service
    this.#dataDir = dataDir
    this.#http = createHttp({ verify: true }, {})
    this.client = new ImageClient(
      async (path, request) =>
        await this.#http.send(service.url + path, { ...request, headers: { ...request.headers, ...this.#headers() } }),
    )
    this.transferClient = this.client
  }

  knowsSecret(): boolean {
    return true
  }

  configuration(): null {
    return null
  }

  /** The data folder that a list is kept in is the one that the images are in. */
  identity(): string {
    return this.id
  }

  scope(): { project: string | null; projectId: string | null } {
    return { project: null, projectId: null }
  }

  namesProject(): boolean {
    return false
  }

  async places(): Promise<Places> {
    return { projects: [], fixed: this.projectIsFixed, error: null, regions: [] }
  }

  async signIn(): Promise<void> {}

  signOut(): void {}

  async renew(): Promise<void> {}

  async dataEndpoint(imageId: string, area: DataArea): Promise<Endpoint> {
    return { url: `${this.#service.url}/v2/images/${encodeURIComponent(imageId)}/${area}`, headers: this.#headers() }
  }

  async capabilities(known: Capabilities | null): Promise<Capabilities> {
    return await readCapabilities(this.client, known)
  }

  describe(): { server: string; project: string | null } {
    return { server: this.#service.url, project: null }
  }

  /** The token goes into a file that only this person can read; what is shown names the file. */
  async terminalHelp(): Promise<string> {
    const path = join(this.#dataDir, 'this-computer.clouds.yaml')
    const entry = {
      auth_type: 'admin_token',
      auth: { endpoint: this.#service.url, token: this.#service.token },
      image_endpoint_override: this.#service.url,
      image_api_version: 2,
    }
    await writeFile(path, stringify({ clouds: { [THIS_COMPUTER]: entry } }), { mode: 0o600 })
    return `export OS_CLIENT_CONFIG_FILE=${shellWord(path)}\nexport OS_CLOUD=${THIS_COMPUTER}\nopenstack image list`
  }

  async close(): Promise<void> {
    await this.#http.close()
  }

  #headers(): Record<string, string> {
    return { 'X-Auth-Token': this.#service.token }
  }
}
