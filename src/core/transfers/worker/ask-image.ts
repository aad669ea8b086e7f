import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { readRefusal } from '../../../shared/refusal.ts'
import type { Endpoint } from './contract.ts'
import { HttpGet } from './http-get.ts'
import type { JobContext } from './job-context.ts'
import { Refused } from './refused.ts'
import { withoutToken } from './without-token.ts'

/** Which bytes of an image are asked for. */
export interface Wanted {
  from: number
  /** Behind the last one; null = to the end. */
  to: number | null
  /** Of the whole image; null where nobody knows it. */
  size: number | null
}

/**
 * Asks for the data of an image, or for a part of it.
 * @param how.over an answer that was read to its end, whose connection may be used again. @param how.signal ends the asking; of the job, if none is given.
 * @returns the answer, or null where a range was asked for and not given exactly so: this store has no Range that can be trusted.
 * @throws Refused for every other answer; GlancerError for a connection that cannot be made, or the reason of the signal.
 */
export async function askImage(
  endpoint: Endpoint,
  wanted: Wanted,
  context: JobContext,
  how: { over?: HttpGet | undefined; signal?: AbortSignal } = {},
): Promise<HttpGet | null> {
  const { over, signal = context.signal } = how
  const isPart = wanted.from > 0 || wanted.to !== null
  const range = `bytes=${wanted.from}-${wanted.to === null ? '' : wanted.to - 1}`
  const headers = { Accept: 'application/octet-stream', ...(isPart && { Range: range }) }
  const asking = over === undefined ? HttpGet.ask(endpoint, headers, signal) : over.askAgain(headers)
  const answer = await context.waitFor('server', asking).catch((error: unknown) => {
    context.signal.throwIfAborted()
    throw describeNetworkFailure(error, endpoint.url, endpoint.proxy)
  })
  const { status } = answer
  if (!isPart && status === 200) return answer
  if (isPart) {
    if (status === 206 && isExactly(wanted, answer)) return answer
    if (status === 200 || status === 206 || status === 400 || status === 416) {
      // Ignored, or answered with other bytes than were asked for.
      answer.destroy()
      return null
    }
  }
  const body = await answer.text()
  answer.destroy()
  if (status === 204) {
    const requestId = answer.headers['x-openstack-request-id']
    throw new Refused({
      error: new GlancerError('no-data', 'The cloud has no data for this image.', { status: 204, requestId }),
      retryAfterMs: null,
    })
  }
  throw new Refused(readRefusal(status, answer.headers, withoutToken(body, endpoint.headers)))
}

function isExactly({ from, to, size }: Wanted, answer: HttpGet): boolean {
  const range = answer.headers['content-range'] ?? ''
  const last = to ?? size
  if (last !== null && answer.length !== null && answer.length !== last - from) return false
  const wanted = `bytes ${from}-${last === null ? '' : last - 1}`
  return size === null ? range.startsWith(wanted) : range === `${wanted}/${size}`
}
