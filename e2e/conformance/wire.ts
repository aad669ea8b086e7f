import { connect, type Socket } from 'node:net'

/** A bare connection: says exactly what a test says, and shows every byte that comes back. */
export class Wire {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #ended = false
  readonly #watchers = new Set<() => void>()

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#socket = connect(Number(port), hostname)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (part: Buffer) => {
      this.#received = Buffer.concat([this.#received, part])
      this.#wake()
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#end())
    this.#socket.on('end', () => this.#end())
  }

  #end(): void {
    this.#ended = true
    this.#wake()
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Resolves when the kernel has the bytes, or never will. */
  async write(data: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write(data, () => resolve()))
  }

  /** FIN of this side; what comes is still read. */
  halfClose(): void {
    this.#socket.end()
  }

  close(): void {
    this.#socket.destroy()
  }

  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** The next answer, head and body; fails after `ms`. A 100 comes as an answer of its own. */
  async answer(ms = 5000): Promise<{ status: number; head: string; body: string }> {
    await this.#until(() => this.#complete() !== null || this.#ended, ms, 'an answer')
    const end = this.#complete()
    if (end === null) throw new Error(`the connection ended after ${JSON.stringify(this.#received.toString().slice(0, 300))}`)
    const text = this.#received.toString('latin1')
    const headEnd = text.indexOf('\r\n\r\n')
    this.#received = this.#received.subarray(end)
    return { status: Number(text.slice(9, 12)), head: text.slice(0, headEnd), body: text.slice(headEnd + 4, end) }
  }

  /** True when nothing at all comes for so long. */
  async silentFor(ms: number): Promise<boolean> {
    try {
      await this.#until(() => this.#received.length > 0 || this.#ended, ms, 'a byte')
      return false
    } catch {
      return true
    }
  }

  async untilEnd(ms = 5000): Promise<void> {
    await this.#until(() => this.#ended, ms, 'the end of the connection')
  }

  #complete(): number | null {
    const text = this.#received.toString('latin1')
    const headEnd = text.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
    if (text.startsWith('HTTP/1.1 100')) return headEnd + 4
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? '0')
    return this.#received.length >= headEnd + 4 + length ? headEnd + 4 + length : null
  }

  async #until(done: () => boolean, ms: number, what: string): Promise<void> {
    if (done()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look)
        reject(new Error(`waited ${ms} ms for ${what}`))
      }, ms)
      const look = () => {
        if (!done()) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
    })
  }
}
