import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may use this server: whoever was shown the address with the token in its fragment, which no server, proxy or history of requests
 * ever sees. The page trades the token for a cookie that scripts cannot read. Both are 256 random bits and die with the process.
 */
export class Session {
  readonly token = randomBytes(32).toString('base64url')
  readonly #cookie = randomBytes(32).toString('base64url')
  readonly #cookieName: string
  readonly #attributes: string

  /** Cookies do not know ports: the name carries it, so that two Glancers on one machine do not sign each other out. */
  constructor(port: number, secure: boolean) {
    this.#cookieName = `glancer-${port}`
    this.#attributes = `; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  }

  /** The `Set-Cookie` value for a right token, null for a wrong one. */
  exchange(token: unknown): string | null {
    return typeof token === 'string' && same(token, this.token) ? `${this.#cookieName}=${this.#cookie}${this.#attributes}` : null
  }

  /** True if the request carries this session's cookie. */
  holds(request: IncomingMessage): boolean {
    return (request.headers.cookie ?? '').split(';').some((pair) => {
      const at = pair.indexOf('=')
      return at > 0 && pair.slice(0, at).trim() === this.#cookieName && same(pair.slice(at + 1).trim(), this.#cookie)
    })
  }
}

/** Compares in a time that tells nothing, not even the length. */
function same(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(right))
}
