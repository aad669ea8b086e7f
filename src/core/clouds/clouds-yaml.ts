import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type CloudAuth, type CloudConfig, type CloudScope, type Named, Secret } from './cloud-config.ts'

export const FILE_LIMIT = 1024 * 1024

/** A file that cannot be used, and why, for people: with the line where that is known. */
export class CloudsFileError extends Error {}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const tree = z.record(z.string(), z.unknown())
export type Tree = Record<string, unknown>

/**
 * A clouds.yaml (or .json, which is YAML too), as plain data.
 * @throws CloudsFileError with the line, for a syntax error, a duplicate key, a tab, too many aliases, or too many bytes.
 */
export function parseCloudsFile(text: string): Tree {
  if (text.length > FILE_LIMIT) throw new CloudsFileError(`It is larger than ${FILE_LIMIT / 1024 / 1024} MiB; a list of clouds is not.`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false })
  const problem = document.errors[0]
  if (problem !== undefined) throw new CloudsFileError(`Line ${lines.linePos(problem.pos[0]).line}: ${firstSentence(problem.message)}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new CloudsFileError(error instanceof Error && /alias/i.test(error.message) ? 'It has too many aliases.' : String(error))
  }
  if (value === null || value === undefined) return {}
  const parsed = tree.safeParse(value)
  if (!parsed.success) throw new CloudsFileError('It is not a mapping with `clouds` in it.')
  return parsed.data
}

function firstSentence(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message
}

/** Lays one tree over another: mappings are merged key by key, everything else is replaced. As openstacksdk does with secure.yaml. */
export function mergeTrees(under: Tree, over: Tree): Tree {
  const merged: Tree = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined
    merged[key] = isTree(below) && isTree(value) ? mergeTrees(below, value) : value
  }
  return merged
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The entries under `clouds:`, each merged with the public profile that it names. */
export function cloudEntries(file: Tree, profiles: Tree): Map<string, Tree> {
  const clouds = isTree(file.clouds) ? file.clouds : {}
  const known = isTree(profiles['public-clouds']) ? profiles['public-clouds'] : {}
  return new Map(
    Object.entries(clouds).map(([name, entry]) => {
      const own = isTree(entry) ? entry : {}
      const profileName = text(own, 'profile') ?? text(own, 'cloud')
      const profile = profileName !== null && Object.hasOwn(known, profileName) ? known[profileName] : undefined
      return [name, isTree(profile) ? mergeTrees(profile, own) : own]
    }),
  )
}

/**
 * One entry as a cloud for each of its regions.
 * @throws CloudsFileError when something is missing without which nobody can sign in.
 */
export function resolveCloud(name: string, entry: Tree, source: string): CloudConfig[] {
  const regions = regionsOf(entry)
  return regions.map(({ region, values }) => {
    const whole = mergeTrees(entry, values)
    return resolveOne(
      regions.length > 1 && region !== null ? `${name} (${region})` : name,
      name,
      whole,
      region ?? text(whole, 'region_name'),
      source,
    )
  })
}

function regionsOf(entry: Tree): { region: string | null; values: Tree }[] {
  const list = Array.isArray(entry.regions) ? entry.regions : []
  const chosen = text(entry, 'region_name')
  const found = list.flatMap((item: unknown) => {
    if (typeof item === 'string') return [{ region: item, values: {} }]
    if (!isTree(item)) return []
    const region = text(item, 'name')
    return region === null ? [] : [{ region, values: isTree(item.values) ? item.values : {} }]
  })
  const named = chosen === null ? found : found.filter(({ region }) => region === chosen)
  return named.length > 0 ? named : [{ region: chosen, values: {} }]
}

function resolveOne(shown: string, name: string, entry: Tree, region: string | null, source: string): CloudConfig {
  // Credentials may stand beside `auth` as well as in it; those inside win.
  const auth = mergeTrees(entry, isTree(entry.auth) ? entry.auth : {})
  const authType = (
    text(entry, 'auth_type') ??
    (text(auth, 'application_credential_id') !== null || text(auth, 'application_credential_name') !== null
      ? 'v3applicationcredential'
      : 'password')
  ).toLowerCase()
  const authUrl = text(auth, 'auth_url')
  const endpoint = text(entry, 'image_endpoint_override') ?? text(auth, 'endpoint') ?? text(entry, 'endpoint_override')
  if (authType !== 'none' && authType !== 'admin_token' && authUrl === null) throw new CloudsFileError(`${name} has no auth_url.`)
  const [verify, caFile] = tlsOf(entry)
  return {
    name: shown,
    source,
    authUrl,
    auth: authOf(name, authType, auth, endpoint),
    scope: scopeOf(authType, auth),
    region,
    interface: interfaceOf(text(entry, 'image_interface') ?? text(entry, 'interface') ?? text(entry, 'endpoint_type')),
    imageEndpoint: text(entry, 'image_endpoint_override') ?? text(entry, 'endpoint_override'),
    tls: { verify, caFile, certFile: text(entry, 'cert'), keyFile: text(entry, 'key') },
  }
}

function authOf(name: string, authType: string, auth: Tree, endpoint: string | null): CloudAuth {
  const domain = named(
    auth,
    'user_domain',
    text(auth, 'domain_id') === null && text(auth, 'domain_name') === null ? 'default_domain' : 'domain',
  )
  const user: Named = withoutNull({ id: text(auth, 'user_id'), name: text(auth, 'username') ?? text(auth, 'user_name') })
  switch (authType) {
    case 'none':
    case 'admin_token':
      if (endpoint === null) throw new CloudsFileError(`${name} signs in nowhere and has no endpoint.`)
      return { kind: 'none', endpoint, token: secret(auth, 'token') }
    case 'token':
    case 'v3token':
      return { kind: 'token', token: secret(auth, 'token') }
    case 'v3applicationcredential':
      return {
        kind: 'application-credential',
        credential: withoutNull({ id: text(auth, 'application_credential_id'), name: text(auth, 'application_credential_name') }),
        user,
        userDomain: domain,
        secret: secret(auth, 'application_credential_secret'),
      }
    case 'password':
    case 'v3password':
      if (user.id === undefined && user.name === undefined) throw new CloudsFileError(`${name} has no username.`)
      return { kind: 'password', user, userDomain: domain, password: secret(auth, 'password') }
    default:
      throw new CloudsFileError(`${name} signs in by ${authType}, which Glancer does not know yet.`)
  }
}

function scopeOf(authType: string, auth: Tree): CloudScope {
  // Keystone refuses a scope beside an application credential: it has its own (observed).
  if (authType === 'v3applicationcredential') return { kind: 'none' }
  if (text(auth, 'system_scope') === 'all') return { kind: 'system' }
  const project: Named = withoutNull({
    id: text(auth, 'project_id') ?? text(auth, 'tenant_id'),
    name: text(auth, 'project_name') ?? text(auth, 'tenant_name'),
  })
  if (project.id !== undefined || project.name !== undefined) {
    return {
      kind: 'project',
      project,
      domain: named(
        auth,
        'project_domain',
        text(auth, 'domain_id') === null && text(auth, 'domain_name') === null ? 'default_domain' : 'domain',
      ),
    }
  }
  const domain: Named = withoutNull({ id: text(auth, 'domain_id'), name: text(auth, 'domain_name') })
  if (domain.id !== undefined || domain.name !== undefined) return { kind: 'domain', domain }
  return { kind: 'none' }
}

function named(auth: Tree, key: string, fallback: string): Named {
  const own: Named = withoutNull({ id: text(auth, `${key}_id`), name: text(auth, `${key}_name`) })
  if (own.id !== undefined || own.name !== undefined) return own
  const other: Named = withoutNull({ id: text(auth, `${fallback}_id`) ?? text(auth, fallback), name: text(auth, `${fallback}_name`) })
  return other.id !== undefined || other.name !== undefined ? other : { id: 'default' }
}

/** `verify: false` and `insecure: true` switch checking off; verify beats a cacert, as in openstacksdk. */
function tlsOf(entry: Tree): [boolean, string | null] {
  const verify = flag(entry.verify) ?? !(flag(entry.insecure) ?? false)
  const caFile = text(entry, 'cacert') ?? (typeof entry.verify === 'string' && flag(entry.verify) === null ? entry.verify : null)
  return [verify, caFile]
}

function flag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  if (/^(true|yes|on|1)$/i.test(value)) return true
  if (/^(false|no|off|0)$/i.test(value)) return false
  return null
}

function interfaceOf(value: string | null): CloudConfig['interface'] {
  const word = value?.toLowerCase().replace(/url$/, '')
  return word === 'internal' || word === 'admin' ? word : 'public'
}

/** A scalar as text; YAML makes numbers of digits, and a project may well be called 12345. Keys may be written with dashes. */
export function text(entry: Tree, key: string): string | null {
  const value = Object.hasOwn(entry, key)
    ? entry[key]
    : Object.hasOwn(entry, key.replaceAll('_', '-'))
      ? entry[key.replaceAll('_', '-')]
      : undefined
  const parsed = scalar.safeParse(value)
  if (!parsed.success || parsed.data === null || parsed.data === '') return null
  return String(parsed.data)
}

function secret(auth: Tree, key: string): Secret | null {
  const value = text(auth, key)
  return value === null ? null : new Secret(value)
}

function withoutNull(named: { id: string | null; name: string | null }): Named {
  return { ...(named.id !== null && { id: named.id }), ...(named.name !== null && { name: named.name }) }
}
