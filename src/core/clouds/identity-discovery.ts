import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import type { Http } from './http.ts'

const versionSchema = z.object({ id: z.string(), links: z.array(z.object({ rel: z.string(), href: z.string() })).default([]) })
const documentSchema = z.union([
  z.object({ version: versionSchema }).transform(({ version }) => [version]),
  z.object({ versions: z.object({ values: z.array(versionSchema) }) }).transform(({ versions }) => versions.values),
  z.object({ versions: z.array(versionSchema) }).transform(({ versions }) => versions),
])

/**
 * Where Keystone v3 is, as its own list of versions at `auth_url` says; null where there is no such list. Only the path of the link counts: behind a
 * proxy Keystone often names itself by http or by another host, and a password goes to nobody but the host that the person named.
 * @throws GlancerError `odd-answer` when the list has other versions only
 */
export async function discoverIdentity(authUrl: string, http: Http, signal?: AbortSignal): Promise<string | null> {
  const answer = await http.send(authUrl, { method: 'GET', ...(signal !== undefined && { signal }) })
  const parsed = documentSchema.safeParse(parse(answer.body))
  if (!parsed.success) return null
  const third = parsed.data.find(({ id }) => /^v3(\.|$)/.test(id))
  if (third === undefined) {
    const others = parsed.data.map(({ id }) => id).slice(0, 5)
    throw new GlancerError('odd-answer', `${new URL(authUrl).host} has no version 3 of the Identity API.`, {
      detail: others.length === 0 ? 'Its list of versions is empty.' : `It has ${others.join(', ')}.`,
      remedy: 'See that auth_url is right.',
    })
  }
  const self = third.links.find(({ rel }) => rel === 'self')?.href
  if (self === undefined || !URL.canParse(self, authUrl)) return null
  return new URL(authUrl).origin + new URL(self, authUrl).pathname.replace(/\/+$/, '')
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
