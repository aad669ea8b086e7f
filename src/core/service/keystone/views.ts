import { type Directory, DOMAIN, idOf, type Project } from './directory.ts'
import type { Token } from './token-store.ts'

/** Addresses that the catalog names. */
export interface Addresses {
  /** With `/v3`. */
  identity: string
  /** By region, without `/v2`, as everybody registers it. */
  images: ReadonlyMap<string, string>
}

export function versionView(identity: string): Record<string, unknown> {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${identity}/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  }
}

export function tokenView(token: Token, directory: Directory, addresses: Addresses, withCatalog: boolean): Record<string, unknown> {
  const { scope } = token
  const project = scope.kind === 'project' ? directory.project({ id: scope.projectId }) : undefined
  return {
    methods: token.methods,
    user: { domain: DOMAIN, id: token.user.id, name: token.user.name, password_expires_at: null },
    audit_ids: [token.auditId],
    expires_at: isoMicroseconds(token.expiresAt),
    issued_at: isoMicroseconds(token.issuedAt),
    ...(project === undefined ? {} : { project: { domain: DOMAIN, id: project.id, name: project.name }, is_domain: false }),
    ...(scope.kind === 'domain' ? { domain: DOMAIN } : {}),
    ...(scope.kind === 'system' ? { system: { all: true } } : {}),
    ...(scope.kind === 'unscoped' ? {} : { roles: token.roles.map(roleView) }),
    ...(token.credential === null ? {} : { application_credential: { ...token.credential, restricted: true } }),
    ...(scope.kind === 'unscoped' || !withCatalog ? {} : { catalog: catalogView(addresses) }),
  }
}

export function catalogView({ identity, images }: Addresses): Record<string, unknown>[] {
  const services = [
    { type: 'identity', name: 'keystone', urls: [...images.keys()].map((region) => [region, identity] as const) },
    { type: 'image', name: 'glance', urls: [...images] },
  ]
  return services.map(({ type, name, urls }) => ({
    endpoints: urls.flatMap(([region, url]) =>
      ['public', 'internal', 'admin'].map((face) => ({
        id: idOf('endpoint', `${type}:${face}:${region}`),
        interface: face,
        region_id: region,
        url,
        region,
      })),
    ),
    id: idOf('service', type),
    type,
    name,
  }))
}

export function projectView(project: Project, identity: string): Record<string, unknown> {
  return {
    id: project.id,
    name: project.name,
    domain_id: DOMAIN.id,
    description: '',
    enabled: true,
    parent_id: DOMAIN.id,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${identity}/projects/${project.id}` },
  }
}

export function roleView(name: string): Record<string, unknown> {
  return { id: idOf('role', name), name }
}

function isoMicroseconds(ms: number): string {
  return new Date(ms).toISOString().replace(/(\.\d{3})Z$/, '$1000Z')
}
