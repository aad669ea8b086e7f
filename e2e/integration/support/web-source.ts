import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server from which a cloud fetches images: each path has its bytes, `/held/…` sends them only when the test lets go. */
export class WebSource {
  readonly files = new Map<string, Uint8Array>()
  /** Paths asked for, in order. */
  readonly asked: string[] = []
  readonly #letGo = Promise.withResolvers<void>()
  readonly #server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '')
    this.asked.push(path)
    const bytes = this.files.get(path)
    if (bytes === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'Content-Length': bytes.length })
    const rest = (): void => void response.end(bytes)
    if (!path.startsWith('/held/')) return rest()
    response.flushHeaders()
    void this.#letGo.promise.then(rest)
  })

  static async start(port = 0): Promise<WebSource> {
    const source = new WebSource()
    await new Promise<void>((resolve, reject) => {
      source.#server.once('error', reject)
      source.#server.listen(port, '127.0.0.1', resolve)
    })
    return source
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  /** What is held is sent, now and from now on. */
  letGo(): void {
    this.#letGo.resolve()
  }

  async close(): Promise<void> {
    this.#letGo.resolve()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
