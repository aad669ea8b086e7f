import { shellWord } from '../../shared/shell-word.ts'
import type { CloudAuth, CloudConfig, CloudScope, Named } from './cloud-config.ts'
import { secretWord } from './draft-config.ts'

/**
 * Lines with which a shell reaches a cloud that is in no clouds.yaml, as an openrc has them. They hold no secret: the shell asks for it.
 * `openstack` is called by whoever pastes them.
 */
export function openrcLines(config: CloudConfig): string {
  const { auth, scope, region, imageEndpoint, tls } = config
  const set = [
    ['OS_AUTH_TYPE', authType(auth)],
    ['OS_AUTH_URL', config.authUrl],
    ['OS_ENDPOINT', auth.kind === 'none' ? auth.endpoint : null],
    ['OS_IDENTITY_API_VERSION', auth.kind === 'none' ? null : '3'],
    ...whoLines(auth),
    ...scopeLines(scope),
    ['OS_REGION_NAME', region],
    ['OS_INTERFACE', config.interface],
    ['OS_IMAGE_ENDPOINT_OVERRIDE', imageEndpoint],
    ['OS_CACERT', tls.caFile],
    ['OS_CERT', tls.certFile],
    ['OS_KEY', tls.keyFile],
    ['OS_INSECURE', tls.verify ? null : 'true'],
  ] as const
  const lines = set.flatMap(([name, value]) => (value === null ? [] : [`export ${name}=${shellWord(value)}`]))
  const secret = secretVariable(auth)
  // Read in two steps, which every shell understands.
  const asking = secret === null ? [] : [`printf '%s: ' ${secret}; read -rs ${secret}; export ${secret}`]
  return ['unset OS_CLOUD', ...lines, ...asking, 'openstack image list'].join('\n')
}

function authType(auth: CloudAuth): string {
  const types: Readonly<Record<CloudAuth['kind'], string>> = {
    password: 'v3password',
    totp: 'v3totp',
    'application-credential': 'v3applicationcredential',
    token: 'v3token',
    multifactor: 'v3multifactor',
    none: 'none',
  }
  return types[auth.kind]
}

type Line = readonly [string, string | null]

function named(prefix: string, { id, name }: Named, names = `${prefix}_NAME`): Line[] {
  return id === undefined ? [[names, name ?? null]] : [[`${prefix}_ID`, id]]
}

function whoLines(auth: CloudAuth): Line[] {
  if (auth.kind === 'password' || auth.kind === 'totp')
    return [...named('OS_USER', auth.user, 'OS_USERNAME'), ...named('OS_USER_DOMAIN', auth.userDomain)]
  if (auth.kind !== 'application-credential') return []
  const owner = auth.credential.id === undefined
  return [
    ...named('OS_APPLICATION_CREDENTIAL', auth.credential),
    ...(owner ? [...named('OS_USER', auth.user, 'OS_USERNAME'), ...named('OS_USER_DOMAIN', auth.userDomain)] : []),
  ]
}

function scopeLines(scope: CloudScope): Line[] {
  switch (scope.kind) {
    case 'project':
      return [...named('OS_PROJECT', scope.project), ...(scope.project.id === undefined ? named('OS_PROJECT_DOMAIN', scope.domain) : [])]
    case 'domain':
      return named('OS_DOMAIN', scope.domain)
    case 'trust':
      return [['OS_TRUST_ID', scope.id]]
    case 'system':
      return [['OS_SYSTEM_SCOPE', 'all']]
    case 'none':
      return []
  }
}

function secretVariable(auth: CloudAuth): string | null {
  switch (secretWord(auth)) {
    case 'password':
      return 'OS_PASSWORD'
    case 'secret':
      return 'OS_APPLICATION_CREDENTIAL_SECRET'
    case 'token':
      return 'OS_TOKEN'
    case 'passcode':
      return 'OS_PASSCODE'
    case null:
      return null
  }
}
