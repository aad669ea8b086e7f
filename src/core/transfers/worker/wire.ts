import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import { GlancerError } from '../../../shared/errors.ts'
import { connectOptions } from './connect-options.ts'
import type { Endpoint } from './contract.ts'
import { CONNECT_TIMEOUT_MS } from './job-context.ts'

/** What comes while nobody has said where it shall go is put here, and copied. */
const SCRATCH_BYTES = 65_536
const LONGEST_LINE = 65_536
const NOTHING = new Uint8Array()

interface Wanted {
  /** Whether what was waited for is there. */
  isThere(): boolean
  resolve(): void
  reject(error: unknown): void
}

/**
 * One connection that is read. Bytes go from the kernel straight into the memory that `fill` names (net's `onread`): neither a buffer for each
 * read nor a copy is made. Of 2 GiB over loopback that takes 0.5 s of CPU; with the streams of undici or node:http it takes 3 s, most of it
 * for collecting the buffers. Behind a proxy's tunnel Node offers no such way, and the bytes are copied.
 */
export class Wire {
  readonly #scratch = new Uint8Array(SCRATCH_BYTES)
  #socket: net.Socket | null = null
  /** What has come without being asked for; little, since a wire that nobody waits on is not read. */
  readonly #waiting: Uint8Array[] = []
  #view: Uint8Array | null = null
  #filled = 0
  /** The memory that the socket reads into at present. */
  #given: Uint8Array = this.#scratch
  #wanted: Wanted | null = null
  #ended = false
  #error: unknown = null
  /** Called with each piece that came, by its length. */
  onBytes: (bytes: number) => void = () => {}

  private constructor() {}

