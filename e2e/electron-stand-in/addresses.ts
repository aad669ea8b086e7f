/**
 * Chromium cannot be taught a new scheme over its debugging protocol. An address of a scheme that the app declared, `app://glancer/x`, is
 * therefore `https://app.glancer.invalid/x` inside Chromium (a name that can never be looked up), and goes back to what it was wherever the
 * app sees it: in requests, in senders of messages, in events of navigation.
 */
export class Addresses {
  readonly #schemes = new Set<string>()

  declare(scheme: string): void {
    this.#schemes.add(scheme)
  }

  /** As Chromium knows it. */
  inside(address: string): string {
    const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)(.*)$/i.exec(address) ?? []
    return this.#schemes.has(scheme) ? `https://${scheme}.${host}.invalid${rest === '' ? '/' : rest}` : address
  }

  /** As the app knows it. Takes whole addresses and origins alike, and the page's own `blob:` addresses. */
  outside(address: string): string {
    if (address.startsWith('blob:')) return `blob:${this.outside(address.slice(5))}`
    const [, scheme = '', host = '', rest = ''] = /^https:\/\/([a-z][a-z0-9+-]*)\.([^/?#]+)\.invalid(?=[/?#]|$)(.*)$/i.exec(address) ?? []
    return this.#schemes.has(scheme) ? `${scheme}://${host}${rest}` : address
  }

  /** The scheme that answers this address of Chromium's, or null where the network would be asked. */
  schemeOf(address: string): string | null {
    const outside = this.outside(address)
    return outside === address ? null : (outside.split(':', 1)[0] ?? null)
  }
}
