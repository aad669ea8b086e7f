import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import { retryAfter } from '../../shared/refusal.ts'
import { type Catalog, catalogSchema } from './catalog.ts'
import { type CloudConfig, Secret, secretsOf } from './cloud-config.ts'
import type { Http, HttpAnswer } from './http.ts'
import { discoverIdentity } from './identity-discovery.ts'
import { signInBody } from './sign-in-body.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Where a token does not say how long it lives. */
const UNKNOWN_LIFE_MS = 300_000

const tokenSchema = z.object({
  token: z.object({
    expires_at: z.string(),
    issued_at: z.string(),
    project: z.object({ id: z.string(), name: z.string() }).nullish(),
    catalog: catalogSchema.nullish(),
  }),
})

export interface SignedIn {
  token: Secret
  /** On this computer's clock: worked out from how long the token lives, so that a clock that is wrong does no harm. */
  expiresAt: number
  /** How long it lives in all, in milliseconds. */
  lifeMs: number
  projectId: string | null
  project: string | null
  catalog: Catalog
  /** Where it was had, with `/v3`: discovered, where `auth_url` alone did not tell. */
  identityUrl: string
}

/**
 * Signs in at Keystone v3 and gives the token with its catalog.
 * @param known the `identityUrl` of a sign-in before, which saves the discovery
 * @throws GlancerError `sign-in-refused` (401, unknown application credential), `identity-unreachable`, `odd-answer`, or of a network kind.
 */
export async function signIn(config: CloudConfig, http: Http, known: string | null = null, signal?: AbortSignal): Promise<SignedIn> {
  try {
    return await exchange(config, http, known, signal)
  } catch (error) {
    throw withoutSecrets(error, secretsOf(config.auth))
  }
}

async function exchange(config: CloudConfig, http: Http, known: string | null, signal?: AbortSignal): Promise<SignedIn> {
  const body = JSON.stringify(signInBody(config))
  let identity = known ?? identityUrl(config)
  let { answer, asked } = await ask(http, identity, body, signal)
  if (isNotKeystone(answer)) {
    const found = await discoverIdentity(config.authUrl ?? '', http, signal)
    if (found !== null && found !== identity) {
      identity = found
      ;({ answer, asked } = await ask(http, identity, body, signal))
    }
  }
  if (answer.status !== 201 && answer.status !== 200) throw refusal(config, answer)
  const parsed = tokenSchema.safeParse(json(answer))
  const token = answer.headers['x-subject-token']
  if (!parsed.success || typeof token !== 'string') {
    throw new GlancerError('odd-answer', `${hostOf(identity)} does not answer as Keystone v3 does.`, {
      status: answer.status,
      detail: parsed.success ? 'The answer has no token.' : answer.body.slice(0, 300),
      remedy: 'See that auth_url is that of Keystone v3.',
    })
  }
  const { expires_at, issued_at, project, catalog } = parsed.data.token
  const life = Date.parse(expires_at) - Date.parse(issued_at)
  const lifeMs = Number.isFinite(life) && life > 0 ? life : UNKNOWN_LIFE_MS
  return {
    token: new Secret(token),
    expiresAt: asked + lifeMs,
    lifeMs,
    projectId: project?.id ?? null,
    project: project?.name ?? null,
    catalog: catalog ?? [],
    identityUrl: identity,
  }
}

