/**
 * Every way in which something can go wrong, as far as the page tells them apart. The list is closed: a new code is added here, and the
 * compiler then points at every place that has to know it.
 */
export const errorCodes = [
  // the bridge
  'unknown-command',
  'bad-argument',
  'too-large',
  'not-allowed',
  'internal',
  'closed',
  // signing in
  'not-signed-in',
  'secret-needed',
  'secret-store',
  'sign-in-refused',
  'scope-refused',
  'no-endpoint',
  'clouds-file',
  'identity-unreachable',
  // talking to a cloud
  'unreachable',
  'dns',
  'refused',
  'reset',
  'timeout',
  'stalled',
  'tls',
  'proxy',
  'odd-answer',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'gone',
  'too-many-requests',
  'quota',
  'store-full',
  'unsupported-format',
  'bad-request',
  'server-error',
  'unavailable',
  // images
  'no-data',
  'data-lost',
  'deactivated',
  'protected',
  'image-busy',
  'image-killed',
  'import-failed',
  'source-changed',
  // files and disks
  'file-missing',
  'file-unreadable',
  'file-changed',
  'file-empty',
  'file-not-regular',
  'folder-missing',
  'folder-read-only',
  'target-exists',
  'target-taken',
  'part-changed',
  'disk-full',
  'disk-error',
  // outcomes
  'mismatch',
  'cancelled',
  'interrupted',
] as const

/** One of the codes by which the page tells failures apart. */
export type ErrorCode = (typeof errorCodes)[number]

/**
 * An error as it crosses the bridge (its schema stands in `error-shape.ts`: the threads that move bytes need none, nor the library for it).
 * `message` is a sentence that a person can act on; `detail` is what the other side said, as plain text
 * of bounded length; `requestId` is the cloud's `X-Openstack-Request-Id`; `remedy` says what to do.
 */
export interface ErrorShape {
  code: ErrorCode
  message: string
  detail?: string | undefined
  requestId?: string | undefined
  remedy?: string | undefined
  /** The HTTP status, where an answer of a server is what failed. */
  status?: number | undefined
}

/** What may be said about an error besides its code and sentence. */
export interface ErrorFacts {
  detail?: string | undefined
  requestId?: string | undefined
  remedy?: string | undefined
  status?: number | undefined
  /** The server's `Retry-After`, in milliseconds. Stays on the trusted side. */
  retryAfterMs?: number | undefined
  cause?: unknown
}

const DETAIL_LIMIT = 2000

/** The one error class of the product: carries what `ErrorShape` carries, so that it crosses the bridge and the thread borders whole. */
export class GlancerError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly requestId: string | undefined
  readonly remedy: string | undefined
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'GlancerError'
    this.code = code
    this.detail = facts.detail === undefined ? undefined : plainText(facts.detail)
    this.requestId = facts.requestId
    this.remedy = facts.remedy
    this.status = facts.status
    this.retryAfterMs = facts.retryAfterMs
  }

  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.detail !== undefined && { detail: this.detail }),
      ...(this.requestId !== undefined && { requestId: this.requestId }),
      ...(this.remedy !== undefined && { remedy: this.remedy }),
      ...(this.status !== undefined && { status: this.status }),
    }
  }

  static fromShape(shape: ErrorShape): GlancerError {
    return new GlancerError(shape.code, shape.message, shape)
  }
}

/** Any thrown thing as an error shape. What is not ours becomes `internal`, with its own message as the detail. */
export function toErrorShape(thrown: unknown): ErrorShape {
  if (thrown instanceof GlancerError) return thrown.toShape()
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'internal', message: 'Something in Glancer itself went wrong.', detail: plainText(detail) }
}

/**
 * What a server said, made fit to be shown: tags out (Glance puts `<br />` even into JSON messages), white space folded, length bounded.
 * It is still untrusted text and is only ever shown as text.
 */
export function plainText(text: string): string {
  const flat = text
    .slice(0, 4 * DETAIL_LIMIT)
    .replace(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&#x27;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
  return flat.length > DETAIL_LIMIT ? `${flat.slice(0, DETAIL_LIMIT - 1)}…` : flat
}
