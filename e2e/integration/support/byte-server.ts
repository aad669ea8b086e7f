import { createServer, type Server, type Socket } from 'node:net'

/** One request, with its body still on the wire: what a test reads of it and answers is all that happens. */
export class Exchange {
  readonly method: string
  readonly headers: ReadonlyMap<string, string>
  readonly socket: Socket
  #left: Buffer
  #got = 0

  constructor(head: string, left: Buffer, socket: Socket) {
    const [first = '', ...lines] = head.split('\r\n')
    this.method = first.split(' ')[0] ?? ''
    this.headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
    this.socket = socket
    this.#left = left
  }

  /** The body was read to its end, so that a next request may follow. */
  get isWhole(): boolean {
    return this.#got === this.contentLength
  }

  /** Read from the wire, but by nobody else. */
  get unread(): Buffer {
    return this.#left
  }

  get contentLength(): number {
    return Number(this.headers.get('content-length') ?? 0)
  }

  /** What has come next, or null when the peer has ended. While nobody reads, the kernel's buffers fill and the peer must wait. */
  async read(): Promise<Buffer | null> {
    if (this.#left.length > 0) {
      const left = this.#left
      this.#left = Buffer.alloc(0)
      return left
    }
    return await readSome(this.socket)
  }

  /** Reads so many bytes, or what there is when the peer ends before. What came beyond them is left for the next read. */
  async readExactly(bytes: number, each: (chunk: Buffer) => void | Promise<void> = () => {}): Promise<number> {
    let got = 0
    while (got < bytes) {
      const chunk = await this.read()
      if (chunk === null) break
      const taken = chunk.subarray(0, bytes - got)
      this.#left = chunk.subarray(taken.length)
      got += taken.length
      this.#got += taken.length
      await each(taken)
    }
    return got
  }

  /** The whole body, by its length. */
  async body(): Promise<Buffer> {
    const chunks: Buffer[] = []
    await this.readExactly(this.contentLength, (chunk) => void chunks.push(Buffer.from(chunk)))
    return Buffer.concat(chunks)
  }

  /** @returns when the kernel has room again. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.socket.write(data)) return
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.socket.off('drain', wake)
        this.socket.off('close', wake)
        resolve()
      }
      this.socket.on('drain', wake)
      this.socket.on('close', wake)
    })
  }

  async answer(status: number, headers: Record<string, string | number> = {}, body = ''): Promise<void> {
    const all = { 'Content-Length': Buffer.byteLength(body), ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    await this.write(`HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`)
  }
}

async function readSome(socket: Socket): Promise<Buffer | null> {
  for (;;) {
    const chunk: Buffer | null = socket.read()
    if (chunk !== null) return chunk
    if (socket.readableEnded || socket.destroyed) return null
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        socket.off('readable', wake)
        socket.off('end', wake)
        socket.off('close', wake)
        resolve()
      }
      socket.on('readable', wake)
      socket.on('end', wake)
      socket.on('close', wake)
    })
  }
}

/**
 * A server that speaks just enough HTTP/1.1 to do what no decent server does: and the test's own function for
 * everything behind its head. What that function throws is given to `failure`, unless the peer is gone.
 */
export class ByteServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #work: (exchange: Exchange) => Promise<void> = async () => {}
  /** Connections taken so far. */
  accepted = 0
  /** Heads seen so far. */
  requests = 0
  failure: unknown = null

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<ByteServer> {
    const server = createServer({ highWaterMark: 1024 * 1024 })
    const bytes = new ByteServer(server)
    server.on('connection', (socket) => void bytes.#serve(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return bytes
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return `http://127.0.0.1:${address.port}/v2/images/1/file`
  }

  /** What is done with each request from now on. */
  serve(work: (exchange: Exchange) => Promise<void>): void {
    this.#work = work
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** Bytes that the kernel has taken of the answers on open connections. */
  get bytesOut(): number {
    return [...this.#sockets].reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    this.accepted++
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    let came = Buffer.alloc(0)
    // One request after the other, as long as the test's function leaves the connection whole.
    for (;;) {
      let end = came.indexOf('\r\n\r\n')
      while (end < 0) {
        const chunk = await readSome(socket)
        if (chunk === null) return
        came = Buffer.concat([came, chunk])
        end = came.indexOf('\r\n\r\n')
      }
      this.requests++
      const exchange = new Exchange(came.toString('latin1', 0, end), came.subarray(end + 4), socket)
      try {
        await this.#work(exchange)
      } catch (error) {
        if (!socket.destroyed) this.failure = error
        return
      }
      if (!exchange.isWhole) return
      came = Buffer.from(exchange.unread)
    }
  }
}
