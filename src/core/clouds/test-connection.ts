import type { DraftField } from '../../shared/cloud-draft.ts'
import type { TestReport, testSteps } from '../../shared/cloud-protocol.ts'
import { GlancerError, toErrorShape } from '../../shared/errors.ts'
import { type Catalog, imageEndpoint, withoutVersion } from './catalog.ts'
import { certificateOf } from './certificate-facts.ts'
import { type CloudConfig, type Secret, secretsOf } from './cloud-config.ts'
import { secretIn, secretWord } from './draft-config.ts'
import { createHttp, type Http, type TlsSettings } from './http.ts'
import { signIn } from './keystone.ts'
import { findIdentity, findImageService, listImages, projectNames } from './probe-services.ts'
import { proxyFor } from './proxy.ts'
import { addressesOf, knock, shakeHands } from './reach-server.ts'
import { explainRefusal } from './refused-scope.ts'
import { readTlsFiles } from './tls-files.ts'
import { withoutSecrets } from './without-secrets.ts'

type Step = (typeof testSteps)[number]

/** A test as a whole, and one request in it. */
const BUDGET_MS = 30_000
const REQUEST_MS = 10_000
const MOST_NAMED = 200

/**
 * Tries a cloud from its name in the DNS to its list of images, and says of each step how it went; the first that fails ends it. Nothing is kept,
 * nothing in the cloud changes, and the token is used for nothing else.
 * @param config with its secret
 */
export async function testConnection(
  config: CloudConfig,
  env: Readonly<Record<string, string | undefined>>,
  budgetMs: number = BUDGET_MS,
): Promise<TestReport> {
  const test = new ConnectionTest(config, env, budgetMs)
  return await test.run()
}

/** A failure that knows where it belongs. */
class Misfit extends Error {
  readonly error: GlancerError
  readonly field: DraftField | null
  constructor(error: GlancerError, field: DraftField | null) {
    super(error.message)
    this.error = error
    this.field = field
  }
}

class ConnectionTest {
  readonly #config: CloudConfig
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #signal: AbortSignal
  readonly #seconds: number
  /** All that no server's words may repeat. */
  readonly #secrets: Secret[]
  readonly #report: TestReport = { ok: false, steps: [], error: null, field: null, certificate: null, regions: [], projects: [] }

  constructor(config: CloudConfig, env: Readonly<Record<string, string | undefined>>, budgetMs: number) {
    this.#config = config
    this.#env = env
    this.#signal = AbortSignal.timeout(budgetMs)
    this.#secrets = secretsOf(config.auth)
    this.#seconds = Math.ceil(budgetMs / 1000)
  }

  async run(): Promise<TestReport> {
    let http: Http | null = null
    try {
      const tls = await this.#prepare()
      http = createHttp(tls, this.#env, REQUEST_MS)
      const { auth } = this.#config
      if (auth.kind === 'none') {
        const endpoint = withoutVersion(this.#config.imageEndpoint ?? auth.endpoint)
        await this.#reach(endpoint, 'endpoint', tls)
        await this.#services(http, endpoint, auth.token)
      } else await this.#throughKeystone(http, tls)
      this.#report.ok = true
    } catch (error) {
      this.#fail(error)
    } finally {
      await http?.close()
    }
    return this.#report
  }

  #fail(error: unknown): void {
    const known = error instanceof Misfit ? error.error : error
    const shown = this.#signal.aborted ? new GlancerError('timeout', `The test was given up after ${this.#seconds} s.`) : known
    this.#report.error = toErrorShape(withoutSecrets(shown, this.#secrets))
    this.#report.field = error instanceof Misfit ? error.field : null
    const failed = this.#report.steps.at(-1)
    if (failed?.outcome === 'failed') failed.text = this.#report.error.message
  }

  /** One step of the report. @param work gives what to say when it went well */
  async #step<T extends { text: string }>(step: Step, field: DraftField | null, work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    const entry: TestReport['steps'][number] = { step, outcome: 'failed', text: '', ms: 0 }
    this.#report.steps.push(entry)
    try {
      const found = await this.#inTime(work())
      entry.outcome = 'done'
      entry.text = found.text
      return found
    } catch (error) {
      if (!(error instanceof GlancerError)) throw error
      throw new Misfit(error, error.code === 'tls' ? 'caFile' : error.code === 'proxy' ? null : field)
    } finally {
      entry.ms = Math.round(performance.now() - began)
    }
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const late = (): void => reject(this.#signal.reason)
    this.#signal.addEventListener('abort', late)
    try {
      return await Promise.race([work, promise])
    } finally {
      this.#signal.removeEventListener('abort', late)
    }
  }

  /** The certificates of the configuration, before anybody is asked. */
  async #prepare(): Promise<TlsSettings> {
    const { tls } = this.#config
    const read = async (part: Partial<CloudConfig['tls']>, field: DraftField): Promise<void> => {
      await readTlsFiles({ verify: tls.verify, caFile: null, certFile: null, keyFile: null, ...part }).catch((error: unknown) => {
        throw error instanceof GlancerError ? new Misfit(error, field) : error
      })
    }
    await read({ caFile: tls.caFile }, 'caFile')
    await read({ certFile: tls.certFile, keyFile: tls.keyFile }, tls.keyFile === null ? 'certFile' : 'keyFile')
    return await readTlsFiles(tls)
  }

