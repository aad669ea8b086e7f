import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { readRefusal } from '../../../shared/refusal.ts'
import { readBounded } from './answers.ts'
import { connectOptions } from './connect-options.ts'
import type { Endpoint } from './contract.ts'
import { BLOCK_SIZE, type JobContext } from './job-context.ts'
import { Refused } from './refused.ts'

const HEADERS_TIMEOUT_MS = 120_000

/**
 * GET of an image's data from a byte on. The answer, if it is the one that was asked for; null where a range was asked for and not given exactly so.
 * @param asked.size whole bytes of the image; null where it is not known
 * @throws Refused, GlancerError
 */
export async function askForData(
  asked: { endpoint: Endpoint; size: number | null },
  context: JobContext,
  dispatcher: Dispatcher,
  from: number,
): Promise<Dispatcher.ResponseData | null> {
  const { endpoint, size } = asked
  const response = await request(endpoint.url, {
    dispatcher,
    signal: context.signal,
    headers: { ...endpoint.headers, Accept: 'application/octet-stream', ...(from > 0 && { Range: `bytes=${from}-` }) },
    highWaterMark: BLOCK_SIZE,
  }).catch((error: unknown) => {
    context.signal.throwIfAborted()
    throw describeNetworkFailure(error, endpoint.url, endpoint.proxy)
  })
  response.body.on('error', () => {})
  const { statusCode } = response
  if (from > 0) {
    const wanted = `bytes ${from}-${size === null ? '' : size - 1}`
    const range = header(response, 'content-range') ?? ''
    if (statusCode === 206 && range.startsWith(wanted) && (size === null || range === `${wanted}/${size}`)) return response
    if (statusCode === 200 || statusCode === 206 || statusCode === 400 || statusCode === 416) {
      // Ignored, or answered with other bytes than were asked for: this store has no Range that can be trusted.
      response.body.destroy()
      return null
    }
  } else if (statusCode === 200) {
    return response
  }
  const body = await readBounded(response.body)
  response.body.destroy()
  if (statusCode === 204) {
    const requestId = header(response, 'x-openstack-request-id') ?? undefined
    throw new Refused({
      error: new GlancerError('no-data', 'The cloud has no data for this image.', { status: 204, requestId }),
      retryAfterMs: null,
    })
  }
  throw new Refused(readRefusal(statusCode, response.headers, body))
}

export function dispatcherFor(endpoint: Endpoint): Dispatcher {
  const connect = { timeout: 30_000, ...connectOptions(endpoint) }
  // HTTP/2's default windows halve the rate (measured); a silent body is noticed by the watchdog, which knows of pauses that are our own.
  const options = { allowH2: false, headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: 0, keepAliveTimeout: 1 }
  if (endpoint.proxy !== undefined) return new ProxyAgent({ ...options, uri: endpoint.proxy, connectTimeout: 30_000, requestTls: connect })
  return new Agent({ ...options, connect })
}

export function header(response: Dispatcher.ResponseData | null, name: string): string | null {
  const value = response?.headers[name]
  return typeof value === 'string' ? value : null
}
