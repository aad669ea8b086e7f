/** Addresses from which a cloud may fetch an image by itself (`web-download`). */

const LONGEST_ADDRESS = 2048

/** What is wrong with an address, as a sentence; null = nothing that can be seen from here. */
export function addressProblem(text: string): string | null {
  if (text.length > LONGEST_ADDRESS) return 'The address is longer than 2,048 characters.'
  // Other characters would be encoded by one side and not by the other.
  if (/[\s\p{Cc}]/u.test(text)) return 'An address has no spaces in it.'
  if (!/^https?:\/\//i.test(text)) return 'The address has to begin with http:// or https://.'
  if (!URL.canParse(text)) return 'This is not an address.'
  const url = new URL(text)
  // Glance's own client does not sign in anywhere; the name and the password would only stand in its records.
  if (url.username !== '' || url.password !== '') return 'The cloud does not sign in at addresses: take the name and the password out.'
  return null
}

/** The address without query and fragment, where a key to the data may stand. */
export function shownAddress(uri: string): string {
  if (!URL.canParse(uri)) return uri.replace(/[?#].*$/s, '')
  const { origin, pathname } = new URL(uri)
  return origin + pathname
}

/** The last part of its path, readable; the host where the path has none. */
export function fileNameIn(uri: string): string {
  if (!URL.canParse(uri)) return ''
  const { pathname, host } = new URL(uri)
  const last = pathname.split('/').filter(Boolean).at(-1)
  if (last === undefined) return host
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
