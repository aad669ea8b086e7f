import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { App } from '../core/ports.ts'
import { answer, refuse } from './answers.ts'
import { BridgeSocket, type SocketLimits } from './bridge-socket.ts'
import { takeIn } from './intake.ts'
import { Origins } from './origins.ts'
import { Session } from './session.ts'
import { sendPageFile } from './static.ts'

export interface WebServerOptions {
  app: App
  /** The folder of the built page. */
  pageRoot: string
  /** 0 = any free port. */
  port: number
  /** Where to listen; other than loopback only together with `tls`. */
  host: string
  /** PEM texts, and the names besides loopback's by which browsers may call this server. */
  tls?: { cert: string; key: string; names: readonly string[] }
  limits?: Partial<SocketLimits>
}

export interface WebServer {
  /** Address with the token in its fragment: whoever has it may use this server. */
  url: string
  port: number
  /** Stops listening, closes every page's socket and cuts what is still open. */
  close(): Promise<void>
}

/** The longest body of `POST /session`; a token has 43 characters. */
const SESSION_BODY_LIMIT = 1024

/**
 * Serves the page and its bridge: `GET /…` the built files, `GET /session` 204 or 401 (is the cookie good?), `POST /session` `{token}` for the
 * cookie, `GET /bridge` the WebSocket, `PUT /intake/<fileId>` a file's bytes.
 *
 * @throws the system's error if the port is taken
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { app, tls } = options
  const loopback = options.host === '127.0.0.1' || options.host === '::1' || options.host === 'localhost'
  if (!loopback && !tls) throw new Error(`Glancer does not listen on ${options.host} without TLS.`)

  const server: Server = tls ? createTlsServer({ cert: tls.cert, key: tls.key }) : createServer()
  // An upload of hundreds of gigabytes may take hours; only the header has to come quickly.
  server.requestTimeout = 0
  server.headersTimeout = 30_000
  const port = await listen(server, options.port, options.host)

  const session = new Session(port, tls !== undefined)
  const origins = new Origins(tls ? 'https' : 'http', port, tls?.names)
  const sockets = new BridgeSocket(app, options.limits)
  const rules = { app, pageRoot: options.pageRoot, session, origins }
  server.on('request', serve(rules))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = upgradeRefusal(rules, request)
    if (refusal === null) return sockets.accept(request, socket, head)
    socket.on('error', () => {})
    socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })

  const name = tls?.names[0] ?? '127.0.0.1'
  return {
    url: `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}/#token=${session.token}`,
    port,
    close: async () => {
      sockets.close()
      const closed = new Promise((resolve) => server.close(resolve))
      // One moment for goodbyes and running answers, then the rest is cut.
      const cut = setTimeout(() => server.closeAllConnections(), 1000)
      server.closeIdleConnections()
      await closed
      clearTimeout(cut)
    },
  }
}

interface Rules {
  app: App
  pageRoot: string
  session: Session
  origins: Origins
}

function serve(rules: Rules): RequestListener {
  return (request, response) => {
    route(rules, request, response).catch(() => {
      // A browser that went away in mid-answer, or a disk that failed: there is nobody left to tell, or no way to.
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'This could not be answered.')
    })
  }
}

async function route(rules: Rules, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { app, session, origins } = rules
  if (!origins.ownHost(request)) return refuse(response, 403, 'This server answers only to its own name and port.')
  const url = readUrl(request)
  if (url === null) return refuse(response, 400, 'That is not an address.')
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (!reads && !origins.ownOrigin(request)) return refuse(response, 403, 'Only the page of this server may do that.')

  if (url.pathname === '/session') {
    if (reads) return answer(response, session.holds(request) ? 204 : 401)
    if (request.method !== 'POST') return answer(response, 405, { Allow: 'GET, HEAD, POST' })
    const cookie = session.exchange(await readToken(request))
    return cookie === null
      ? refuse(response, 403, 'That is not the token of this server.')
      : answer(response, 204, { 'Set-Cookie': cookie })
  }
  if (url.pathname.startsWith('/intake/')) {
    if (request.method !== 'PUT') return answer(response, 405, { Allow: 'PUT' })
    if (!session.holds(request)) return refuse(response, 401, 'Open the address that Glancer printed.')
    return takeIn(app.files, url, request, response)
  }
  if (url.pathname === '/bridge') return answer(response, 426, { Connection: 'Upgrade', Upgrade: 'websocket' })
  if (!reads) return answer(response, 405, { Allow: 'GET, HEAD' })
  return sendPageFile(rules.pageRoot, url.pathname, request, response)
}

function upgradeRefusal({ session, origins }: Rules, request: IncomingMessage): string | null {
  if (!origins.ownHost(request) || !origins.ownOrigin(request)) return '403 Forbidden'
  if (readUrl(request)?.pathname !== '/bridge') return '404 Not Found'
  if (!session.holds(request)) return '401 Unauthorized'
  return null
}

function readUrl(request: IncomingMessage): URL | null {
  // Only a path may follow: with an absolute address the base would count for nothing.
  return request.url?.startsWith('/') && !request.url.startsWith('//') ? URL.parse(request.url, 'http://glancer.invalid') : null
}

async function readToken(request: IncomingMessage): Promise<unknown> {
  if (!(Number(request.headers['content-length']) <= SESSION_BODY_LIMIT)) return null
  try {
    const body: unknown = JSON.parse(await text(request))
    return typeof body === 'object' && body !== null && 'token' in body ? body.token : null
  } catch {
    return null
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}
