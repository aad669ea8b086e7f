import type { IncomingMessage } from 'node:http'

/**
 * Which `Host` and `Origin` headers are this server's own. A foreign page can make a browser send requests here (and by DNS rebinding even
 * under a name that it holds for its own), but it cannot make it lie in these two headers.
 */
export class Origins {
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>

  constructor(scheme: 'http' | 'https', port: number, names: readonly string[] = []) {
    const hosts = ['127.0.0.1', 'localhost', '[::1]', ...names.map(bracketed)].flatMap((name) => {
      const host = name.toLowerCase()
      // A browser leaves the scheme's own port out.
      return port === (scheme === 'http' ? 80 : 443) ? [host, `${host}:${port}`] : [`${host}:${port}`]
    })
    this.#hosts = new Set(hosts)
    this.#origins = new Set(hosts.map((host) => `${scheme}://${host}`))
  }

  /** True if the request was addressed to this server by one of its own names. */
  ownHost(request: IncomingMessage): boolean {
    return this.#hosts.has((request.headers.host ?? '').toLowerCase())
  }

  /** True if a page of this very server sent the request. A missing `Origin` is not one: browsers send it with all that changes something. */
  ownOrigin(request: IncomingMessage): boolean {
    const { origin, host } = request.headers
    // The same name in both: a page opened as `localhost` is another origin than `127.0.0.1`, with a cookie of its own.
    return (
      origin !== undefined && this.#origins.has(origin.toLowerCase()) && origin.toLowerCase().endsWith(`//${(host ?? '').toLowerCase()}`)
    )
  }
}

function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
}
