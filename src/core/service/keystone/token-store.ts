import { randomBytes } from 'node:crypto'
import type { User } from './directory.ts'

/** How Fernet tokens begin. */
export const TOKEN_PREFIX = 'gAAAAA'

export type Scope = { kind: 'unscoped' } | { kind: 'project'; projectId: string } | { kind: 'domain' } | { kind: 'system' }

export interface Token {
  /** What the client sends as X-Auth-Token. */
  value: string
  user: User
  scope: Scope
  roles: readonly string[]
  methods: readonly string[]
  auditId: string
  /** Milliseconds since the epoch. */
  issuedAt: number
  expiresAt: number
  credential: { id: string; name: string } | null
}

/** The tokens in force, in memory: a restart ends them all. */
export class TokenStore {
  readonly #tokens = new Map<string, Token>()
  /** Of tokens made from now on. Tests make it short. */
  lifeMs: number

  constructor(lifeMs: number) {
    this.lifeMs = lifeMs
  }

  /** `expiresAt` is kept when a token was made from another one: a new scope is no new life. */
  issue(fields: Omit<Token, 'value' | 'auditId' | 'issuedAt' | 'expiresAt'> & { expiresAt?: number }): Token {
    this.#forgetOld()
    const now = Date.now()
    const token = {
      ...fields,
      value: `${TOKEN_PREFIX}${randomBytes(90).toString('base64url')}`,
      auditId: randomBytes(16).toString('base64url'),
      issuedAt: now,
      expiresAt: fields.expiresAt ?? now + this.lifeMs,
    }
    this.#tokens.set(token.value, token)
    return token
  }

  /** The token, unless it expired or was revoked. */
  find(value: string | undefined): Token | null {
    const token = value === undefined ? undefined : this.#tokens.get(value)
    return token === undefined || token.expiresAt <= Date.now() ? null : token
  }

  revoke(value: string): void {
    this.#tokens.delete(value)
  }

  revokeAll(): void {
    this.#tokens.clear()
  }

  #forgetOld(): void {
    const now = Date.now()
    for (const [value, token] of this.#tokens) if (token.expiresAt <= now) this.#tokens.delete(value)
  }
}
