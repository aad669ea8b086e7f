import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import { readRefusal } from '../../shared/refusal.ts'
import type { CloudConfig, Secret } from './cloud-config.ts'
import type { Http, HttpAnswer } from './http.ts'
import { discoverIdentity } from './identity-discovery.ts'
import { identityUrl, type SignedIn } from './keystone.ts'

const identityVersion = z.object({ version: z.object({ id: z.string() }) })
const imageVersions = z.object({ versions: z.array(z.object({ id: z.string(), status: z.string().optional() })) })
const projectList = z.object({ projects: z.array(z.object({ name: z.string(), enabled: z.boolean().optional() })) })
const imageList = z.object({ images: z.array(z.unknown()) })

/**
 * Whether there is a Keystone v3 at `auth_url`, and which version it calls itself; null where it does not say.
 * @throws GlancerError `odd-answer` for a website, another service or another version; of a network kind
 */
export async function findIdentity(config: CloudConfig, http: Http, signal: AbortSignal): Promise<string | null> {
  const answer = await http.send(identityUrl(config), { method: 'GET', signal })
  const found = identityVersion.safeParse(json(answer))
  if (found.success) return found.data.version.id
  if (answer.status >= 500) throw down('Keystone', config.authUrl ?? '', answer)
  // A gateway may want a token for everything but the sign-in itself, which will tell.
  if ((answer.status === 401 || answer.status === 403) && !isPage(answer)) return null
  // Under another path, as its own list of versions says, or not at all.
  if ((await discoverIdentity(config.authUrl ?? '', http, signal)) !== null) return null
  throw notThere(
    'Keystone v3',
    config.authUrl ?? '',
    answer,
    'It often ends in :5000/v3 or /identity/v3; that of the dashboard is another.',
  )
}

/** Names of the projects that whoever signed in may work in; none where Keystone does not say. */
export async function projectNames({ identityUrl: url, token }: SignedIn, http: Http, signal: AbortSignal): Promise<string[]> {
  const answer = await http.send(`${url}/auth/projects`, { method: 'GET', headers: { 'X-Auth-Token': token.reveal() }, signal })
  const found = projectList.safeParse(json(answer))
  return found.success ? found.data.projects.filter(({ enabled }) => enabled !== false).map(({ name }) => name) : []
}

/**
 * Whether there is a Glance at this address (without version), and its current version; null where it does not say.
 * @throws GlancerError `odd-answer`, `server-error`, `unavailable`, or of a network kind
 */
export async function findImageService(endpoint: string, http: Http, signal: AbortSignal): Promise<string | null> {
  const answer = await http.send(`${endpoint}/versions`, { method: 'GET', signal })
  const found = imageVersions.safeParse(json(answer))
  if (found.success) {
    const second = found.data.versions.filter(({ id }) => /^v2(\.|$)/.test(id))
    if (second.length === 0)
      throw new GlancerError('odd-answer', `${hostOf(endpoint)} has no version 2 of the Image API.`, {
        detail: `It has ${found.data.versions
          .map(({ id }) => id)
          .slice(0, 5)
          .join(', ')}.`,
      })
    return (second.find(({ status }) => status === 'CURRENT') ?? second[0])?.id ?? null
  }
  if (answer.status >= 500) throw down('Glance', endpoint, answer)
  // A proxy in front may let through the versioned paths only: the list of images will tell.
  if (answer.status === 401 || answer.status === 403 || (answer.status === 404 && !isPage(answer))) return null
  throw notThere('Image service', endpoint, answer, 'See that the address is that of Glance.')
}

/**
 * Asks for one image, as the page will for all. @returns whether there is one
 * @throws GlancerError for what the service refuses
 */
export async function listImages(endpoint: string, token: Secret | null, http: Http, signal: AbortSignal): Promise<boolean> {
  const headers: Record<string, string> = token === null ? {} : { 'X-Auth-Token': token.reveal() }
  const answer = await http.send(`${endpoint}/v2/images?limit=1`, { method: 'GET', headers, signal })
  if (answer.status === 200) {
    const parsed = imageList.safeParse(json(answer))
    if (parsed.success) return parsed.data.images.length > 0
    throw notThere('Image service', endpoint, answer, 'See that the address is that of Glance.')
  }
  if (answer.status === 404) throw notThere('Image service', endpoint, answer, 'See that the address is that of Glance.')
  throw readRefusal(answer.status, answer.headers, answer.body).error
}

function notThere(what: string, url: string, answer: HttpAnswer, remedy: string): GlancerError {
  const page = isPage(answer)
  return new GlancerError(
    'odd-answer',
    `${page ? 'A website answers' : `There is no ${what}`} at ${url.replace(/^https?:\/\//, '')}${page ? `, not ${what}` : ''}.`,
    {
      status: answer.status,
      detail: page ? pageTitle(answer.body) : answer.body.slice(0, 300),
      remedy,
    },
  )
}

function down(what: string, url: string, answer: HttpAnswer): GlancerError {
  return new GlancerError(
    answer.status === 503 ? 'unavailable' : 'server-error',
    `${what} at ${hostOf(url)} is not well: it answers with ${answer.status}.`,
    {
      status: answer.status,
      detail: isPage(answer) ? pageTitle(answer.body) : answer.body.slice(0, 300),
      remedy: 'Try again later, or ask who runs the cloud.',
    },
  )
}

function isPage({ headers, body }: HttpAnswer): boolean {
  const type = headers['content-type']
  return (typeof type === 'string' && type.includes('html')) || /^\s*</.test(body)
}

function pageTitle(body: string): string | undefined {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body.slice(0, 65_536))?.[1]?.trim()
  return title === undefined ? undefined : `It calls itself "${title}".`
}

function json({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the server'
}
