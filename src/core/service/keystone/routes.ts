import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { type Directory, DOMAIN, type User } from './directory.ts'
import { IdentityError, malformed, unauthorized } from './identity-error.ts'
import { signIn } from './sign-in.ts'
import type { Token, TokenStore } from './token-store.ts'
import { type Addresses, catalogView, projectView, roleView, tokenView, versionView } from './views.ts'

export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

export interface KeystoneState {
  directory: Directory
  tokens: TokenStore
  addresses: Addresses
}

const newCredential = z.object({ application_credential: z.object({ name: z.string().min(1).max(255) }).loose() })

/** What a request gets. @throws IdentityError for every refusal. */
export function answerFor(req: IncomingMessage, body: unknown, state: KeystoneState): Reply {
  const url = new URL(req.url ?? '/', 'http://localhost')
  const path = url.pathname.replace(/\/+$/, '')
  const method = req.method ?? 'GET'
  const { identity } = state.addresses
  if (path === '') return { status: 300, headers: { Location: `${identity}/` }, body: { versions: { values: [versionView(identity)] } } }
  if (path === '/v3') return { status: 200, body: { version: versionView(identity) } }
  if (path === '/v3/auth/tokens' && method === 'POST') return issue(body, url, state)
  const token = state.tokens.find(one(req, 'x-auth-token'))
  if (token === null) throw unauthorized()
  switch (path) {
    case '/v3/auth/tokens':
      return aboutToken(method, one(req, 'x-subject-token'), url, state)
    case '/v3/auth/projects':
      return projects(state, token.user, path)
    case '/v3/auth/catalog':
      if (token.scope.kind === 'unscoped') throw new IdentityError(403, 'Service catalog is not available for an unscoped token.')
      return { status: 200, body: { catalog: catalogView(state.addresses), links: links(state, path) } }
    case '/v3/auth/domains':
      return {
        status: 200,
        body: { domains: token.roles.includes('admin') ? [{ ...DOMAIN, enabled: true }] : [], links: links(state, path) },
      }
    case '/v3/projects':
      return allProjects(state, token, url)
    default:
      return below(method, path, body, token, state)
  }
}

function issue(body: unknown, url: URL, state: KeystoneState): Reply {
  if (body === undefined) throw malformed('Expecting to find valid JSON in request body.')
  const token = signIn(body, state.directory, state.tokens)
  const view = tokenView(token, state.directory, state.addresses, !url.searchParams.has('nocatalog'))
  return { status: 201, headers: { 'X-Subject-Token': token.value }, body: { token: view } }
}

function aboutToken(method: string, value: string | undefined, url: URL, state: KeystoneState): Reply {
  const subject = state.tokens.find(value)
  if (subject === null) throw new IdentityError(404, 'Could not recognize Fernet token')
  if (method === 'DELETE') {
    state.tokens.revoke(subject.value)
    return { status: 204 }
  }
  const view = tokenView(subject, state.directory, state.addresses, !url.searchParams.has('nocatalog'))
  return { status: 200, headers: { 'X-Subject-Token': subject.value }, body: { token: view } }
}

function allProjects(state: KeystoneState, token: Token, url: URL): Reply {
  if (!token.roles.includes('admin')) throw forbidden('list_projects')
  const name = url.searchParams.get('name')
  const found = state.directory.projects.filter((project) => name === null || project.name === name)
  return {
    status: 200,
    body: { projects: found.map((project) => projectView(project, state.addresses.identity)), links: links(state, '/v3/projects') },
  }
}

function projects(state: KeystoneState, user: User, path: string): Reply {
  const found = state.directory.projectsOf(user)
  return {
    status: 200,
    body: { projects: found.map((project) => projectView(project, state.addresses.identity)), links: links(state, path) },
  }
}

/** `/v3/projects/{id}`, `/v3/users/{id}/projects`, `/v3/users/{id}/application_credentials[/{id}]`. */
function below(method: string, path: string, body: unknown, token: Token, state: KeystoneState): Reply {
  const [, , collection, id, kind, credentialId] = path.split('/')
  if (collection === 'projects' && id !== undefined && kind === undefined) return oneProject(state, token, id)
  if (collection !== 'users' || id === undefined) throw new IdentityError(404, 'The resource could not be found.')
  if (id !== token.user.id) throw forbidden('get_user')
  if (kind === 'projects') return projects(state, token.user, path)
  if (kind === 'application_credentials') return credentials(method, credentialId, body, token, state)
  if (kind === undefined) return { status: 200, body: { user: { id, name: token.user.name, domain_id: DOMAIN.id, enabled: true } } }
  throw new IdentityError(404, 'The resource could not be found.')
}

function oneProject(state: KeystoneState, token: Token, id: string): Reply {
  const own = token.scope.kind === 'project' && token.scope.projectId === id
  if (!own && !token.roles.includes('admin')) throw forbidden('get_project')
  const project = state.directory.project({ id })
  if (project === undefined) throw new IdentityError(404, `Could not find project: ${id}.`)
  return { status: 200, body: { project: projectView(project, state.addresses.identity) } }
}

function credentials(method: string, id: string | undefined, body: unknown, token: Token, state: KeystoneState): Reply {
  const { directory } = state
  const own = directory.credentials.filter((credential) => credential.userId === token.user.id)
  if (method === 'POST') {
    const parsed = newCredential.safeParse(body)
    if (!parsed.success) throw malformed('Expecting to find a name in application_credential.')
    if (token.scope.kind !== 'project') throw forbidden('create_application_credential')
    const { credential, secret } = directory.addCredential(token.user, token.scope.projectId, parsed.data.application_credential.name)
    return { status: 201, body: { application_credential: { ...credentialView(credential), secret } } }
  }
  if (id === undefined) return { status: 200, body: { application_credentials: own.map(credentialView), links: links(state, '/v3/users') } }
  const found = own.find((credential) => credential.id === id)
  if (found === undefined) throw new IdentityError(404, `Could not find Application Credential: ${id}.`)
  if (method !== 'DELETE') return { status: 200, body: { application_credential: credentialView(found) } }
  directory.credentials.splice(directory.credentials.indexOf(found), 1)
  return { status: 204 }
}

function credentialView(credential: {
  id: string
  name: string
  userId: string
  projectId: string
  roles: readonly string[]
}): Record<string, unknown> {
  return {
    id: credential.id,
    name: credential.name,
    description: null,
    user_id: credential.userId,
    project_id: credential.projectId,
    expires_at: null,
    unrestricted: false,
    roles: credential.roles.map(roleView),
  }
}

function links(state: KeystoneState, path: string): Record<string, unknown> {
  return { next: null, self: state.addresses.identity + path.slice('/v3'.length), previous: null }
}

function forbidden(action: string): IdentityError {
  return new IdentityError(403, `You are not authorized to perform the requested action: identity:${action}.`)
}

function one(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value[0] : value
}