  /** @throws what node:net and node:tls throw; a proxy that refuses is an error with the code `ERR_PROXY_TUNNEL`. */
  static async connect(endpoint: Endpoint, signal: AbortSignal): Promise<Wire> {
    const wire = new Wire()
    const socket = await connectTo(endpoint, wire.#onread(), signal)
    wire.#use(socket)
    const stop = (): void => wire.destroy()
    signal.addEventListener('abort', stop, { once: true })
    socket.once('close', () => signal.removeEventListener('abort', stop))
    if (signal.aborted) stop()
    return wire
  }

  write(text: string): void {
    this.#socket?.write(text, 'latin1')
  }

  /** How much of the last view is filled: of one that `fill` could not fill, too. */
  get filled(): number {
    return this.#filled
  }

  /** Fills the view, unless the peer ends before. @returns how many bytes; fewer than the view has only at the end. */
  async fill(view: Uint8Array): Promise<number> {
    this.#view = view
    this.#filled = 0
    while (this.#waiting.length > 0 && this.#filled < view.length) {
      const chunk = this.#waiting.shift() ?? NOTHING
      const taken = this.#take(chunk)
      if (taken < chunk.length) this.#waiting.unshift(chunk.subarray(taken))
    }
    await this.#until(() => this.#filled === view.length)
    this.#view = null
    return this.#filled
  }

  /** The next line without its end, or null at the end. @throws GlancerError `odd-answer` for one that does not end. */
  async line(): Promise<string | null> {
    let text = ''
    let whole = false
    await this.#until(() => {
      while (!whole && this.#waiting.length > 0) {
        const chunk = this.#waiting.shift() ?? NOTHING
        const end = chunk.indexOf(10)
        whole = end >= 0
        text += Buffer.from(whole ? chunk.subarray(0, end) : chunk).toString('latin1')
        if (whole && end + 1 < chunk.length) this.#waiting.unshift(chunk.subarray(end + 1))
        if (text.length > LONGEST_LINE) throw new GlancerError('odd-answer', 'The server sent a line without an end.')
      }
      return whole
    })
    return whole ? text.replace(/\r$/, '') : null
  }

  /** Ends it; whoever waits for bytes gets the reason, or the end. */
  destroy(reason?: Error): void {
    this.#socket?.destroy(reason)
  }

  #onread(): net.OnReadOpts {
    return {
      buffer: () => {
        const view = this.#view
        this.#given = view === null || this.#filled === view.length ? this.#scratch : view.subarray(this.#filled)
        return this.#given
      },
      callback: (bytes, buffer) => {
        if (this.#given === this.#scratch) {
          const rest = buffer.subarray(this.#take(buffer.subarray(0, bytes)), bytes)
          if (rest.length > 0) this.#waiting.push(rest.slice())
        } else {
          this.#filled += bytes
          this.onBytes(bytes)
        }
        this.#look()
        return true
      },
    }
  }

  #use(socket: net.Socket): void {
    this.#socket = socket
    // Comes only where the socket cannot read into given memory.
    socket.on('data', (chunk: Buffer) => {
      const rest = chunk.subarray(this.#take(chunk))
      if (rest.length > 0) this.#waiting.push(rest)
      this.#look()
    })
    socket.on('error', (error) => this.#fail(error))
    socket.on('end', () => this.#end())
    socket.on('close', () => this.#end())
    socket.pause()
  }

  /** Copies into the view what it wants of this. @returns how many bytes. */
  #take(chunk: Uint8Array): number {
    if (this.#view === null) return 0
    const taken = chunk.subarray(0, this.#view.length - this.#filled)
    this.#view.set(taken, this.#filled)
    this.#filled += taken.length
    if (taken.length > 0) this.onBytes(taken.length)
    return taken.length
  }

  #end(): void {
    this.#ended = true
    this.#look()
  }

  #fail(error: unknown): void {
    this.#error ??= error
    this.#look()
  }

  /** Reads until it is so, or the peer has ended. */
  async #until(isThere: () => boolean): Promise<void> {
    if (isThere()) return
    if (this.#error !== null) throw this.#error
    if (this.#ended) return
    await new Promise<void>((resolve, reject) => {
      this.#wanted = { isThere, resolve, reject }
      this.#socket?.resume()
    })
  }

  #look(): void {
    const wanted = this.#wanted
    if (wanted === null) return
    try {
      if (!wanted.isThere()) {
        if (this.#error !== null) throw this.#error
        if (!this.#ended) return
      }
      this.#wanted = null
      this.#socket?.pause()
      wanted.resolve()
    } catch (error) {
      this.#wanted = null
      wanted.reject(error)
    }
  }
}

/** Opens a connection to the server, to the proxy that is asked for the whole URL, or to the server through the proxy's tunnel. */
async function connectTo(endpoint: Endpoint, onread: net.OnReadOpts, signal: AbortSignal): Promise<net.Socket> {
  const url = new URL(endpoint.url)
  const isSecure = url.protocol === 'https:'
  const host = hostOf(url)
  const secure = { ...connectOptions(endpoint), ALPNProtocols: ['http/1.1'], host, ...(net.isIP(host) === 0 && { servername: host }) }
  const proxy = endpoint.proxy === undefined ? null : new URL(endpoint.proxy)
  if (proxy !== null && isSecure) {
    const tunnel = await openTunnel(proxy, `${url.hostname}:${portOf(url)}`, signal)
    return await connected(tls.connect({ ...secure, socket: tunnel }), 'secureConnect', signal)
  }
  // Node takes `onread` here too; its types do not say so.
  const options: tls.ConnectionOptions & { onread: net.OnReadOpts } = { ...secure, port: portOf(url), onread }
  if (isSecure) return await connected(tls.connect(options), 'secureConnect', signal)
  const at = proxy ?? url
  if (at.protocol === 'https:') return await connected(tls.connect({ host: hostOf(at), port: portOf(at) }), 'secureConnect', signal)
  return await connected(net.connect({ host: hostOf(at), port: portOf(at), onread }), 'connect', signal)
}

async function connected(socket: net.Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<net.Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  const timer = setTimeout(() => socket.destroy(failure('ETIMEDOUT', 'connecting took too long')), CONNECT_TIMEOUT_MS)
  signal.addEventListener('abort', stop, { once: true })
  socket.once(event, resolve)
  socket.once('error', reject)
  socket.once('close', () => reject(failure('ECONNRESET', 'closed before it was open')))
  try {
    await promise
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 30_000)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    socket.off('error', reject)
  }
}

async function openTunnel(proxy: URL, target: string, signal: AbortSignal): Promise<net.Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<net.Socket>()
  const module = proxy.protocol === 'https:' ? await import('node:https') : http
  const request = module.request({
    host: hostOf(proxy),
    port: portOf(proxy),
    method: 'CONNECT',
    path: target,
    headers: { Host: target, ...proxyAuthorization(proxy) },
    agent: false,
    timeout: CONNECT_TIMEOUT_MS,
    signal,
  })
  request.once('connect', (response, socket) => {
    if (response.statusCode === 200) return resolve(socket)
    socket.destroy()
    reject(failure('ERR_PROXY_TUNNEL', `Proxy response (${response.statusCode})`))
  })
  request.once('timeout', () => request.destroy(failure('ETIMEDOUT', 'the proxy did not answer')))
  request.once('error', reject)
  request.end()
  return await promise
}

/** For a proxy that wants a name and a password; its URL holds them. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** An IPv6 address stands in brackets in a URL only. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')
const portOf = (url: URL): number => (url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80)
