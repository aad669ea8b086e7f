import { inspect } from 'node:util'

/** A secret that shows itself to nobody who merely prints, logs or serialises what holds it. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '(secret)'
  }
  toJSON(): string {
    return '(secret)'
  }
  [inspect.custom](): string {
    return '(secret)'
  }
}

/** A name or an id of a user, project or domain, as clouds.yaml gives it. */
export interface Named {
  id?: string
  name?: string
}

/** One way to prove who one is. Of `user` and `userDomain` the id counts where there are both. */
export type SignInMethod =
  | { kind: 'password'; user: Named; userDomain: Named; password: Secret | null }
  /** A passcode is good once, and for half a minute. */
  | { kind: 'totp'; user: Named; userDomain: Named; passcode: Secret | null }
  | { kind: 'application-credential'; credential: Named; user: Named; userDomain: Named; secret: Secret | null }
  | { kind: 'token'; token: Secret | null }

export type CloudAuth =
  | SignInMethod
  /** All of them in one request, in this order. */
  | { kind: 'multifactor'; methods: readonly SignInMethod[] }
  /** No Keystone: an endpoint, and perhaps a fixed token for it. */
  | { kind: 'none'; endpoint: string; token: Secret | null }

export type CloudScope =
  | { kind: 'project'; project: Named; domain: Named }
  | { kind: 'domain'; domain: Named }
  | { kind: 'trust'; id: string }
  | { kind: 'system' }
  | { kind: 'none' }

/** One cloud in one region, resolved. */
export interface CloudConfig {
  /** The entry's name in clouds.yaml, with its region where it has several. */
  name: string
  /** The entry's own name, which `OS_CLOUD` takes. */
  entry: string
  source: string
  authUrl: string | null
  auth: CloudAuth
  scope: CloudScope
  region: string | null
  interface: 'public' | 'internal' | 'admin'
  /** `image_endpoint_override`: used as it is, whatever the catalog says. */
  imageEndpoint: string | null
  /** Paths, read when the cloud is signed in to. */
  tls: { verify: boolean; caFile: string | null; certFile: string | null; keyFile: string | null }
}

const words: Readonly<Record<CloudAuth['kind'], string>> = {
  password: 'password',
  totp: 'one-time passcode',
  'application-credential': 'application credential',
  token: 'token',
  multifactor: 'several factors',
  none: 'no sign-in',
}

/** How it signs in, in words. */
export function authWords(auth: CloudAuth): string {
  return words[auth.kind]
}

/** Every secret that a way of signing in holds. */
export function secretsOf(auth: CloudAuth): Secret[] {
  const held = auth.kind === 'multifactor' ? auth.methods.flatMap(secretsOf) : [heldBy(auth)]
  return held.filter((secret) => secret !== null)
}

function heldBy(auth: Exclude<CloudAuth, { kind: 'multifactor' }>): Secret | null {
  switch (auth.kind) {
    case 'password':
      return auth.password
    case 'totp':
      return auth.passcode
    case 'application-credential':
      return auth.secret
    case 'token':
    case 'none':
      return auth.token
  }
}
