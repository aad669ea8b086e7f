import http from 'node:http'
import https from 'node:https'
import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { readRefusal } from '../../../shared/refusal.ts'
import { readBounded } from './answers.ts'
import { connectOptions } from './connect-options.ts'
import type { Endpoint } from './contract.ts'
import { Refused } from './refused.ts'
import { withoutToken } from './without-token.ts'

/**
 * How long a server may take to say `100 Continue` or to refuse. eventlet's answer is there before the first byte either way; uwsgi refuses as
 * early but never says 100 (both observed on Glance 25.1), so that waiting costs a good upload there just this once.
 */
const EXPECT_WAIT_MS = 500
/** For a small file, a connection is kept so long for the next one: shorter than any server keeps it. */
const KEPT_MS = 2000

interface Answer {
  requestId: string | null
}

/**
 * The request itself. node:http is used rather than undici for this one: its write callback says when the kernel has taken a block, which is
 * when the block may be filled again, and it knows `Expect: 100-continue`. An answer that comes early, or a connection that breaks, ends whatever is waited for. */
export class Put {
  readonly #request: http.ClientRequest
  readonly #endpoint: Endpoint
  readonly #answer: Promise<Answer>
  /** Rejects when nothing more can be sent. */
  readonly broken: Promise<never>
  readonly #continued: Promise<void>
  #sentAll = false

  /** @param small sends without asking first, over a connection that may have been used before and is kept for the next one. */
  constructor(job: { endpoint: Endpoint }, size: number, small = false) {
    this.#endpoint = job.endpoint
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>()
    const { promise: broken, reject: breakOff } = Promise.withResolvers<never>()
    answer.catch(() => {})
    broken.catch(() => {})
    this.#answer = answer
    this.broken = broken
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      'x-openstack-image-size': String(size),
      Accept: 'application/json',
      ...(!small && { Expect: '100-continue' }),
    }
    this.#request = request(job.endpoint, headers, small)
    this.#request.on('response', (response) => {
      void this.#read(response).then(resolve, (error: unknown) => {
        reject(error)
        breakOff(error)
      })
    })
    this.#request.on('error', (error) => {
      const failure = describeNetworkFailure(error, job.endpoint.url, job.endpoint.proxy)
      // An answer that is already here says more than the reset behind it: give it a moment to be read.
      setTimeout(() => {
        reject(failure)
        breakOff(failure)
      }, 50)
    })
    const { promise: continued, resolve: goOn } = Promise.withResolvers<void>()
    this.#continued = continued
    this.#request.on('continue', () => goOn())
    this.#request.on('socket', (socket) => {
      socket.setNoDelay(true)
      // After the last byte a store may be silent for many minutes; this is how a dead peer is noticed then.
      socket.setKeepAlive(true, 30_000)
      const patience = (): void => void setTimeout(goOn, EXPECT_WAIT_MS)
      if (socket.connecting) socket.once(this.#endpoint.url.startsWith('https:') ? 'secureConnect' : 'connect', patience)
      else patience()
    })
    this.#request.flushHeaders()
  }

  /** Connected, and not refused. */
  async ready(): Promise<void> {
    await Promise.race([this.#continued, this.broken])
  }

  /** Hands a piece to the socket. The answer is null, or what to wait for before the next one. `taken` is called when the kernel has it. */
  write(piece: Uint8Array, taken: () => void): Promise<void> | null {
    const room = this.#request.write(piece, (error) => {
      if (error == null) taken()
    })
    if (room) return null
    // Not events.once: that one would reject with the bare socket error, before an answer behind it is read.
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#request.once('drain', resolve)
    return Promise.race([promise, this.broken])
  }

  async finish(): Promise<Answer> {
    this.#sentAll = true
    this.#request.end()
    return await this.#answer
  }

  destroy(): void {
    this.#request.destroy()
  }

  async #read(response: http.IncomingMessage): Promise<Answer> {
    const status = response.statusCode ?? 0
    // Who refuses may not have read what was sent; a next request behind that would be taken for more of it.
    if (status >= 300) this.#request.shouldKeepAlive = false
    const body = await readBounded(response)
    if (status >= 200 && status < 300) {
      if (!this.#sentAll) throw new GlancerError('odd-answer', 'The cloud said that it is done before it had all bytes.', { status })
      const id = response.headers['x-openstack-request-id']
      return { requestId: typeof id === 'string' ? id : null }
    }
    throw new Refused(readRefusal(status, response.headers, withoutToken(body, this.#endpoint.headers)))
  }
}

function request(endpoint: Endpoint, headers: Record<string, string>, small: boolean): http.ClientRequest {
  const url = new URL(endpoint.url)
  const module = url.protocol === 'https:' ? https : http
  return module.request(url, {
    method: 'PUT',
    headers: { ...endpoint.headers, ...headers },
    agent: small ? keptAgent(endpoint, url) : agentFor(endpoint, url, false),
  })
}

let kept: { key: string; agent: http.Agent } | null = null

/** The agent of the small upload before, where it went to the same server in the same way. */
function keptAgent(endpoint: Endpoint, url: URL): http.Agent {
  const key = JSON.stringify([url.origin, endpoint.tls, endpoint.proxy])
  if (kept?.key !== key) {
    kept?.agent.destroy()
    kept = { key, agent: agentFor(endpoint, url, true) }
  }
  return kept.agent
}

/** @param keepAlive false for a large upload: its connection is never shared, and never reused after a cut. */
function agentFor(endpoint: Endpoint, url: URL, keepAlive: boolean): http.Agent {
  const { proxy } = endpoint
  const options: https.AgentOptions = {
    keepAlive,
    ...(keepAlive && { timeout: KEPT_MS }),
    ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
    ...connectOptions(endpoint),
  }
  return url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options)
}
