import { z } from 'zod'
import { type Directory, DOMAIN, matches, type Project, type User } from './directory.ts'
import { IdentityError, malformed, unauthorized } from './identity-error.ts'
import { type Scope, TOKEN_PREFIX, type Token, type TokenStore } from './token-store.ts'

const domain = z.object({ id: z.string().optional(), name: z.string().optional() })
const userReference = z.object({ id: z.string().optional(), name: z.string().optional(), domain: domain.optional() })
const request = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.string()).min(1),
      password: z.object({ user: userReference.extend({ password: z.string() }) }).optional(),
      token: z.object({ id: z.string() }).optional(),
      application_credential: z
        .object({ id: z.string().optional(), name: z.string().optional(), secret: z.string(), user: userReference.optional() })
        .optional(),
    }),
    scope: z
      .union([
        z.literal('unscoped'),
        z.object({
          project: z.object({ id: z.string().optional(), name: z.string().optional(), domain: domain.optional() }).optional(),
          domain: domain.optional(),
          system: z.object({ all: z.boolean() }).optional(),
        }),
      ])
      .optional(),
  }),
})
type Request = z.infer<typeof request>['auth']

/**
 * `POST /v3/auth/tokens`: password, application credential or another token; for a project, the domain, the system, or nothing.
 * Errors as observed on Keystone 22: one 401 for every kind of wrong name, 404 for an unknown credential id, 400 for what is malformed.
 */
export function signIn(body: unknown, directory: Directory, tokens: TokenStore): Token {
  const parsed = request.safeParse(body)
  if (!parsed.success) throw new IdentityError(400, parsed.error.issues[0]?.message ?? 'Invalid input')
  const { auth } = parsed.data
  const { identity } = auth
  if (identity.methods.includes('application_credential')) return byCredential(auth, directory, tokens)
  if (identity.methods.includes('password') && identity.password !== undefined) {
    const { user: reference } = identity.password
    checkDomain('user', reference)
    const user = directory.user(reference)
    if (user === undefined || !matches(reference.password, user.passwordDigest)) throw unauthorized()
    return tokens.issue({ user, ...grant(auth, user, directory), methods: ['password'], credential: null })
  }
  if (identity.methods.includes('token') && identity.token !== undefined) {
    const first = tokens.find(identity.token.id)
    if (first === null) {
      // What never was a token is told apart from one that is no more (observed on Keystone 22).
      throw identity.token.id.startsWith(TOKEN_PREFIX) ? unauthorized() : new IdentityError(404, 'Could not recognize Fernet token')
    }
    const methods = [...new Set(['token', ...first.methods])]
    return tokens.issue({ user: first.user, ...grant(auth, first.user, directory), methods, credential: null, expiresAt: first.expiresAt })
  }
  throw unauthorized()
}

function byCredential(auth: Request, directory: Directory, tokens: TokenStore): Token {
  const wanted = auth.identity.application_credential
  if (wanted === undefined) throw unauthorized()
  const owner = wanted.user === undefined ? undefined : directory.user(wanted.user)
  const credential = directory.credentials.find((known) =>
    wanted.id === undefined ? known.name === wanted.name && known.userId === owner?.id : known.id === wanted.id,
  )
  if (credential === undefined) throw new IdentityError(404, `Could not find Application Credential: ${wanted.id ?? wanted.name}.`)
  const user = directory.user({ id: credential.userId })
  if (user === undefined || !matches(wanted.secret, credential.secretDigest)) throw unauthorized()
  if (auth.scope !== undefined) {
    throw new IdentityError(401, 'Error authenticating with application credential: Application credentials cannot request a scope.')
  }
  return tokens.issue({
    user,
    scope: { kind: 'project', projectId: credential.projectId },
    roles: credential.roles,
    methods: ['application_credential'],
    credential: { id: credential.id, name: credential.name },
  })
}

function grant(auth: Request, user: User, directory: Directory): { scope: Scope; roles: readonly string[] } {
  const { scope } = auth
  if (scope === undefined || scope === 'unscoped') return { scope: { kind: 'unscoped' }, roles: [] }
  if (scope.project !== undefined) {
    checkDomain('project', scope.project)
    const project: Project | undefined = directory.project(scope.project)
    const roles = project === undefined ? undefined : user.roles.get(project.id)
    if (project === undefined || roles === undefined) throw unauthorized()
    return { scope: { kind: 'project', projectId: project.id }, roles }
  }
  if (!directory.isAdmin(user)) throw unauthorized()
  if (scope.domain !== undefined) return { scope: { kind: 'domain' }, roles: ['admin', 'member', 'reader'] }
  if (scope.system !== undefined) return { scope: { kind: 'system' }, roles: ['admin', 'member', 'reader'] }
  throw unauthorized()
}

/** A name means something only within a domain; there is but one. */
function checkDomain(what: string, reference: { id?: string | undefined; domain?: z.infer<typeof domain> | undefined }): void {
  if (reference.id !== undefined) return
  if (reference.domain === undefined) throw malformed(`Expecting to find domain in ${what}.`)
  const { id, name } = reference.domain
  if (id !== undefined ? id !== DOMAIN.id : name !== DOMAIN.name) throw unauthorized()
}
