import { createHash } from 'node:crypto'
import http from 'node:http'
import https, { type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

/** Keystone and Glance in one small server, by http or https: enough to sign in, to list, and to move the data of one image. */
export class SmallCloud {
  /** What has come: method and path. */
  readonly asked: string[] = []
  /** The image as it was uploaded last, and what a download gives. */
  data: Buffer = Buffer.alloc(0)
  readonly #server: http.Server
  readonly #scheme: string

  private constructor(tls: ServerOptions | null) {
    const serve = (request: http.IncomingMessage, response: http.ServerResponse): void => void this.#serve(request, response)
    this.#server = tls === null ? http.createServer(serve) : https.createServer(tls, serve)
    this.#server.on('tlsClientError', () => {})
    this.#scheme = tls === null ? 'http' : 'https'
  }

  static async start(tls: ServerOptions | null): Promise<SmallCloud> {
    const cloud = new SmallCloud(tls)
    await new Promise<void>((resolve) => cloud.#server.listen(0, '127.0.0.1', resolve))
    return cloud
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  url(host = '127.0.0.1'): string {
    return `${this.#scheme}://${host}:${this.port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const json = (status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): void =>
      void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
    if (request.url === '/v3/auth/tokens') {
      const now = Date.now()
      const image = {
        type: 'image',
        endpoints: [{ interface: 'public', region_id: 'r1', url: this.url(request.headers.host?.split(':')[0]) }],
      }
      const times = { issued_at: new Date(now).toISOString(), expires_at: new Date(now + 3_600_000).toISOString() }
      json(201, { token: { ...times, project: { id: 'p1', name: 'demo' }, catalog: [image] } }, { 'X-Subject-Token': 'a-token' })
    } else if (request.url === '/versions') {
      json(300, { versions: [{ id: 'v2.16', status: 'CURRENT' }] })
    } else if (request.headers['x-auth-token'] !== 'a-token') {
      json(401, { message: 'no token' })
    } else if (request.method === 'PUT') {
      this.data = Buffer.concat(chunks)
      response.writeHead(204).end()
    } else if (request.url?.endsWith('/file') === true) {
      const md5 = createHash('md5').update(this.data).digest('hex')
      response
        .writeHead(200, { 'Content-Length': this.data.length, 'Content-MD5': md5, 'Content-Type': 'application/octet-stream' })
        .end(this.data)
    } else {
      json(200, { images: [] })
    }
  }
}
