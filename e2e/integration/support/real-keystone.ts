import { z } from 'zod'
import type { OpenStackLab } from '../../openstack/lab.ts'

/** To oslo.limit of this age -1 is a limit like any other, and nothing is below it. */
export const PLENTY = 1_000_000
const idOf = z.object({ id: z.string() })
const credentialSchema = z.object({ application_credential: z.object({ id: z.string(), name: z.string(), secret: z.string() }) })
export type Credential = z.infer<typeof credentialSchema>['application_credential']

/** Keystone's own API, for what a test needs of users, roles and credentials. */
export class RealKeystone {
  readonly #url: string
  readonly #admin: string
  readonly #region: string

  private constructor(url: string, admin: string, region: string) {
    this.#url = url
    this.#admin = admin
    this.#region = region
  }

  static async of(lab: OpenStackLab): Promise<RealKeystone> {
    return new RealKeystone(lab.env.keystoneUrl, await lab.token('admin'), lab.env.region)
  }

  async userId(name: string): Promise<string> {
    return await this.#find('users', name)
  }

  async projectId(name: string): Promise<string> {
    return await this.#find('projects', name)
  }

  /** A user with a role in a project, who may not sign in. */
  async addDisabledUser(name: string, password: string, projectId: string): Promise<void> {
    const made = await this.#call('POST', '/users', { user: { name, password, domain_id: 'default', enabled: false } })
    const { id } = z.object({ user: idOf }).parse(made).user
    await this.#call('PUT', `/projects/${projectId}/users/${id}/roles/${await this.#find('roles', 'member')}`)
  }

  /** A user with a role in projects; `rules` are the sets of factors with which they may sign in. Gives the id. */
  async addUser(name: string, password: string, projectIds: readonly string[], rules: string[][] = []): Promise<string> {
    const options = rules.length === 0 ? {} : { multi_factor_auth_enabled: true, multi_factor_auth_rules: rules }
    const made = await this.#call('POST', '/users', { user: { name, password, domain_id: 'default', options } })
    const { id } = z.object({ user: idOf }).parse(made).user
    const role = await this.#find('roles', 'member')
    for (const project of projectIds) await this.#call('PUT', `/projects/${project}/users/${id}/roles/${role}`)
    return id
  }

  /** Gives a user the secret of a generator of passcodes, in base 32. */
  async addPasscodes(userId: string, secret: string): Promise<void> {
    await this.#call('POST', '/credentials', { credential: { type: 'totp', user_id: userId, blob: secret } })
  }

  async grantInDomain(userId: string, role: string): Promise<void> {
    await this.#call('PUT', `/domains/default/users/${userId}/roles/${await this.#find('roles', role)}`)
  }

  /** @param token of the person themselves: nobody else may make one */
  async addCredential(token: string, userId: string, name: string, more: object = {}): Promise<Credential> {
    const body = { application_credential: { name, ...more } }
    return credentialSchema.parse(await this.#call('POST', `/users/${userId}/application_credentials`, body, token)).application_credential
  }

  /** Whether Keystone takes this credential now. */
  async takes({ id, secret }: Credential): Promise<boolean> {
    const identity = { methods: ['application_credential'], application_credential: { id, secret } }
    const answer = await fetch(`${this.#url}/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ auth: { identity } }),
    })
    return answer.status === 201
  }

  /** A project of its own in which these users are members. */
  async addProject(name: string, users: readonly string[]): Promise<string> {
    const made = await this.#call('POST', '/projects', { project: { name, domain_id: 'default' } })
    const { id } = z.object({ project: idOf }).parse(made).project
    const role = await this.#find('roles', 'member')
    for (const user of users) await this.#call('PUT', `/projects/${id}/users/${await this.userId(user)}/roles/${role}`)
    return id
  }

  /** Has Keystone know these limits of the image service, all far out of reach. Returns how to take them away again. */
  async registerImageLimits(names: readonly string[]): Promise<() => Promise<void>> {
    const service_id = await this.#find('services', 'glance')
    const rows = names.map((resource_name) => ({ service_id, region_id: this.#region, resource_name, default_limit: PLENTY }))
    return await this.#addLimits('registered_limits', rows)
  }

  /** Limits of one project, of those that were registered. Returns how to take them away again. */
  async limitImages(projectId: string, limits: Readonly<Record<string, number>>): Promise<() => Promise<void>> {
    const service_id = await this.#find('services', 'glance')
    const rows = Object.entries(limits).map(([resource_name, resource_limit]) => ({
      service_id,
      region_id: this.#region,
      project_id: projectId,
      resource_name,
      resource_limit,
    }))
    return await this.#addLimits('limits', rows)
  }

  async #addLimits(kind: 'registered_limits' | 'limits', rows: readonly object[]): Promise<() => Promise<void>> {
    const answer = z.record(z.string(), z.unknown()).parse(await this.#call('POST', `/${kind}`, { [kind]: rows }))
    const made = z.array(idOf).parse(answer[kind])
    return async () => {
      for (const { id } of made) await this.#call('DELETE', `/${kind}/${id}`)
    }
  }

  /** The id of the public endpoint of the image service. */
  async imageEndpoint(): Promise<string> {
    const found = await this.#call('GET', `/endpoints?interface=public&service_id=${await this.#find('services', 'glance')}`)
    const [first] = z.object({ endpoints: z.array(idOf) }).parse(found).endpoints
    if (first === undefined) throw new Error('The catalog has no image service.')
    return first.id
  }

  /** Puts a region with an Image API of its own into the catalog. Tokens asked for from then on know it. Returns how to take it out again. */
  async addRegion(region: string, imageUrl: string): Promise<() => Promise<void>> {
    await this.#call('POST', '/regions', { region: { id: region } })
    const service_id = await this.#find('services', 'glance')
    const made: string[] = []
    for (const each of ['public', 'internal', 'admin']) {
      const endpoint = { service_id, interface: each, url: imageUrl, region_id: region }
      made.push(z.object({ endpoint: idOf }).parse(await this.#call('POST', '/endpoints', { endpoint })).endpoint.id)
    }
    return async () => {
      for (const id of made) await this.#call('DELETE', `/endpoints/${id}`)
      await this.#call('DELETE', `/regions/${region}`)
    }
  }

  async #find(kind: 'users' | 'projects' | 'roles' | 'services', name: string): Promise<string> {
    const found = z.record(z.string(), z.unknown()).parse(await this.#call('GET', `/${kind}?name=${encodeURIComponent(name)}`))
    const [first] = z.array(idOf).parse(found[kind])
    if (first === undefined) throw new Error(`There is no ${name} among the ${kind}.`)
    return first.id
  }

  async #call(method: string, path: string, body?: object, token = this.#admin): Promise<unknown> {
    const ask = async (): Promise<Response> =>
      await fetch(this.#url + path, {
        method,
        headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    // uwsgi ends each connection after its answer, sometimes just when the next request is on its way on it: that one was never read.
    const answer = await ask().catch(async (error: unknown) => {
      if (!(error instanceof TypeError)) throw error
      return await ask()
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
}
