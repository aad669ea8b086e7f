import { type CloudConfig, type CloudScope, type Named, Secret, type SignInMethod } from './cloud-config.ts'
import { type CloudEntry, regionsOf, wholeEntry } from './cloud-entries.ts'
import { CloudsFileError, isTree, mergeTrees, type Tree, text } from './clouds-yaml.ts'

/**
 * One entry as a cloud for each of its regions.
 * @throws CloudsFileError when something is missing without which nobody can sign in.
 */
export function resolveCloud(name: string, entry: CloudEntry, source: string): CloudConfig[] {
  const regions = regionsOf(name, entry)
  return regions.map(({ region, values }) => {
    const shown = regions.length > 1 && region !== null ? `${name} (${region})` : name
    return resolveOne(shown, name, { ...wholeEntry(entry, values), region_name: region }, entry, source)
  })
}

function resolveOne(shown: string, name: string, whole: Tree, { unknownProfile }: CloudEntry, source: string): CloudConfig {
  // Credentials may stand beside `auth` as well as in it; those inside win.
  const auth = mergeTrees(whole, isTree(whole.auth) ? whole.auth : {})
  const type = authType(whole, auth)
  refuseOldIdentity(name, type, whole)
  const noKeystone = type === 'none' || type === 'admin_token'
  const authUrl = filledIn(text(auth, 'auth_url'), whole)
  if (!noKeystone && authUrl === null) {
    throw new CloudsFileError(
      unknownProfile === null
        ? `${name} has no auth_url.`
        : `${name} has no auth_url, and its profile ${unknownProfile} is unknown: it is not in clouds-public.yaml.`,
    )
  }
  if (authUrl !== null && !/^https?:\/\/[^/]/i.test(authUrl)) throw new CloudsFileError(`The auth_url of ${name} is not an http address.`)
  const override = filledIn(text(whole, 'image_endpoint_override') ?? text(whole, 'image_endpoint'), whole)
  const endpoint = override ?? text(auth, 'endpoint') ?? text(whole, 'endpoint_override')
  if (noKeystone && endpoint === null) throw new CloudsFileError(`${name} signs in nowhere and has no endpoint.`)
  return {
    name: shown,
    entry: name,
    source,
    authUrl,
    auth: noKeystone
      ? { kind: 'none', endpoint: endpoint ?? '', token: type === 'none' ? null : secret(auth, 'token') }
      : type === 'v3multifactor'
        ? { kind: 'multifactor', methods: methodsOf(auth).map((method) => methodOf(name, method, auth)) }
        : methodOf(name, type, auth),
    scope: noKeystone || type === 'v3applicationcredential' ? { kind: 'none' } : scopeOf(auth),
    region: text(whole, 'image_region_name') ?? text(whole, 'region_name'),
    interface: interfaceOf(whole),
    imageEndpoint: override ?? filledIn(text(whole, 'endpoint_override'), whole),
    tls: tlsOf(whole),
  }
}

/** What the entry says, or what it must mean: openstackclient too needs no `auth_type` where it is plain. */
function authType(whole: Tree, auth: Tree): string {
  const said = (text(whole, 'auth_type') ?? text(whole, 'auth_plugin'))?.toLowerCase()
  if (said === 'token_endpoint') return 'admin_token'
  if (said !== undefined) return said
  if (text(auth, 'application_credential_id') !== null || text(auth, 'application_credential_name') !== null)
    return 'v3applicationcredential'
  return text(auth, 'token') !== null && text(auth, 'username') === null && text(auth, 'user_id') === null ? 'token' : 'password'
}

function refuseOldIdentity(name: string, type: string, whole: Tree): void {
  const version = text(whole, 'identity_api_version')
  if (!type.startsWith('v2') && (version === null || !/^v?2(\.0)?$/.test(version))) return
  throw new CloudsFileError(
    `${name} asks for version 2 of the Identity API, which OpenStack has given up. Set identity_api_version to 3, and name the domains.`,
  )
}

function methodsOf(auth: Tree): string[] {
  const list: unknown = auth.auth_methods
  return Array.isArray(list)
    ? list.filter((method) => typeof method === 'string')
    : (text(auth, 'auth_methods')?.split(/[\s,]+/) ?? ['v3password', 'v3totp'])
}

