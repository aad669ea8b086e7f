import { readFile } from 'node:fs/promises'
import { type Protocol, protocol } from 'electron'
import { pageFile } from '../core/hosting/page-files.ts'
import { pageHeaders } from '../core/hosting/page-policy.ts'

const SCHEME = 'app'
const HOST = 'glancer'

/** The origin of the page, and the only one whose messages are heard. A scheme of its own, since `file://` pages may read other files. */
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`
export const PAGE_URL = `${PAGE_ORIGIN}/`

const headers = pageHeaders("'none'")

/** Makes `app://` a standard, secure scheme with an origin. Has to run before Electron is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, codeCache: true } }])
}

/** Serves the built page to the given session's windows. */
export function servePage(root: string, through: Pick<Protocol, 'handle'> = protocol): void {
  through.handle(SCHEME, (request) => answerPage(root, request))
}

/** One file of the page, or 404; nothing outside `root` can be named (see `pageFile`). Exported for the tests. */
export async function answerPage(root: string, request: Pick<Request, 'method' | 'url'>): Promise<Response> {
  const url = URL.parse(request.url)
  const found = request.method === 'GET' && url?.host === HOST ? pageFile(root, url.pathname) : null
  if (found) {
    try {
      return new Response(new Uint8Array(await readFile(found.file)), { headers: { ...headers, 'Content-Type': found.contentType } })
    } catch {
      // Not there: answered like any other name that is not.
    }
  }
  return new Response(null, { status: 404, headers })
}