  async #throughKeystone(http: Http, tls: TlsSettings): Promise<void> {
    const { authUrl } = this.#config
    if (authUrl === null) throw new TypeError('a cloud with Keystone has no address')
    await this.#reach(authUrl, 'authUrl', tls)
    await this.#step('identity', 'authUrl', async () => {
      const version = await findIdentity(this.#config, http, this.#signal)
      return { text: version === null ? 'Keystone v3 answers' : `Keystone ${version} answers` }
    })
    const { value: signedIn } = await this.#step('sign-in', 'secret', async () => {
      this.#needSecret()
      const value = await signIn(this.#config, http, null, this.#signal).catch(async (error: unknown) => await this.#explained(error, http))
      this.#report.projects = (await projectNames(value, http, this.#signal)).slice(0, MOST_NAMED)
      return { text: value.project === null ? 'signed in' : `signed in to the project ${value.project}`, value }
    })
    this.#secrets.push(signedIn.token)
    this.#report.regions = regionsOf(signedIn.catalog).slice(0, MOST_NAMED)
    const { value: endpoint } = await this.#step('catalog', this.#catalogField(signedIn.catalog), async () => {
      const value = imageEndpoint(this.#config, signedIn.catalog)
      return { text: this.#config.imageEndpoint === null ? `Image service at ${value}` : `Image service at ${value}, as chosen`, value }
    })
    await this.#services(http, endpoint, signedIn.token)
  }

  #needSecret(): void {
    const word = secretWord(this.#config.auth)
    if (word === null || secretIn(this.#config.auth) !== null) return
    throw new GlancerError('secret-needed', `Keystone answers; to go on, the test needs the ${word}.`, { remedy: `Type the ${word}.` })
  }

  /** A refusal with what else can be known: that it is the project, and which ones there are. */
  async #explained(error: unknown, http: Http): Promise<never> {
    if (!(error instanceof GlancerError)) throw error
    const explained = await explainRefusal(this.#config, http, error)
    if (explained === null) throw new Misfit(error, error.status === 400 ? 'user' : 'secret')
    const unscoped = await signIn({ ...this.#config, scope: { kind: 'none' } }, http, null, this.#signal)
    this.#report.projects = (await projectNames(unscoped, http, this.#signal)).slice(0, MOST_NAMED)
    throw new Misfit(
      explained,
      this.#config.scope.kind === 'domain' ? 'domain' : this.#config.scope.kind === 'system' ? 'scope' : 'project',
    )
  }

  #catalogField(catalog: Catalog): DraftField {
    const regions = regionsOf(catalog)
    if (regions.length === 0) return this.#config.scope.kind === 'none' ? 'scope' : 'endpoint'
    const { region } = this.#config
    return region !== null && !regions.includes(region) ? 'region' : 'interface'
  }

  async #services(http: Http, endpoint: string, token: Secret | null): Promise<void> {
    const field = this.#config.imageEndpoint !== null || this.#config.auth.kind === 'none' ? 'endpoint' : null
    await this.#step('image-service', field, async () => {
      const version = await findImageService(endpoint, http, this.#signal).catch(async (error: unknown) => {
        if (error instanceof GlancerError && error.code === 'tls') this.#report.certificate = await certificateOf(endpoint, this.#signal)
        throw error
      })
      return { text: version === null ? 'Glance answers' : `Glance ${version} answers` }
    })
    await this.#step('images', null, async () => {
      const some = await listImages(endpoint, token, http, this.#signal)
      return { text: some ? 'images can be listed' : 'images can be listed; there are none yet' }
    })
  }

  /** Name, port and certificate of a server; through a proxy only the proxy can know. */
  async #reach(url: string, field: DraftField, tls: TlsSettings): Promise<void> {
    const proxy = proxyFor(url, this.#env)
    if (proxy !== undefined) return this.#skip('connect', `through the proxy ${new URL(proxy).host}`)
    const { host, hostname } = new URL(url)
    await this.#step('name', field, async () => {
      const addresses = await addressesOf(url)
      const some = addresses.slice(0, 3).join(', ')
      return { text: addresses.length === 0 ? `${hostname} is an address` : `${hostname} is ${some}${addresses.length > 3 ? ', …' : ''}` }
    })
    await this.#step('connect', field, async () => {
      await knock(url, this.#signal)
      return { text: `${host} takes connections` }
    })
    if (!url.startsWith('https:')) return this.#skip('tls', 'http: what is sent can be read on the way')
    await this.#step('tls', 'caFile', async () => {
      this.#report.certificate = await certificateOf(url, this.#signal)
      await shakeHands(url, tls, this.#signal)
      return { text: tls.verify ? 'the certificate is trusted' : 'the certificate is not checked, as chosen' }
    })
  }

  #skip(step: Step, text: string): void {
    this.#report.steps.push({ step, outcome: 'skipped', text, ms: 0 })
  }
}

/** Regions in which there is an image service at all, by whatever interface. */
function regionsOf(catalog: Catalog): string[] {
  const endpoints = catalog.filter(({ type }) => type === 'image').flatMap((service) => service.endpoints)
  return [...new Set(endpoints.map((endpoint) => endpoint.region_id ?? endpoint.region ?? null).filter((region) => region !== null))]
}
