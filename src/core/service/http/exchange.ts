import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../identity.ts'
import { HttpError, renderError } from './http-error.ts'

/** The largest JSON body that is read. Glance has no limit of its own here; 1 MiB is far above 128 properties of 64 KiB in practice. */
export const MAX_JSON_BYTES = 1024 * 1024

/** One request and its answer. Handlers see this and nothing of Node's server. */
export class Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly requestId = `req-${randomUUID()}`
  readonly path: string
  readonly query: URLSearchParams
  /** True for a request that waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean
  /** Who asks; set once the token was checked. */
  caller: Caller | null = null

  constructor(req: IncomingMessage, res: ServerResponse, expectsContinue: boolean) {
    this.req = req
    this.res = res
    this.expectsContinue = expectsContinue
    const target = req.url ?? '/'
    const mark = target.indexOf('?')
    this.path = mark < 0 ? target : target.slice(0, mark)
    this.query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))
  }

  /** Who asks. Only for handlers behind the token check. */
  get who(): Caller {
    if (this.caller === null) throw new HttpError(401)
    return this.caller
  }

  header(name: string): string | undefined {
    const value = this.req.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** `http://host:port` as the client addressed it; Glance builds its links from `Host` too (observed). */
  get origin(): string {
    return `http://${this.header('host') ?? '127.0.0.1'}`
  }

  /** The body is wanted now: lets a client go on that waits for `100 Continue`. All checks that can be made ahead come before. */
  wantBody(): IncomingMessage {
    if (this.expectsContinue && !this.res.headersSent) this.res.writeContinue()
    return this.req
  }

  /** The JSON body; undefined where there is none. 400 for broken JSON, 413 for more than {@link MAX_JSON_BYTES}. */
  async json(): Promise<unknown> {
    const declared = Number(this.header('content-length') ?? '0')
    if (declared > MAX_JSON_BYTES) throw new HttpError(413, `The request body is larger than ${MAX_JSON_BYTES} bytes.`)
    const parts: Buffer[] = []
    let size = 0
    for await (const part of this.wantBody().iterator({ destroyOnReturn: false })) {
      const bytes: Buffer = part
      size += bytes.length
      if (size > MAX_JSON_BYTES) throw new HttpError(413, `The request body is larger than ${MAX_JSON_BYTES} bytes.`)
      parts.push(bytes)
    }
    if (size === 0) return undefined
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)))
    } catch {
      throw new HttpError(400, 'Malformed JSON in request body.')
    }
  }

  sendJson(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.send(status, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers })
  }

  sendEmpty(status: number, headers: Record<string, string> = {}): void {
    this.send(status, '', { 'Content-Type': 'text/html; charset=UTF-8', ...headers })
  }

  sendError(error: HttpError): void {
    const body = renderError(error, error.bare ? undefined : this.header('accept'))
    this.send(error.status, body.body, { 'Content-Type': body.contentType, ...error.headers })
  }

  /** Answers as a whole. A client that still waits for `100 Continue` gets `Connection: close`, since its body will never be read. */
  send(status: number, body: string | Uint8Array, headers: Record<string, string>): void {
    if (this.res.headersSent || this.res.destroyed) return
    const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
    if (this.expectsContinue && !this.req.readableDidRead) this.res.setHeader('Connection', 'close')
    this.res.writeHead(status, { ...headers, 'Content-Length': String(size), 'X-Openstack-Request-Id': this.requestId })
    this.res.end(body)
    // Refused in the middle of a body: what still comes is thrown away and the connection lives on, as with eventlet's Glance.
    if (this.req.readableDidRead && !this.req.complete) this.req.resume()
  }
}
