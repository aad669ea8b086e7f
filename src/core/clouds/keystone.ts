import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import { retryAfter } from '../../shared/refusal.ts'
import { type Catalog, catalogSchema } from './catalog.ts'
import { type CloudConfig, Secret } from './cloud-config.ts'
import type { Http, HttpAnswer } from './http.ts'
import { signInBody } from './sign-in-body.ts'

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
  projectId: string | null
  project: string | null
  catalog: Catalog
}

/**
 * Signs in at Keystone v3 and gives the token with its catalog.
 * @throws GlancerError `sign-in-refused` (401, unknown application credential), `identity-unreachable`, `odd-answer`, or of a network kind.
 */
export async function signIn(config: CloudConfig, http: Http, signal?: AbortSignal): Promise<SignedIn> {
  const url = `${identityUrl(config)}/auth/tokens`
  const asked = Date.now()
  const answer = await http.send(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(signInBody(config)),
    ...(signal !== undefined && { signal }),
  })
  if (answer.status !== 201 && answer.status !== 200) throw refusal(config, answer)
  const parsed = tokenSchema.safeParse(json(answer))
  const token = answer.headers['x-subject-token']
  if (!parsed.success || typeof token !== 'string') {
    throw new GlancerError('odd-answer', `${hostOf(url)} does not answer as Keystone v3 does.`, {
      status: answer.status,
      detail: parsed.success ? 'The answer has no token.' : answer.body.slice(0, 300),
      remedy: 'See that auth_url is that of Keystone v3.',
    })
  }
  const { expires_at, issued_at, project, catalog } = parsed.data.token
  const life = Date.parse(expires_at) - Date.parse(issued_at)
  return {
    token: new Secret(token),
    expiresAt: asked + (Number.isFinite(life) ? life : 300_000),
    projectId: project?.id ?? null,
    project: project?.name ?? null,
    catalog: catalog ?? [],
  }
}

/** `auth_url` with exactly one `/v3`: people write it with, without, with a slash, and with an old `/v2.0`. */
export function identityUrl(config: CloudConfig): string {
  const bare = (config.authUrl ?? '').replace(/\/+$/, '').replace(/\/(v3|v2\.0)$/, '')
  return `${bare}/v3`
}

function refusal(config: CloudConfig, answer: HttpAnswer): GlancerError {
  const message = keystoneMessage(answer)
  const id = answer.headers['x-openstack-request-id']
  const facts = { status: answer.status, detail: message, requestId: typeof id === 'string' ? id : undefined }
  const byCredential = config.auth.kind === 'application-credential'
  if (answer.status === 401 || (answer.status === 404 && byCredential)) {
    // Wrong password, unknown user, unknown project and no role in it all get the same answer (observed on Keystone 22).
    return new GlancerError(
      'sign-in-refused',
      byCredential
        ? 'Keystone refused the application credential.'
        : 'Keystone refused the sign-in: the user name, the password or the access to the project is wrong.',
      {
        ...facts,
        remedy: byCredential
          ? 'See that its id and secret are right and that it has not expired.'
          : 'See that user, password, project and domains are right. Keystone does not say which is wrong.',
      },
    )
  }
  if (answer.status === 404 || answer.status === 300) {
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
      remedy: wait === null ? undefined : `It asks to come back in ${Math.ceil(wait / 1000)} s.`,
    })
  }
  return new GlancerError(answer.status >= 500 ? 'identity-unreachable' : 'odd-answer', `Keystone answered with ${answer.status}.`, facts)
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
