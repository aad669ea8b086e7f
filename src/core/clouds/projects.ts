import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import { MOST_PROJECTS, type Project } from '../../shared/place-protocol.ts'
import type { HttpAnswer } from './http.ts'

const projectsSchema = z.object({
  projects: z.array(z.object({ id: z.string(), name: z.string(), domain_id: z.string().nullish(), enabled: z.boolean().optional() })),
})

/**
 * What `GET /v3/auth/projects` answered: the projects that the person of the token may work in, by name. Disabled ones cannot be signed in to and are
 * left out.
 * @throws GlancerError `forbidden`, `odd-answer`, `identity-unreachable`
 */
export function projectsIn(answer: HttpAnswer): Project[] {
  if (answer.status === 403) throw new GlancerError('forbidden', 'Keystone does not tell this user its projects.', { status: 403 })
  if (answer.status >= 500)
    throw new GlancerError('identity-unreachable', `Keystone answered with ${answer.status}.`, { status: answer.status })
  const parsed = projectsSchema.safeParse(json(answer.body))
  if (answer.status !== 200 || !parsed.success)
    throw new GlancerError('odd-answer', 'Keystone does not list projects as it should.', {
      status: answer.status,
      detail: answer.body.slice(0, 300),
    })
  return parsed.data.projects
    .filter(({ enabled }) => enabled !== false)
    .map(({ id, name, domain_id: domainId }) => ({ id, name, domainId: domainId ?? null }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || a.id.localeCompare(b.id))
    .slice(0, MOST_PROJECTS)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
