import http from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** A forward proxy as companies have them: CONNECT for https, whole URLs for http, with a password if one is set. It remembers who was asked for. */
export class TestProxy {
  /** `CONNECT host:port`, or the method and the whole URL. */
  readonly asked: string[] = []
  /** `name:password`; null lets everybody through. */
  credentials: string | null = null
  readonly #server: http.Server
  readonly #sockets = new Set<Socket>()

  private constructor() {
    this.#server = http.createServer((request, response) => this.#forward(request, response))
    this.#server.on('connect', (request: http.IncomingMessage, client: Socket, head: Buffer) => this.#tunnel(request, client, head))
    this.#server.on('connection', (socket) => this.#keep(socket))
  }

  static async start(): Promise<TestProxy> {
    const proxy = new TestProxy()
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #mayPass(request: http.IncomingMessage): boolean {
    const given = request.headers['proxy-authorization']
    return this.credentials === null || given === `Basic ${Buffer.from(this.credentials).toString('base64')}`
  }

  #tunnel(request: http.IncomingMessage, client: Socket, head: Buffer): void {
    this.asked.push(`CONNECT ${request.url}`)
    if (!this.#mayPass(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const target = new URL(`http://${request.url}`)
    const server = connect(Number(target.port || 443), target.hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    this.#keep(server)
    server.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'))
    server.on('close', () => client.destroy())
    client.on('close', () => server.destroy())
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.asked.push(`${request.method} ${request.url}`)
    if (!this.#mayPass(request)) {
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="x"' }).end()
      return
    }
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers
    const onward = http.request(request.url ?? '', { method: request.method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('continue', () => response.writeContinue())
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }
}
