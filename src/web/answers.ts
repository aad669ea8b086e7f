import type { ServerResponse } from 'node:http'
import { pageHeaders } from '../core/hosting/page-policy.ts'
import type { ErrorCode, ErrorShape } from '../shared/errors.ts'

const secureHeaders = pageHeaders("'self'")

/** Every answer of the server goes out through here, so none lacks the headers. */
export function answer(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}, body?: string): void {
  response.writeHead(status, { ...secureHeaders, 'Cache-Control': 'no-store', ...headers })
  response.end(body)
}

/** A refusal in one sentence, for a person with a terminal. */
export function refuse(response: ServerResponse, status: number, sentence: string): void {
  answer(response, status, { 'Content-Type': 'text/plain; charset=utf-8' }, `${sentence}\n`)
}

/** A failure as the page understands it. */
export function answerError(response: ServerResponse, error: ErrorShape, headers: Readonly<Record<string, string>> = {}): void {
  answer(response, statusOf[error.code] ?? 500, { 'Content-Type': 'application/json; charset=utf-8', ...headers }, JSON.stringify(error))
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  'bad-argument': 400,
  'not-allowed': 403,
  'file-missing': 404,
  'not-found': 404,
  conflict: 409,
  'file-changed': 409,
  'too-large': 413,
  closed: 503,
  'disk-full': 507,
}
