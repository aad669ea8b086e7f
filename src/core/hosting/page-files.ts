import { join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
}

/** Names as the build makes them. No dot in front, no separator of any system, no colon: nothing that could lead out of the folder. */
const plainName = /^[A-Za-z0-9_@-][A-Za-z0-9_@.-]*$/

/**
 * Which file of the built page an address asks for, or null where there can be none. Decides by the address alone, before any disk is
 * touched: each segment must be a plain name and the ending a known one, so no encoding of `..`, backslash, NUL or drive letter gets through.
 *
 * @param urlPath the path as it stands in the request, percent-encoded, with the leading slash
 */
export function pageFile(root: string, urlPath: string): { file: string; contentType: string; immutable: boolean } | null {
  let path: string
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  const segments = path === '/' ? ['index.html'] : path.slice(1).split('/')
  if (!path.startsWith('/') || segments.some((segment) => !plainName.test(segment))) return null
  const ending = segments.at(-1)?.match(/\.([a-z0-9]+)$/)?.[1]
  const contentType = ending === undefined || !Object.hasOwn(types, ending) ? undefined : types[ending]
  if (contentType === undefined) return null
  // The build puts a digest of the content into the names under `assets`.
  return { file: join(root, ...segments), contentType, immutable: segments[0] === 'assets' }
}
