import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import { GlancerError } from '../../shared/errors.ts'
import { describeNetworkFailure } from '../../shared/net-failure.ts'
import { connectOptions } from '../transfers/worker/connect-options.ts'
import { proxyFor } from './proxy.ts'

/** How the connections of one cloud are secured; PEM texts, already read. */
export interface TlsSettings {
  verify: boolean
  ca?: string
  cert?: string
  key?: string
}

export interface HttpAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
  /** Bytes of the answer that are read; more is an error. */
  limit?: number
}

/** Small requests to one cloud: bounded in size and time. Image data does not go this way. */
export interface Http {
  /** @throws GlancerError of a network kind, `odd-answer` for redirects in a circle, `too-large`. Any status is an answer. */
  send(url: string, request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

const DEFAULT_LIMIT = 4 * 1024 * 1024
const REDIRECTS = 3
const TIMEOUT_MS = 60_000
const CONNECT_TIMEOUT_MS = 15_000

/**
 * @param env for the proxy: `https_proxy`, `http_proxy`, `all_proxy`, `no_proxy` and their capital forms
 * @param timeoutMs for one request as a whole, with its answer
 */
export function createHttp(tls: TlsSettings, env: Readonly<Record<string, string | undefined>>, timeoutMs: number = TIMEOUT_MS): Http {
  const dispatchers = new Map<string | undefined, Dispatcher>()
  const dispatcherFor = (url: string, proxy: string | undefined): Dispatcher => {
    const connect = { timeout: CONNECT_TIMEOUT_MS, ...connectOptions({ url, tls }) }
    const known = dispatchers.get(proxy)
    if (known !== undefined) return known
    const options = { allowH2: false, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }
    const made =
      proxy === undefined
        ? new Agent({ ...options, connect })
        : new ProxyAgent({ ...options, uri: proxy, connectTimeout: CONNECT_TIMEOUT_MS, requestTls: connect })
    dispatchers.set(proxy, made)
    return made
  }

  const once = async (url: string, { method, headers, body, signal, limit = DEFAULT_LIMIT }: HttpRequest): Promise<HttpAnswer> => {
    const deadline = AbortSignal.timeout(timeoutMs)
    const proxy = proxyFor(url, env)
    try {
      const response = await request(url, {
        dispatcher: dispatcherFor(url, proxy),
        method,
        headers: { Accept: 'application/json', ...headers },
        ...(body !== undefined && { body }),
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      })
      const chunks: Uint8Array[] = []
      let length = 0
      for await (const chunk of response.body) {
        length += chunk.length
        if (length > limit)
          throw new GlancerError('too-large', `${new URL(url).host} answered with more than ${Math.round(limit / 1e6)} MB.`, {
            status: response.statusCode,
          })
        chunks.push(chunk)
      }
      return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }
    } catch (error) {
      if (error instanceof GlancerError) throw error
      if (signal?.aborted) throw signal.reason
      if (deadline.aborted)
        throw new GlancerError('timeout', `${new URL(url).host} did not answer within ${timeoutMs / 1000} s.`, { cause: error })
      throw describeNetworkFailure(error, url, proxy)
    }
  }

  return {
    async send(url, asked) {
      let target = url
      for (let hop = 0; hop <= REDIRECTS; hop++) {
        const answer = await once(target, asked)
        const location = answer.headers.location
        // A 300 is the version list of both services, and says so in its body; its Location is not to be followed.
        if (![301, 302, 303, 307, 308].includes(answer.status) || typeof location !== 'string') return answer
        const next = new URL(location, target)
        // A token or a password goes to nobody but the host that it was meant for.
        if (next.origin !== new URL(target).origin) {
          throw new GlancerError('odd-answer', `${new URL(target).host} sends us to another server.`, {
            detail: next.origin,
            status: answer.status,
            remedy: 'Use the address that it names, if you trust it.',
          })
        }
        target = next.href
      }
      throw new GlancerError('odd-answer', `${new URL(url).host} sends us round in a circle.`)
    },
    close: async () => void (await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()))),
  }
}
