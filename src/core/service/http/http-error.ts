import { STATUS_CODES } from 'node:http'

/** An answer that is not a success, thrown from anywhere below a handler. `explanation` is the sentence that Glance puts in its place. */
export class HttpError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The text comes as it is, whatever `Accept` says: what Glance does for errors raised with `content_type='text/plain'`. */
  readonly bare: boolean
  /** A second sentence under the explanation, where Glance has its own words there. */
  readonly detail: string

  constructor(status: number, explanation?: string, options: { headers?: Record<string, string>; bare?: boolean; detail?: string } = {}) {
    super(explanation ?? DEFAULT_EXPLANATIONS[status] ?? STATUS_CODES[status] ?? 'Error')
    this.name = 'HttpError'
    this.status = status
    this.headers = options.headers ?? {}
    this.bare = options.bare ?? false
    this.detail = options.detail ?? ''
  }
}

/** What WebOb says where Glance gives no sentence of its own (observed on Glance 25.1). */
const DEFAULT_EXPLANATIONS: Readonly<Record<number, string>> = {
  401: 'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  500: 'The server has either erred or is incapable of performing the requested operation.',
  503: 'The server is currently unavailable. Please try again at a later time.',
}

export interface RenderedError {
  contentType: string
  body: string
}

/**
 * The body of an error, in the form that `Accept` asks for. Observed on Glance 25.1: nothing or text/plain gives plain text, any type and
 * text/html give HTML, application/json gives JSON with `<br />` inside the message.
 */
export function renderError(error: HttpError, accept: string | undefined): RenderedError {
  const { status, message: explanation } = error
  const title = STATUS_CODES[status] ?? 'Error'
  const detail = status === 405 ? ' <br /><br />\n' : status === 415 ? '\n<br /><br />\n' : `<br /><br />\n${error.detail}\n\n`
  const wanted = accept ?? ''
  if (wanted.includes('html') || wanted.includes('*/*')) {
    const body = `<html>\n <head>\n  <title>${status} ${title}</title>\n </head>\n <body>\n  <h1>${status} ${title}</h1>\n  ${escapeHtml(explanation)}${detail}\n </body>\n</html>`
    return { contentType: 'text/html; charset=UTF-8', body }
  }
  if (wanted.includes('json')) {
    return {
      contentType: 'application/json',
      body: JSON.stringify({ message: `${explanation}${detail}`, code: `${status} ${title}`, title }),
    }
  }
  return { contentType: 'text/plain; charset=UTF-8', body: `${status} ${title}\n\n${explanation}\n\n${error.detail}   ` }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#x27;')
}
