import { validateHeaderName, validateHeaderValue } from 'node:http'
import { GlancerError } from '../../../shared/errors.ts'
import { ANSWER_LIMIT } from './answers.ts'
import type { Endpoint } from './contract.ts'
import { proxyAuthorization, Wire } from './wire.ts'

/** Until the head of the answer; a server that works on it longer than this is taken for dead. */
const HEADERS_TIMEOUT_MS = 120_000
const MOST_HEADERS = 200

/** How the end of a body is known: by its length, by its last chunk, or by the end of the connection. */
type Framing = { kind: 'length'; left: number } | { kind: 'chunks'; left: number } | { kind: 'connection' }

/**
 * A GET over a connection of its own, of which the body is put where the caller says (see `Wire`). As much of HTTP/1.1 as a data call needs
 * (RFC 9112): one request after the other, interim answers, all three framings of a body; no redirects, no content encodings, no cookies.
 */
export class HttpGet {
  readonly #wire: Wire
  readonly #endpoint: Endpoint
  readonly status: number
  /** By lower-case name; of one that came twice both values, with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly #body: Framing
  #isWhole = false
  /** Bytes in the view of the present `fill`, of pieces that came whole; and whether the wire fills another. */
  #before = 0
  #filling = false

  private constructor(wire: Wire, endpoint: Endpoint, status: number, headers: Record<string, string>) {
    this.#wire = wire
    this.#endpoint = endpoint
    this.status = status
    this.headers = headers
    this.#body = framing(status, headers)
    if (this.#body.kind === 'length' && this.#body.left === 0) this.#isWhole = true
  }

  /**
   * Connects, asks, and reads the head of the answer.
   * @param headers besides those of the endpoint
   * @throws GlancerError `odd-answer`, `timeout`; whatever `Wire.connect` throws; when the signal aborts, its reason or a broken connection.
   */
  static async ask(endpoint: Endpoint, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpGet> {
    const wire = await Wire.connect(endpoint, signal)
    return await askOver(wire, endpoint, headers, (status, found) => new HttpGet(wire, endpoint, status, found))
  }

  /** The next request over the same connection. The body of this one must have been read to its end, and `mayAskAgain`. */
  async askAgain(headers: Readonly<Record<string, string>>): Promise<HttpGet> {
    const [wire, endpoint] = [this.#wire, this.#endpoint]
    return await askOver(wire, endpoint, headers, (status, found) => new HttpGet(wire, endpoint, status, found))
  }

  get mayAskAgain(): boolean {
    return this.#isWhole && this.#body.kind !== 'connection' && !/\bclose\b/i.test(this.headers.connection ?? '')
  }

  /** Bytes of the body, where the server said how many; null where it did not. */
  get length(): number | null {
    const said = this.headers['content-length']
    return said === undefined || this.#body.kind !== 'length' ? null : Number(said)
  }

  /** Called as bytes of the body come, also while `fill` still waits for more. */
  set onBytes(listen: (bytes: number) => void) {
    this.#wire.onBytes = listen
  }

  /** How much of the view of a `fill` that failed is filled. */
  get filled(): number {
    return this.#before + (this.#filling ? this.#wire.filled : 0)
  }

  /**
   * Fills the view with what comes next of the body. @returns how many bytes; fewer than the view has only at the end of the body.
   * @throws GlancerError `reset` where the connection ends before the body does.
   */
  async fill(view: Uint8Array): Promise<number> {
    const body = this.#body
    this.#before = 0
    if (this.#isWhole || view.length === 0) return 0
    if (body.kind === 'connection') {
      const got = await this.#piece(view)
      this.#isWhole = got < view.length
      return got
    }
    if (body.kind === 'length') {
      const got = await this.#fillWhole(view.subarray(0, body.left))
      body.left -= got
      this.#isWhole = body.left === 0
      return got
    }
    return await this.#fillOfChunks(view, body)
  }

  /** The beginning of the body as text; what breaks off is shown as far as it came. */
  async text(): Promise<string> {
    const bytes = Buffer.alloc(ANSWER_LIMIT)
    let got = 0
    try {
      while (got < bytes.length && !this.#isWhole) got += await this.fill(bytes.subarray(got))
    } catch {
      got += this.filled
    }
    return bytes.toString('utf8', 0, got)
  }

  destroy(): void {
    this.#wire.destroy()
  }

  async #fillOfChunks(view: Uint8Array, body: { left: number }): Promise<number> {
    let got = 0
    while (got < view.length && !this.#isWhole) {
      if (body.left === 0) {
        const line = await this.#line()
        const size = /^([0-9a-f]{1,13})[ \t]*(;.*)?$/i.exec(line)?.[1]
        if (size === undefined) throw new GlancerError('odd-answer', 'The server sent a chunk without a size.')
        body.left = Number.parseInt(size, 16)
        if (body.left === 0) {
          for (let trailer = await this.#line(); trailer !== ''; ) trailer = await this.#line()
          this.#isWhole = true
          break
        }
      }
      const piece = await this.#fillWhole(view.subarray(got, got + body.left))
      got += piece
      body.left -= piece
      if (body.left === 0 && (await this.#line()) !== '') throw new GlancerError('odd-answer', 'The server sent a chunk without an end.')
    }
    return got
  }

  async #piece(view: Uint8Array): Promise<number> {
    this.#filling = true
    const got = await this.#wire.fill(view)
    this.#filling = false
    this.#before += got
    return got
  }

  async #fillWhole(view: Uint8Array): Promise<number> {
    const got = await this.#piece(view)
    if (got < view.length) throw broken()
    return got
  }

  async #line(): Promise<string> {
    const line = await this.#wire.line()
    if (line === null) throw broken()
    return line
  }
}

const broken = (): Error => Object.assign(new Error('the connection ended before the body did'), { code: 'ECONNRESET' })

async function askOver<T>(
  wire: Wire,
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  make: (status: number, headers: Record<string, string>) => T,
): Promise<T> {
  const late = setTimeout(
    () => wire.destroy(new GlancerError('timeout', `${new URL(endpoint.url).host} did not answer in time.`)),
    HEADERS_TIMEOUT_MS,
  )
  try {
    wire.write(requestText(endpoint, headers))
    for (;;) {
      const { status, headers: found } = await readHead(wire)
      if (status >= 200) return make(status, found)
      if (status === 101) throw new GlancerError('odd-answer', 'The server changed to another protocol.', { status })
    }
  } catch (error) {
    wire.destroy()
    throw error
  } finally {
    clearTimeout(late)
  }
}

function requestText(endpoint: Endpoint, more: Readonly<Record<string, string>>): string {
  const url = new URL(endpoint.url)
  const throughProxy = endpoint.proxy !== undefined && url.protocol === 'http:'
  const headers: Record<string, string> = {
    Host: url.host,
    ...(throughProxy && proxyAuthorization(new URL(endpoint.proxy ?? ''))),
    ...endpoint.headers,
    ...more,
  }
  const lines = Object.entries(headers).map(([name, value]) => {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return `${name}: ${value}\r\n`
  })
  const path = `${url.pathname}${url.search}`
  return `GET ${throughProxy ? `${url.origin}${path}` : path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

async function readHead(wire: Wire): Promise<{ status: number; headers: Record<string, string> }> {
  const first = await wire.line()
  if (first === null) throw broken()
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)( |$)/.exec(first)?.[1]
  if (status === undefined) throw Object.assign(new Error('the answer does not begin as one'), { code: 'HPE_INVALID_CONSTANT' })
  const headers: Record<string, string> = Object.create(null)
  for (let n = 0; ; n++) {
    const line = await wire.line()
    if (line === null) throw broken()
    if (line === '') break
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon <= 0 || /[\s\0]/.test(name) || n >= MOST_HEADERS)
      throw new GlancerError('odd-answer', 'The server sent a header that is none.', { status: Number(status) })
    const value = line.slice(colon + 1).trim()
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  // HTTP/1.0 ends the connection unless it says otherwise.
  if (first.startsWith('HTTP/1.0') && headers.connection === undefined) headers.connection = 'close'
  return { status: Number(status), headers }
}

function framing(status: number, headers: Readonly<Record<string, string>>): Framing {
  if (status === 204 || status === 304) return { kind: 'length', left: 0 }
  const coding = headers['transfer-encoding']
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked')
      throw new GlancerError('odd-answer', 'The server sent a body in a coding that was not asked for.')
    return { kind: 'chunks', left: 0 }
  }
  const length = headers['content-length']
  if (length === undefined) return { kind: 'connection' }
  if (!/^\d{1,15}$/.test(length)) throw new GlancerError('odd-answer', 'The server sent a length that is none.')
  return { kind: 'length', left: Number(length) }
}
