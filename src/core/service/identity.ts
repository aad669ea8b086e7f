import { createHash, timingSafeEqual } from 'node:crypto'

/** Who a request comes from, as far as the Image service asks. */
export interface Caller {
  userId: string
  /** Null for an unscoped token: its images have no owner (observed on Glance 25.1). */
  projectId: string | null
  roles: readonly string[]
  /** Has the role `admin`: sees and changes every image. */
  isAdmin: boolean
}

/** Tells who a token belongs to. Looked at once, when a request begins: a token that expires under way does not end it. */
export interface TokenCheck {
  /** Null = 401. An absent header comes as undefined. */
  check(token: string | undefined): Caller | null
  /** `WWW-Authenticate` of a 401: where to sign in. */
  challenge: string | null
}

/**
 * How tokens are checked.
 * - `static`: one token, one caller. What the app uses for "This computer"; `roles` defaults to admin and member, for it is their own shelf.
 * - `check`: any other way, for instance the tiny Keystone's.
 */
export type IdentityOptions =
  | { kind: 'static'; token?: string; userId?: string; projectId?: string; roles?: readonly string[] }
  | ({ kind: 'check' } & TokenCheck)

export function caller(userId: string, projectId: string | null, roles: readonly string[]): Caller {
  return { userId, projectId, roles, isAdmin: roles.includes('admin') }
}

export function tokenCheck(options: IdentityOptions, staticToken: string): TokenCheck {
  if (options.kind === 'check') return options
  const known = caller(options.userId ?? 'local', options.projectId ?? 'local', options.roles ?? ['admin', 'member'])
  const wanted = fingerprint(staticToken)
  return {
    challenge: null,
    check: (token) => (token !== undefined && timingSafeEqual(fingerprint(token), wanted) ? known : null),
  }
}

/** Equal in length whatever comes in, so that comparing takes the same time. */
function fingerprint(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