async function ask(http: Http, identity: string, body: string, signal?: AbortSignal): Promise<{ answer: HttpAnswer; asked: number }> {
  const asked = Date.now()
  const answer = await http.send(`${identity}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    ...(signal !== undefined && { signal }),
  })
  return { answer, asked }
}

/** Answers that a Keystone v3 at this address would not give. Its own 404 is about a secret. */
function isNotKeystone(answer: HttpAnswer): boolean {
  if (answer.status === 404) return !isUnknownSecret(answer)
  return answer.status === 300 || answer.status === 405 || (answer.status === 200 && answer.headers['x-subject-token'] === undefined)
}

/** Keystone's own 404: it does not know this application credential, or cannot read this token (observed on Keystone 22). */
function isUnknownSecret(answer: HttpAnswer): boolean {
  return answer.status === 404 && /application credential|token/i.test(keystoneMessage(answer)) && json(answer) !== undefined
}

/** `auth_url` with exactly one `/v3`: people write it with, without, with a slash, and with an old `/v2.0`. */
export function identityUrl(config: CloudConfig): string {
  const bare = (config.authUrl ?? '').replace(/\/+$/, '').replace(/\/(v3|v2\.0)$/, '')
  return `${bare}/v3`
}

const refusedSentences: Readonly<Record<CloudConfig['auth']['kind'], string>> = {
  password: 'Keystone refused the sign-in: the user name, the password or the access to the project is wrong.',
  totp: 'Keystone refused the sign-in: the user name, the passcode or the access to the project is wrong.',
  multifactor: 'Keystone refused the sign-in: one of the factors or the access to the project is wrong.',
  token: 'Keystone refused the token: it has expired, or has no access to the project.',
  'application-credential': 'Keystone refused the application credential.',
  none: 'The sign-in was refused.',
}
const refusedRemedies: Partial<Record<CloudConfig['auth']['kind'], string>> = {
  totp: 'A passcode is good for half a minute and only once: put the present one into the configuration.',
  multifactor: 'A passcode is good for half a minute and only once: put the present one into the configuration.',
  token: 'Put a new token into the configuration.',
}

function refusal(config: CloudConfig, answer: HttpAnswer): GlancerError {
  const message = keystoneMessage(answer)
  const id = answer.headers['x-openstack-request-id']
  const facts = { status: answer.status, detail: message, requestId: typeof id === 'string' ? id : undefined }
  const byCredential = config.auth.kind === 'application-credential'
  const factors = missingFactors(answer)
  if (factors !== null)
    return new GlancerError('sign-in-refused', `Keystone asks this user for several factors: ${factors}.`, {
      ...facts,
      remedy: 'Give all of them: auth_type v3multifactor in clouds.yaml.',
    })
  if (answer.status === 401 || isUnknownSecret(answer)) {
    // Wrong password, unknown user, unknown project and no role in it all get the same answer (observed on Keystone 22).
    return new GlancerError(
      'sign-in-refused',
      byCredential ? 'Keystone refused the application credential.' : refusedSentences[config.auth.kind],
      {
        ...facts,
        remedy: byCredential
          ? 'See that its id and secret are right and that it has not expired.'
          : (refusedRemedies[config.auth.kind] ??
            'See that user, password, project and domains are right. Keystone does not say which is wrong.'),
      },
    )
  }
  if (answer.status === 404 || answer.status === 300 || answer.status === 405) {
    return new GlancerError('odd-answer', `There is no Keystone v3 at ${hostOf(config.authUrl ?? '')}.`, {
      ...facts,
      remedy: 'See that auth_url is right.',
    })
  }
  if (answer.status === 400)
    return new GlancerError('sign-in-refused', 'Keystone does not understand the sign-in.', {
      ...facts,
      remedy: 'See that user, project and their domains are all given.',
    })
  if (answer.status === 429 || answer.status === 503) {
    const wait = retryAfter(typeof answer.headers['retry-after'] === 'string' ? answer.headers['retry-after'] : undefined)
    return new GlancerError('identity-unreachable', 'Keystone is busy or not available.', {
      ...facts,
      retryAfterMs: wait ?? undefined,
      remedy: wait === null ? undefined : `It asks to come back in ${Math.ceil(wait / 1000)} s.`,
    })
  }
  return new GlancerError(answer.status >= 500 ? 'identity-unreachable' : 'odd-answer', `Keystone answered with ${answer.status}.`, facts)
}

const receiptSchema = z.object({ required_auth_methods: z.array(z.array(z.string())) })

/** What was right, but is not enough: Keystone answers 401 with a receipt and the factors that it takes together, in no order (observed on Keystone 22). */
function missingFactors(answer: HttpAnswer): string | null {
  if (answer.status !== 401 || answer.headers['openstack-auth-receipt'] === undefined) return null
  const parsed = receiptSchema.safeParse(json(answer))
  return parsed.success ? parsed.data.required_auth_methods.map((together) => together.toSorted().join(' and ')).join(', or ') : null
}

function keystoneMessage(answer: HttpAnswer): string {
  const parsed = z.object({ error: z.object({ message: z.string() }) }).safeParse(json(answer))
  return parsed.success ? parsed.data.error.message : answer.body.slice(0, 300)
}

function json(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body)
  } catch {
    return undefined
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return 'the address'
  }
}
