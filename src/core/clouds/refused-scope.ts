import { GlancerError } from '../../shared/errors.ts'
import type { CloudConfig } from './cloud-config.ts'
import type { Http } from './http.ts'
import { signIn } from './keystone.ts'
import { projectsIn } from './projects.ts'

const MOST_NAMED = 10

/**
 * Keystone answers a wrong password and a wrong project alike (observed on Keystone 22). This asks once more, without the project: if that goes
 * through, the project is what was refused, and the ones that there are can be named.
 * @returns what to tell instead, or null when the first answer says all that can be known
 */
export async function explainRefusal(config: CloudConfig, http: Http, refused: GlancerError): Promise<GlancerError | null> {
  if (refused.code !== 'sign-in-refused' || refused.status !== 401) return null
  if (config.auth.kind !== 'password' || config.scope.kind === 'none') return null
  try {
    const { token, identityUrl } = await signIn({ ...config, scope: { kind: 'none' } }, http)
    const projects = await projectsOf(identityUrl, token.reveal(), http)
    return new GlancerError('scope-refused', `Keystone knows the user and the password, but gives no access to ${wanted(config)}.`, {
      status: refused.status,
      requestId: refused.requestId,
      detail: projects.length === 0 ? 'This user has no project.' : `Projects of this user: ${named(projects)}.`,
      remedy:
        projects.length === 0
          ? 'Ask who runs the cloud for a role in a project.'
          : 'Choose one of them here, set project_name to one of them, or ask for a role in the other.',
    })
  } catch (error) {
    if (error instanceof GlancerError) return null
    throw error
  }
}

async function projectsOf(identityUrl: string, token: string, http: Http): Promise<string[]> {
  const answer = await http.send(`${identityUrl}/auth/projects`, { method: 'GET', headers: { 'X-Auth-Token': token } })
  try {
    return projectsIn(answer).map(({ name }) => name)
  } catch {
    return []
  }
}

function named(projects: readonly string[]): string {
  const more = projects.length - MOST_NAMED
  return projects.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function wanted({ scope }: CloudConfig): string {
  switch (scope.kind) {
    case 'project':
      return `the project ${scope.project.name ?? scope.project.id ?? ''}`
    case 'domain':
      return `the domain ${scope.domain.name ?? scope.domain.id ?? ''}`
    case 'trust':
      return `the trust ${scope.id}`
    case 'system':
      return 'the system'
    case 'none':
      return 'anything'
  }
}