function methodOf(name: string, method: string, auth: Tree): SignInMethod {
  const user = (): Named => withoutNull({ id: text(auth, 'user_id'), name: text(auth, 'username') ?? text(auth, 'user_name') })
  const needed = (found: Named): Named => {
    if (found.id === undefined && found.name === undefined) throw new CloudsFileError(`${name} has no username.`)
    return found
  }
  switch (method) {
    case 'token':
    case 'v3token':
      return { kind: 'token', token: secret(auth, 'token') ?? secret(auth, 'auth_token') }
    case 'v3applicationcredential':
    case 'application_credential': {
      const credential = withoutNull({ id: text(auth, 'application_credential_id'), name: text(auth, 'application_credential_name') })
      if (credential.id === undefined && credential.name === undefined)
        throw new CloudsFileError(`${name} has neither application_credential_id nor application_credential_name.`)
      return {
        kind: 'application-credential',
        credential,
        user: credential.id === undefined ? needed(user()) : user(),
        userDomain: userDomain(auth),
        secret: secret(auth, 'application_credential_secret'),
      }
    }
    case 'v3totp':
    case 'totp':
      return { kind: 'totp', user: needed(user()), userDomain: userDomain(auth), passcode: secret(auth, 'passcode') }
    case 'password':
    case 'v3password':
      return { kind: 'password', user: needed(user()), userDomain: userDomain(auth), password: secret(auth, 'password') }
    default:
      throw new CloudsFileError(`${name} signs in by ${method}, which Glancer does not know.`)
  }
}

function projectOf(auth: Tree): Named | null {
  const project = withoutNull({
    id: text(auth, 'project_id') ?? text(auth, 'tenant_id'),
    name: text(auth, 'project_name') ?? text(auth, 'tenant_name'),
  })
  return project.id === undefined && project.name === undefined ? null : project
}

/** Beside a project, `domain_id` and `domain_name` are those of the user and of the project; otherwise they are the scope (as openstacksdk). */
function scopeOf(auth: Tree): CloudScope {
  const project = projectOf(auth)
  if (project !== null) {
    const domain = oneOf(
      text(auth, 'project_domain_id') ?? text(auth, 'domain_id') ?? text(auth, 'default_domain_id'),
      text(auth, 'project_domain_name') ?? text(auth, 'domain_name') ?? text(auth, 'default_domain_name'),
    )
    return { kind: 'project', project, domain: domain ?? lastDomain(auth) }
  }
  const domain = oneOf(text(auth, 'domain_id'), text(auth, 'domain_name'))
  if (domain !== null) return { kind: 'domain', domain }
  const trust = text(auth, 'trust_id')
  if (trust !== null) return { kind: 'trust', id: trust }
  return { kind: text(auth, 'system_scope') === 'all' ? 'system' : 'none' }
}

function userDomain(auth: Tree): Named {
  const scoped = projectOf(auth) !== null
  return (
    oneOf(
      text(auth, 'user_domain_id') ?? (scoped ? text(auth, 'domain_id') : null),
      text(auth, 'user_domain_name') ?? (scoped ? text(auth, 'domain_name') : null),
    ) ??
    oneOf(text(auth, 'default_domain_id'), text(auth, 'default_domain_name')) ??
    lastDomain(auth)
  )
}

/** Where no domain is named openstackclient takes the one with the id `default`, unless `default_domain` names another. */
function lastDomain(auth: Tree): Named {
  return { id: text(auth, 'default_domain') ?? 'default' }
}

function oneOf(id: string | null, name: string | null): Named | null {
  if (id !== null) return { id }
  return name === null ? null : { name }
}

/** `insecure` beats `verify`, and both beat a cacert (as openstacksdk). A word that is not clearly "do not check" means to check. */
function tlsOf(whole: Tree): CloudConfig['tls'] {
  const insecure = whole.insecure === true || text(whole, 'insecure')?.toLowerCase() === 'true'
  const said = Object.hasOwn(whole, 'verify') ? whole.verify : true
  const word = typeof said === 'string' ? said.toLowerCase() : null
  const off = insecure || said === false || word === 'false' || word === '0' || word === 'no'
  const caInVerify = word?.includes('/') ? text(whole, 'verify') : null
  return {
    verify: !off,
    caFile: off ? null : (filledIn(text(whole, 'cacert'), whole) ?? caInVerify),
    certFile: filledIn(text(whole, 'cert'), whole),
    keyFile: filledIn(text(whole, 'key'), whole),
  }
}

/** The old name, `endpoint_type`, wins where both are given (as openstacksdk). */
function interfaceOf(whole: Tree): CloudConfig['interface'] {
  for (const key of ['image_endpoint_type', 'image_interface', 'endpoint_type', 'interface']) {
    const value = Array.isArray(whole[key]) ? whole[key][0] : text(whole, key)
    if (typeof value !== 'string') continue
    const word = value.toLowerCase().replace(/url$/, '')
    return word === 'internal' || word === 'admin' ? word : 'public'
  }
  return 'public'
}

/** `{region_name}` and the like, as the profiles of public clouds have them. */
function filledIn(value: string | null, whole: Tree): string | null {
  return value?.replace(/\{(\w+)\}/g, (braces, key: string) => text(whole, key) ?? braces) ?? null
}

function secret(auth: Tree, key: string): Secret | null {
  const value = text(auth, key)
  return value === null ? null : new Secret(value)
}

function withoutNull(named: { id: string | null; name: string | null }): Named {
  return { ...(named.id !== null && { id: named.id }), ...(named.name !== null && { name: named.name }) }
}
