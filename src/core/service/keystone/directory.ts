import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Who there is. Names are unique; everything is in the one domain `default`. */
export interface DirectoryOptions {
  users: readonly UserOptions[]
}

export interface UserOptions {
  name: string
  password: string
  /** Role names by project name. `admin` implies `member` implies `reader`, as Keystone bootstraps them. */
  projects: Readonly<Record<string, readonly string[]>>
}

export interface User {
  id: string
  name: string
  passwordDigest: Buffer
  /** Role names by project id. */
  roles: ReadonlyMap<string, readonly string[]>
}

export interface Project {
  id: string
  name: string
}

export interface ApplicationCredential {
  id: string
  name: string
  userId: string
  projectId: string
  roles: readonly string[]
  secretDigest: Buffer
}

export const DOMAIN = { id: 'default', name: 'Default' } as const
const IMPLIED: Readonly<Record<string, readonly string[]>> = { admin: ['admin', 'member', 'reader'], member: ['member', 'reader'] }

/** Users, projects, roles and application credentials, in memory. Passwords and secrets are kept as digests only. */
export class Directory {
  readonly users: readonly User[]
  readonly projects: readonly Project[]
  readonly credentials: ApplicationCredential[] = []

  constructor(options: DirectoryOptions) {
    const names = new Set(options.users.flatMap((user) => Object.keys(user.projects)))
    this.projects = [...names].map((name) => ({ id: idOf('project', name), name }))
    this.users = options.users.map((user) => ({
      id: idOf('user', user.name),
      name: user.name,
      passwordDigest: digest(user.password),
      roles: new Map(Object.entries(user.projects).map(([project, roles]) => [idOf('project', project), withImplied(roles)])),
    }))
  }

  user(reference: { id?: string | undefined; name?: string | undefined }): User | undefined {
    return this.users.find((user) => (reference.id === undefined ? user.name === reference.name : user.id === reference.id))
  }

  project(reference: { id?: string | undefined; name?: string | undefined }): Project | undefined {
    return this.projects.find((project) => (reference.id === undefined ? project.name === reference.name : project.id === reference.id))
  }

  projectsOf(user: User): Project[] {
    return this.projects.filter((project) => user.roles.has(project.id))
  }

  /** Roles that the user has in any project: what a domain or system scope is judged by. */
  isAdmin(user: User): boolean {
    return [...user.roles.values()].some((roles) => roles.includes('admin'))
  }

  /** The secret is in the answer only; nobody can ask for it again. */
  addCredential(user: User, projectId: string, name: string): { credential: ApplicationCredential; secret: string } {
    const secret = randomBytes(64).toString('base64url')
    const credential = {
      id: randomBytes(16).toString('hex'),
      name,
      userId: user.id,
      projectId,
      roles: user.roles.get(projectId) ?? [],
      secretDigest: digest(secret),
    }
    this.credentials.push(credential)
    return { credential, secret }
  }
}

export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

export function matches(secret: string, wanted: Buffer): boolean {
  return timingSafeEqual(digest(secret), wanted)
}

/** The same after each start, so that images keep their owner. */
export function idOf(kind: string, name: string): string {
  return createHash('sha256').update(`${kind}:${name}`).digest('hex').slice(0, 32)
}

function withImplied(roles: readonly string[]): string[] {
  return [...new Set(roles.flatMap((role) => IMPLIED[role] ?? [role]))]
}
