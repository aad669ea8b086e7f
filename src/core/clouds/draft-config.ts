import { type CloudDraft, emptyDraft, type Reference, type SecretWord, secretOf, takesScope } from '../../shared/cloud-draft.ts'
import { GlancerError } from '../../shared/errors.ts'
import { type CloudAuth, type CloudConfig, type CloudScope, type Named, type Secret, secretsOf } from './cloud-config.ts'

/** A draft as a cloud to sign in to, still without its secret. Paths stay as they are written. */
export function configOf(draft: CloudDraft, source: string): CloudConfig {
  const name = draft.name.trim()
  return {
    name,
    entry: name,
    source,
    authUrl: draft.method === 'none' ? null : draft.authUrl.trim(),
    auth: authOf(draft),
    scope: takesScope(draft.method) ? scopeOf(draft) : { kind: 'none' },
    region: orNull(draft.region),
    interface: draft.interface,
    imageEndpoint: orNull(draft.endpoint),
    tls: { verify: draft.verify, caFile: orNull(draft.caFile), certFile: orNull(draft.certFile), keyFile: orNull(draft.keyFile) },
  }
}

function authOf(draft: CloudDraft): CloudAuth {
  const [user, userDomain] = [namedBy(draft.user), namedBy(draft.userDomain)]
  switch (draft.method) {
    case 'password':
      return { kind: 'password', user, userDomain, password: null }
    case 'totp':
      return { kind: 'totp', user, userDomain, passcode: null }
    case 'application-credential':
      return { kind: 'application-credential', credential: namedBy(draft.credential), user, userDomain, secret: null }
    case 'token':
      return { kind: 'token', token: null }
    case 'none':
      return { kind: 'none', endpoint: draft.endpoint.trim(), token: null }
  }
}

function scopeOf(draft: CloudDraft): CloudScope {
  switch (draft.scope) {
    case 'project':
      return { kind: 'project', project: namedBy(draft.project), domain: namedBy(draft.projectDomain) }
    case 'domain':
      return { kind: 'domain', domain: namedBy(draft.domain) }
    case 'trust':
      return { kind: 'trust', id: draft.trustId.trim() }
    case 'system':
      return { kind: 'system' }
    case 'unscoped':
      return { kind: 'none' }
  }
}

/**
 * A cloud of clouds.yaml or of an openrc as the form shows it.
 * @throws GlancerError `clouds-file` for a way of signing in that the form does not have
 */
export function draftOf(config: CloudConfig): CloudDraft {
  const { auth, tls } = config
  if (auth.kind === 'multifactor') {
    throw new GlancerError('clouds-file', `${config.name} signs in by several factors, for which the form has no place.`, {
      remedy: 'Keep it in clouds.yaml.',
    })
  }
  const empty = emptyDraft()
  const draft: CloudDraft = {
    ...empty,
    name: config.name,
    method: auth.kind,
    authUrl: config.authUrl ?? '',
    region: config.region ?? '',
    interface: config.interface,
    endpoint: config.imageEndpoint ?? (auth.kind === 'none' ? auth.endpoint : ''),
    verify: tls.verify,
    caFile: tls.caFile ?? '',
    certFile: tls.certFile ?? '',
    keyFile: tls.keyFile ?? '',
    ...scopeFields(config.scope),
  }
  if (auth.kind === 'token' || auth.kind === 'none') return draft
  const credential = auth.kind === 'application-credential' ? referenceTo(auth.credential, empty.credential) : empty.credential
  return { ...draft, credential, user: referenceTo(auth.user, empty.user), userDomain: referenceTo(auth.userDomain, empty.userDomain) }
}

function scopeFields(scope: CloudScope): Partial<CloudDraft> {
  const empty = emptyDraft()
  switch (scope.kind) {
    case 'project':
      return {
        scope: 'project',
        project: referenceTo(scope.project, empty.project),
        projectDomain: referenceTo(scope.domain, empty.projectDomain),
      }
    case 'domain':
      return { scope: 'domain', domain: referenceTo(scope.domain, empty.domain) }
    case 'trust':
      return { scope: 'trust', trustId: scope.id }
    case 'system':
      return { scope: 'system' }
    case 'none':
      return { scope: 'unscoped' }
  }
}

/** The one secret that a configuration holds, if it holds one. */
export function secretIn(auth: CloudAuth): Secret | null {
  return auth.kind === 'multifactor' ? null : (secretsOf(auth)[0] ?? null)
}

/** What kind of secret it is signed in with, and cannot do without; null for none, or for several. */
export function secretWord(auth: CloudAuth): SecretWord | null {
  return auth.kind === 'multifactor' || auth.kind === 'none' ? null : secretOf(auth.kind)
}

/** The same configuration with this secret in its place. */
export function withSecret(config: CloudConfig, secret: Secret): CloudConfig {
  return { ...config, auth: authWith(config.auth, secret) }
}

function authWith(auth: CloudAuth, secret: Secret): CloudAuth {
  switch (auth.kind) {
    case 'password':
      return { ...auth, password: secret }
    case 'totp':
      return { ...auth, passcode: secret }
    case 'application-credential':
      return { ...auth, secret }
    case 'token':
    case 'none':
      return { ...auth, token: secret }
    case 'multifactor':
      return auth
  }
}

function namedBy({ by, value }: Reference): Named {
  return by === 'id' ? { id: value.trim() } : { name: value.trim() }
}

/** The id counts where there are both, as at the sign-in. */
function referenceTo({ id, name }: Named, otherwise: Reference): Reference {
  if (id !== undefined) return { by: 'id', value: id }
  return name === undefined ? otherwise : { by: 'name', value: name }
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}
