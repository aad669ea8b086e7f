import { type CloudConfig, Secret } from '../cloud-config.ts'
import type { Http, HttpAnswer, HttpRequest } from '../http.ts'

/** A cloud with a password, as a clouds.yaml would have it. */
export function sampleConfig(over: Partial<CloudConfig> = {}): CloudConfig {
  return {
    name: 'acme',
    entry: 'acme',
    source: 'a test',
    authUrl: 'https://id.example:5000/v3',
    auth: { kind: 'password', user: { name: 'ada' }, userDomain: { id: 'default' }, password: new Secret('pw') },
    scope: { kind: 'project', project: { name: 'demo' }, domain: { id: 'default' } },
    region: null,
    interface: 'public',
    imageEndpoint: null,
    tls: { verify: true, caFile: null, certFile: null, keyFile: null },
    ...over,
  }
}

export interface Asked extends HttpRequest {
  url: string
}

/** Answers from a function, and remembers what was asked. */
export class FakeHttp implements Http {
  readonly asked: Asked[] = []
  answer: (asked: Asked) => Partial<HttpAnswer> | Promise<Partial<HttpAnswer>>

  constructor(answer: FakeHttp['answer']) {
    this.answer = answer
  }

  async send(url: string, request: HttpRequest): Promise<HttpAnswer> {
    const asked = { url, ...request }
    this.asked.push(asked)
    return { status: 200, headers: {}, body: '', ...(await this.answer(asked)) }
  }

  async close(): Promise<void> {}

  /** What was asked, in short. */
  lines(): string[] {
    return this.asked.map(({ method, url }) => `${method} ${url}`)
  }
}

const imageService = (url: string, region = 'RegionOne') => ({
  type: 'image',
  name: 'glance',
  endpoints: ['public', 'internal', 'admin'].map((name) => ({ id: name, interface: name, region_id: region, region, url })),
})

/** What Keystone 22 answers to a good sign-in. */
export function tokenAnswer(
  token: string,
  {
    lifeMs = 3_600_000,
    issuedAt = Date.now(),
    catalog = [imageService('https://glance.example')] as unknown,
    project = { id: 'p1', name: 'demo' } as unknown,
  } = {},
): HttpAnswer {
  const body = {
    token: {
      methods: ['password'],
      issued_at: new Date(issuedAt).toISOString().replace('Z', '000Z'),
      expires_at: new Date(issuedAt + lifeMs).toISOString().replace('Z', '000Z'),
      ...(project !== null && { project }),
      ...(catalog !== null && { catalog }),
    },
  }
  return { status: 201, headers: { 'x-subject-token': token, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** An error as Keystone gives it. */
export function keystoneError(status: number, message: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return {
    status,
    headers: { 'x-openstack-request-id': 'req-1', ...headers },
    body: JSON.stringify({ error: { code: status, message, title: 'x' } }),
  }
}
