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

export type CloudAuth =
  | { kind: 'password'; user: Named; userDomain: Named; password: Secret | null }
  | { kind: 'application-credential'; credential: Named; user: Named; userDomain: Named; secret: Secret | null }
  | { kind: 'token'; token: Secret | null }
  /** No Keystone: an endpoint, and perhaps a fixed token for it. */
  | { kind: 'none'; endpoint: string; token: Secret | null }

export type CloudScope =
  | { kind: 'project'; project: Named; domain: Named }
  | { kind: 'domain'; domain: Named }
  | { kind: 'system' }
  | { kind: 'none' }

/** One cloud in one region, resolved. */
export interface CloudConfig {
  /** The entry's name in clouds.yaml, with its region where it has several. */
  name: string
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

/** How it signs in, in words. */
export function authWords(auth: CloudAuth): string {
  return { password: 'password', 'application-credential': 'application credential', token: 'token', none: 'no sign-in' }[auth.kind]
}
