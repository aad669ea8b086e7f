import { GlancerError } from '../../shared/errors.ts'
import type { CloudConfig, Named, Secret, SignInMethod } from './cloud-config.ts'

/**
 * The body of `POST /v3/auth/tokens`. It holds the secret: for the wire only.
 * @throws GlancerError `sign-in-refused` when the configuration lacks the secret
 */
export function signInBody(config: CloudConfig): object {
  if (config.auth.kind === 'none') throw new TypeError('a cloud without sign-in was signed in to')
  const methods = (config.auth.kind === 'multifactor' ? config.auth.methods : [config.auth]).map(partOf)
  return {
    auth: {
      identity: { methods: methods.map(({ method }) => method), ...Object.fromEntries(methods.map(({ method, data }) => [method, data])) },
      ...scope(config),
    },
  }
}

function partOf(auth: SignInMethod): { method: string; data: object } {
  switch (auth.kind) {
    case 'password':
      return {
        method: 'password',
        data: { user: { ...userOf(auth.user, auth.userDomain), password: needed(auth.password, 'password') } },
      }
    case 'totp':
      return { method: 'totp', data: { user: { ...userOf(auth.user, auth.userDomain), passcode: needed(auth.passcode, 'passcode') } } }
    case 'application-credential':
      return {
        method: 'application_credential',
        data: {
          ...(auth.credential.id !== undefined
            ? { id: auth.credential.id }
            : { name: auth.credential.name, user: userOf(auth.user, auth.userDomain) }),
          secret: needed(auth.secret, 'application_credential_secret'),
        },
      }
    case 'token':
      return { method: 'token', data: { id: needed(auth.token, 'token') } }
  }
}

function needed(secret: Secret | null, what: string): string {
  if (secret !== null) return secret.reveal()
  throw new GlancerError('sign-in-refused', `The configuration has no ${what}.`, {
    remedy: `Write ${what} into clouds.yaml or secure.yaml.`,
  })
}

function userOf(user: Named, domain: Named): object {
  return user.id !== undefined ? { id: user.id } : { name: user.name, domain }
}

function scope({ scope: wanted }: CloudConfig): object {
  switch (wanted.kind) {
    case 'project':
      return {
        scope: {
          project: wanted.project.id !== undefined ? { id: wanted.project.id } : { name: wanted.project.name, domain: wanted.domain },
        },
      }
    case 'domain':
      return { scope: { domain: wanted.domain } }
    case 'trust':
      return { scope: { 'OS-TRUST:trust': { id: wanted.id } } }
    case 'system':
      return { scope: { system: { all: true } } }
    case 'none':
      return {}
  }
}
