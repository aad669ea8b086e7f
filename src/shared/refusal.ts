import { type ErrorCode, GlancerError, plainText } from './errors.ts'
import { formatBytes } from './units.ts'

/** An answer of the server that is not what was asked for. */
export interface Refusal {
  error: GlancerError
  retryAfterMs: number | null
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  408: 'timeout',
  409: 'image-busy',
  410: 'gone',
  413: 'quota',
  415: 'unsupported-format',
  425: 'unavailable',
  429: 'too-many-requests',
  503: 'unavailable',
}

const sentences: Partial<Record<ErrorCode, string>> = {
  'bad-request': 'The cloud refused the request.',
  unauthorized: 'The cloud does not accept the sign-in any more.',
  forbidden: 'The cloud does not allow this.',
  'not-found': 'The cloud has no such image.',
  timeout: 'The cloud gave up waiting.',
  'image-busy': 'The image is not in a state in which it takes data.',
  gone: 'The image was deleted while it was being uploaded.',
  quota: 'The cloud takes no more: a quota or a size limit is reached.',
  'store-full': 'The store of the cloud is full.',
  'unsupported-format': 'The cloud does not take this format.',
  unavailable: 'The cloud is not available at the moment.',
  'too-many-requests': 'The cloud asks for a pause.',
  'server-error': 'The cloud failed while it worked on this.',
  'odd-answer': 'The cloud answered with something unexpected.',
}

const remedies: Partial<Record<ErrorCode, string>> = {
  quota: 'Delete images that you no longer need, or ask who runs the cloud for more room.',
  'store-full': 'Ask who runs the cloud for more room, or choose another store.',
  gone: 'Upload it again if it was not deleted on purpose.',
  'unsupported-format': 'See what the first bytes of the file say, and choose that disk format.',
  forbidden: 'Ask who runs the cloud for the role that may do this.',
}

/**
 * An error answer of the Image API, from its status, headers and the beginning of its body (text, JSON or HTML, as the server likes).
 * Two refusals share 413: the store that is full, and a limit of parallel uploads, which passes by itself (both observed on Glance 25.1).
 */
export function readRefusal(status: number, headers: Headers, body: string): Refusal {
  const said = messageIn(body)
  const requestId = one(headers['x-openstack-request-id'])
  let code: ErrorCode = byStatus[status] ?? (status >= 500 ? 'server-error' : status >= 400 ? 'bad-request' : 'odd-answer')
  if (status === 413 && /image_count_uploading/.test(said)) code = 'too-many-requests'
  else if (status === 413 && /storage media is full|not enough disk space/i.test(said)) code = 'store-full'
  else if (status === 409 && /from (active|deactivated|uploading|importing)/.test(said)) code = 'conflict'
  const limit = status === 413 ? limitWords(said) : null
  const usual = code === 'conflict' ? 'The image already has data, so it takes none.' : (sentences[code] ?? sentences['odd-answer'] ?? '')
  const retryAfterMs = retryAfter(one(headers['retry-after']))
  return {
    error: new GlancerError(code, limit ?? usual, {
      status,
      retryAfterMs: retryAfterMs ?? undefined,
      requestId,
      remedy: remedies[code],
      detail: `${status}${said === '' ? '' : `: ${said}`}`,
    }),
    retryAfterMs,
  }
}

/** Which limit of Keystone's it is, in words, from the sentence of oslo.limit (observed on Glance 25.1). Glance counts data in MiB. */
function limitWords(said: string): string | null {
  const [, name, most = '', used = ''] = /Resource (\w+) is over limit of (\d+) due to current usage (\d+)/.exec(said) ?? []
  const data = (mib: string): string => formatBytes(Number(mib) * 1024 * 1024)
  const images = (count: string): string => `${count} ${count === '1' ? 'image' : 'images'}`
  switch (name) {
    case 'image_size_total':
      return `The images of this project may take ${data(most)} in all, and take ${data(used)}.`
    case 'image_stage_total':
      return `This project may have ${data(most)} staged at a time, and has ${data(used)}.`
    case 'image_count_total':
      return `This project may have ${images(most)}, and has ${used}.`
    case 'image_count_uploading':
      return `This project may upload ${images(most)} at a time.`
    default:
      return null
  }
}

/** `Retry-After` in milliseconds: seconds, or a date. Null where there is none, or nonsense. */
export function retryAfter(value: string | undefined, now: number = Date.now()): number | null {
  if (value === undefined) return null
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

function messageIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string')
      return plainText(parsed.message)
  } catch {
    // Not JSON; it is text or HTML then.
  }
  return plainText(body)
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
