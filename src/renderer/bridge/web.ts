import { GlancerError } from '../../shared/errors.ts'
import { type CommandName, commands, type Delta, type Input, type Output, serverFrameSchema } from '../../shared/protocol.ts'
import type { Bridge, ConnectionState, DroppedFile } from './bridge.ts'
import { filesOf } from './dropped-entries.ts'
import { Intake } from './intake.ts'

const RETRY_FIRST_MS = 500
const RETRY_LONGEST_MS = 10_000

interface OpenCall {
  name: CommandName
  resolve(value: unknown): void
  reject(error: GlancerError): void
}

/** The bridge over the web host's socket. It connects at once and, when the host goes away, again and again with growing pauses. */
export function createWebBridge(): Bridge {
  const bridge = new WebBridge()
  void bridge.start()
  return bridge
}

class WebBridge implements Bridge {
  readonly host = 'web'
  readonly #intake = new Intake(
    (announced) => this.call('files.announce', announced),
    (fileId) => void this.call('files.cannotSend', { fileId }).catch(() => {}),
  )
  readonly #deltas = new Set<(delta: Delta) => void>()
  readonly #connections = new Set<(state: ConnectionState) => void>()
  readonly #open = new Map<number, OpenCall>()
  #state: ConnectionState = 'waiting'
  #known = false
  #socket: WebSocket | null = null
  #nextId = 1
  #pause = RETRY_FIRST_MS

  /** Trades the token of the address for the session's cookie, takes it out of the address, and connects. */
  async start(): Promise<void> {
    // The address of a restarted host, put into the same tab, differs in its fragment alone: the browser would not load anything.
    addEventListener('hashchange', () => {
      if (tokenInAddress() !== null) location.reload()
    })
    const token = tokenInAddress()
    if (token !== null) {
      history.replaceState(null, '', `${location.pathname}${location.search}`)
      try {
        const body = JSON.stringify({ token })
        await fetch('/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
      } catch {
        // The host is away; the socket's own tries say so.
      }
    }
    await this.#connect()
  }

  call<N extends CommandName>(name: N, input: Input<N>): Promise<Output<N>> {
    const socket = this.#socket
    if (socket === null || socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new GlancerError('closed', 'Glancer’s host does not answer.'))
    }
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      // The map holds calls of every name; the value is parsed by the schema of the name it was asked with.
      this.#open.set(id, { name, resolve: (value) => resolve(value as Output<N>), reject })
      socket.send(JSON.stringify({ id, call: name, input }))
    })
  }

  onDelta(listener: (delta: Delta) => void): () => void {
    this.#deltas.add(listener)
    return () => this.#deltas.delete(listener)
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    this.#connections.add(listener)
    if (this.#known) listener(this.#state)
    return () => this.#connections.delete(listener)
  }

  async addDropped(dropped: readonly File[] | DataTransfer): Promise<DroppedFile[]> {
    const { files, problems } = await filesOf(dropped)
    return [...(await this.#intake.add(files)), ...problems]
  }

  sendBodies(fileIds: readonly string[]): void {
    this.#intake.sendBodies(fileIds)
  }

  async #connect(): Promise<void> {
    // A refused upgrade looks to a script like an absent host; this request tells the two apart.
    try {
      const session = await fetch('/session', { method: 'HEAD' })
      if (session.status === 401 || session.status === 403) {
        this.#tell('refused')
        return
      }
    } catch {
      this.#later()
      return
    }
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/bridge`)
    this.#socket = socket
    socket.addEventListener('open', () => {
      this.#pause = RETRY_FIRST_MS
      this.#tell('connected')
    })
    socket.addEventListener('message', (event: MessageEvent<unknown>) => this.#receive(event.data))
    socket.addEventListener('close', () => {
      this.#socket = null
      for (const call of this.#open.values()) call.reject(new GlancerError('closed', 'Glancer’s host went away before it answered.'))
      this.#open.clear()
      this.#later()
    })
  }

  #later(): void {
    this.#tell('waiting')
    setTimeout(() => void this.#connect(), this.#pause)
    this.#pause = Math.min(this.#pause * 2, RETRY_LONGEST_MS)
  }

  #tell(state: ConnectionState): void {
    this.#state = state
    this.#known = true
    for (const listener of this.#connections) listener(state)
  }

  #receive(data: unknown): void {
    const frame = serverFrameSchema.safeParse(typeof data === 'string' ? JSON.parse(data) : null)
    if (!frame.success) {
      console.error('A frame of the host was not understood.', frame.error.issues.slice(0, 3))
      return
    }
    if ('event' in frame.data) {
      for (const listener of this.#deltas) listener(frame.data.payload)
      return
    }
    const call = this.#open.get(frame.data.id)
    this.#open.delete(frame.data.id)
    if (call === undefined) return
    if (!frame.data.ok) {
      call.reject(GlancerError.fromShape(frame.data.error))
      return
    }
    const value = commands[call.name].output.safeParse(frame.data.value)
    if (value.success) call.resolve(value.data)
    else
      call.reject(
        new GlancerError('internal', 'Glancer’s host gave an answer that this page does not understand.', { detail: value.error.message }),
      )
  }
}

function tokenInAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('token')
}
