import { EventEmitter } from 'node:events'
import { WebSocket } from 'ws'
import type { Protocol } from '../../node_modules/playwright-core/types/protocol'

export type { Protocol }

type Method = keyof Protocol.CommandParameters
type Event = keyof Protocol.Events
type Incoming = { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string }; sessionId?: string }

/** One conversation over Chromium's debugging protocol: with the browser, or with one page of it. Typed as playwright-core types it. */
export class CdpSession {
  readonly #events = new EventEmitter()
  readonly #call: (method: string, params: unknown) => Promise<unknown>

  constructor(call: (method: string, params: unknown) => Promise<unknown>) {
    this.#call = call
  }

  /** @throws Error with the browser's own words, also for a page that is gone. */
  async send<M extends Method>(method: M, params?: Protocol.CommandParameters[M]): Promise<Protocol.CommandReturnValues[M]> {
    return (await this.#call(method, params)) as Protocol.CommandReturnValues[M]
  }

  on<E extends Event>(event: E, listener: (payload: Protocol.Events[E]) => void): void {
    this.#events.on(event, listener)
  }

  take(event: string, payload: unknown): void {
    this.#events.emit(event, payload)
  }
}

/** The socket to a browser, with all its conversations. */
export class CdpConnection {
  readonly root: CdpSession = this.#makeSession(undefined)
  readonly #socket: WebSocket
  readonly #sessions = new Map<string, CdpSession>()
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#take(JSON.parse(String(data))))
    socket.on('close', () => {
      for (const { reject } of this.#open.values()) reject(new Error('The browser is gone.'))
      this.#open.clear()
    })
  }

  static async open(url: string): Promise<CdpConnection> {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 512 * 1024 * 1024 })
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return new CdpConnection(socket)
  }

  /** The conversation that the browser opened under this id. */
  session(id: string): CdpSession {
    const known = this.#sessions.get(id) ?? this.#makeSession(id)
    this.#sessions.set(id, known)
    return known
  }

  #makeSession(sessionId: string | undefined): CdpSession {
    return new CdpSession(
      (method, params) =>
        new Promise((resolve, reject) => {
          const id = ++this.#last
          this.#open.set(id, { resolve, reject })
          this.#socket.send(JSON.stringify({ id, method, params: params ?? {}, sessionId }))
        }),
    )
  }

  #take({ id, method, params, result, error, sessionId }: Incoming): void {
    if (id !== undefined) {
      const open = this.#open.get(id)
      this.#open.delete(id)
      if (error) open?.reject(new Error(error.message))
      else open?.resolve(result)
    } else if (method !== undefined) {
      const session = sessionId === undefined ? this.root : this.session(sessionId)
      session.take(method, params)
    }
  }
}
