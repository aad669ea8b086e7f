import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici'
import { GlancerError } from '../../shared/errors.ts'
import { describeNetworkFailure } from '../../shared/net-failure.ts'

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

/** @param env for the proxy: `https_proxy`, `http_proxy`, `no_proxy` and their capital forms. */
export function createHttp(tls: TlsSettings, env: Readonly<Record<string, string | undefined>>): Http {
  const connect = {
    timeout: 15_000,
    rejectUnauthorized: tls.verify,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
  }
  const options = { allowH2: false, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, connect }
  const proxies = proxySettings(env)
  const dispatcher: Dispatcher =
    proxies.httpProxy === '' && proxies.httpsProxy === ''
      ? new Agent(options)
      : new EnvHttpProxyAgent({ ...options, requestTls: connect, ...proxies })

  const once = async (url: string, { method, headers, body, signal, limit = DEFAULT_LIMIT }: HttpRequest): Promise<HttpAnswer> => {
    const deadline = AbortSignal.timeout(TIMEOUT_MS)
    try {
      const response = await request(url, {
        dispatcher,
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
        throw new GlancerError('timeout', `${new URL(url).host} did not answer within ${TIMEOUT_MS / 1000} s.`, { cause: error })
      throw describeNetworkFailure(error, url)
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
    close: () => dispatcher.destroy(),
  }
}

function proxySettings(env: Readonly<Record<string, string | undefined>>): { httpProxy: string; httpsProxy: string; noProxy: string } {
  return {
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  }
}

/** The proxy for image data to this address, or undefined: the same rules as undici's, for the worker that opens its own connection. */
export function proxyFor(url: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { httpProxy, httpsProxy, noProxy } = proxySettings(env)
  const { protocol, hostname, port } = new URL(url)
  const proxy = protocol === 'https:' ? httpsProxy : httpProxy
  if (proxy === '') return undefined
  for (const entry of noProxy.split(/[\s,]+/).filter((part) => part !== '')) {
    if (entry === '*') return undefined
    const [host = '', entryPort] = entry.split(':')
    const name = host.replace(/^\*?\./, '').toLowerCase()
    if (entryPort !== undefined && entryPort !== (port || (protocol === 'https:' ? '443' : '80'))) continue
    if (hostname.toLowerCase() === name || hostname.toLowerCase().endsWith(`.${name}`)) return undefined
  }
  return proxy
}
