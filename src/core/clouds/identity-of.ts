import type { CloudConfig, SignInMethod } from './cloud-config.ts'

/**
 * Who signs in, where, and as what, as far as the configuration says: what is kept of one identity is never shown to another that has the same name
 * here. Holds no secret. Null where a token alone tells who one is.
 */
export function identityOf({ authUrl, auth, scope, region, interface: side, imageEndpoint }: CloudConfig): string | null {
  const person = personOf(auth)
  return person === null ? null : JSON.stringify([authUrl, person, scope, region, side, imageEndpoint])
}

function personOf(auth: CloudConfig['auth']): unknown {
  if (auth.kind === 'none') return auth.token === null ? [auth.kind, auth.endpoint] : null
  if (auth.kind !== 'multifactor') return personOfMethod(auth)
  const persons = auth.methods.map(personOfMethod)
  return persons.some((person) => person !== null) ? persons : null
}

function personOfMethod(method: SignInMethod): unknown {
  switch (method.kind) {
    case 'password':
    case 'totp':
      return [method.kind, method.user, method.userDomain]
    case 'application-credential':
      return [method.kind, method.credential, method.user, method.userDomain]
    case 'token':
      return null
  }
}
