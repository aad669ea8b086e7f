import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { App } from '../core/ports.ts'
import { GlancerError } from '../shared/errors.ts'
import { callFrameSchema, MESSAGE_LIMIT, type ServerFrame } from '../shared/protocol.ts'

/** Why a socket was closed, in the numbers of RFC 6455. After `slow` the page connects again and starts from a new snapshot. */
export const closeCodes = { goingAway: 1001, binary: 1003, notOurs: 1008, slow: 1013 } as const

export interface SocketLimits {
  /** Bytes that may wait for a client that does not read. Above it the client is let go: deltas would otherwise pile up without end. */
  unsentBytes: number
  /** Calls of one client that may be unanswered at a time. */
  openCalls: number
  /** Milliseconds between two pings; a client that missed one is gone. */
  heartbeatMs: number
}

const defaults: SocketLimits = { unsentBytes: 64 * 1024 * 1024, openCalls: 1000, heartbeatMs: 30_000 }

/** The bridge of the web host: calls in, answers and deltas out, over one WebSocket a page. The caller has checked who asks. */
export class BridgeSocket {
  readonly #app: App
  readonly #limits: SocketLimits
  // On loopback, compression costs more than it saves. A frame over the limit closes the socket with 1009 before it is in memory.
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT, perMessageDeflate: false, clientTracking: true })
  readonly #alive = new WeakSet<WebSocket>()
  readonly #stopDeltas: () => void
  readonly #heartbeat: NodeJS.Timeout

  constructor(app: App, limits: Partial<SocketLimits> = {}) {
    this.#app = app
    this.#limits = { ...defaults, ...limits }
    this.#stopDeltas = app.onDelta((payload) => {
      const frame = encode({ event: 'delta', payload })
      for (const client of this.#server.clients) this.#send(client, frame)
    })
    this.#heartbeat = setInterval(() => this.#beat(), this.#limits.heartbeatMs)
    this.#heartbeat.unref()
  }

  /** Takes over an upgrade request. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => this.#serve(client))
  }

  /** Says goodbye to every page. */
  close(): void {
    this.#stopDeltas()
    clearInterval(this.#heartbeat)
    for (const client of this.#server.clients) letGo(client, closeCodes.goingAway, 'Glancer is closing.')
    this.#server.close()
  }

  #serve(client: WebSocket): void {
    let openCalls = 0
    this.#alive.add(client)
    client.on('pong', () => this.#alive.add(client))
    // What ws reports here (a frame too large, bad UTF-8, a reset) it has already answered with the right close code.
    client.on('error', () => {})
    client.on('message', (data, isBinary) => {
      if (isBinary) return client.close(closeCodes.binary, 'Frames are text.')
      if (openCalls >= this.#limits.openCalls) return client.close(closeCodes.slow, 'Too many calls at once.')
      openCalls += 1
      void this.#answer(data).then((frame) => {
        openCalls -= 1
        if (frame === null) client.close(closeCodes.notOurs, 'That was not a call.')
        else this.#send(client, encode(frame))
      })
    })
  }

  /** The answer to one frame; null if it is so far from a call that it has no number to answer to. */
  async #answer(data: RawData): Promise<ServerFrame | null> {
    const json = parseJson(data)
    const frame = callFrameSchema.safeParse(json)
    if (frame.success) return { id: frame.data.id, ...(await this.#app.call(frame.data.call, frame.data.input)) }
    const id = callFrameSchema.pick({ id: true }).loose().safeParse(json)
    if (!id.success) return null
    const error = new GlancerError('bad-argument', 'A call has an id, a name and an input, and nothing else.').toShape()
    return { id: id.data.id, ok: false, error }
  }

  #send(client: WebSocket, frame: string): void {
    if (client.readyState !== WebSocket.OPEN) return
    client.send(frame)
    if (client.bufferedAmount > this.#limits.unsentBytes) letGo(client, closeCodes.slow, 'This page reads too slowly.')
  }

  #beat(): void {
    for (const client of this.#server.clients) {
      if (!this.#alive.delete(client)) client.terminate()
      else client.ping()
    }
  }
}

/** Closes politely, and for certain: a client that does not read will not answer the close either. */
function letGo(client: WebSocket, code: number, reason: string): void {
  client.close(code, reason)
  setTimeout(() => client.terminate(), 1000).unref()
}

function encode(frame: ServerFrame): string {
  return JSON.stringify(frame)
}

function parseJson(data: RawData): unknown {
  try {
    return JSON.parse(data.toString())
  } catch {
    return null
  }
}
