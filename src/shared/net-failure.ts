import { type ErrorCode, GlancerError } from './errors.ts'

/** Node's, undici's and OpenSSL's codes for what can go wrong between here and a server, as ours. */
const byCode: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'stalled',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  UND_ERR_PRX_TLS: 'proxy',
  HPE_INVALID_CONSTANT: 'odd-answer',
  HPE_HEADER_OVERFLOW: 'odd-answer',
  UND_ERR_HEADERS_OVERFLOW: 'odd-answer',
}

const tlsCode =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_|ERROR_IN_CERT|CRL_)/

const sentences: Partial<Record<ErrorCode, (where: string) => string>> = {
  refused: (where) => `${where} refused the connection.`,
  dns: (where) => `The name of ${where} was not found.`,
  reset: (where) => `The connection to ${where} was reset.`,
  timeout: (where) => `${where} did not answer in time.`,
  stalled: (where) => `No byte moved between here and ${where} for too long.`,
  unreachable: (where) => `${where} cannot be reached from here.`,
  proxy: (where) => `The proxy did not connect to ${where}.`,
  'odd-answer': (where) => `${where} answered with something that is not HTTP.`,
}

const remedies: Partial<Record<ErrorCode, string>> = {
  refused: 'See that the service runs, and that address and port are right.',
  dns: 'See that the address is spelt right and that this computer is online.',
  unreachable: 'See that this computer is online, and in the right network or VPN.',
  proxy: 'See the proxy settings in the environment (https_proxy, no_proxy).',
}

/**
 * A failed connection as an error for people: names host and port, never a whole URL (which may hold what is nobody's business).
 * @param error what was thrown; causes and aggregates are looked through.
 * @param proxy through which the connection went: then whoever cannot be reached is the proxy
 */
export function describeNetworkFailure(error: unknown, url: string, proxy?: string): GlancerError {
  if (error instanceof GlancerError) return error
  const where = hostOf(url)
  const { code, message } = firstCode(error)
  if (code !== undefined && tlsCode.test(code)) return tlsFailure(code, message, where, error)
  // undici's parser of HTTP has no code where the answer does not even begin as one.
  const isNoHttp = code?.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError')
  const ours = (code === undefined ? undefined : byCode[code]) ?? (isNoHttp ? 'odd-answer' : 'unreachable')
  if (proxy !== undefined) {
    const failure = proxyFailure(ours, code, message, where, hostOf(proxy), error)
    if (failure !== null) return failure
  }
  const sentence = sentences[ours]?.(where) ?? `${where} cannot be reached.`
  return new GlancerError(ours, sentence, {
    detail: code === undefined ? message : `${code}: ${message}`,
    remedy: remedies[ours],
    cause: error,
  })
}

const notReached: ReadonlySet<ErrorCode> = new Set(['refused', 'dns', 'timeout', 'unreachable'])

/** Null where it was not the proxy's fault. What the proxy said is told by its status only: its address may hold a password. */
function proxyFailure(
  ours: ErrorCode,
  code: string | undefined,
  message: string,
  where: string,
  proxy: string,
  cause: unknown,
): GlancerError | null {
  const status = /(?:\bHTTP\/1\.\d |\bresponse \()([45]\d\d)\b/i.exec(message)?.[1]
  if (status === '407') {
    return new GlancerError('proxy', `The proxy ${proxy} wants a name and a password.`, {
      detail: 'It answered with 407.',
      remedy: 'Write them into https_proxy, as http://name:password@host:port.',
      cause,
    })
  }
  if (status !== undefined || code === 'ERR_PROXY_TUNNEL' || /proxy/i.test(message) || ours === 'proxy') {
    return new GlancerError('proxy', `The proxy ${proxy} did not connect to ${where}.`, {
      detail: status === undefined ? undefined : `It answered with ${status}.`,
      remedy: remedies.proxy,
      cause,
    })
  }
  // Who is slow to answer once there is a connection is the cloud.
  if (!notReached.has(ours) || code === undefined || code === 'UND_ERR_HEADERS_TIMEOUT') return null
  return new GlancerError('proxy', `The proxy cannot be reached. ${sentences[ours]?.(proxy) ?? ''}`.trim(), {
    detail: code,
    remedy: remedies.proxy,
    cause,
  })
}

function tlsFailure(code: string, message: string, where: string, cause: unknown): GlancerError {
  const facts = { detail: `${code}: ${message}`, cause }
  if (code === 'CERT_HAS_EXPIRED')
    return new GlancerError('tls', `The certificate of ${where} has expired.`, { ...facts, remedy: 'Ask who runs it for a new one.' })
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return new GlancerError('tls', `The certificate of ${where} is for another name.`, {
      ...facts,
      remedy: 'See that the address is the one that the certificate names.',
    })
  }
  if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|DEPTH_ZERO/.test(code)) {
    return new GlancerError('tls', `The certificate of ${where} is signed by nobody whom this computer trusts.`, {
      ...facts,
      remedy: 'Name the CA file of this cloud: in its form, or as cacert in clouds.yaml.',
    })
  }
  return new GlancerError('tls', `No secure connection to ${where} could be made.`, facts)
}

/** True for failures that time may mend by itself. */
export function isRetryableNetworkCode(code: ErrorCode): boolean {
  return (
    code === 'refused' ||
    code === 'dns' ||
    code === 'reset' ||
    code === 'timeout' ||
    code === 'stalled' ||
    code === 'unreachable' ||
    code === 'proxy'
  )
}

function hostOf(url: string): string {
  try {
    const { host } = new URL(url)
    return host || 'the server'
  } catch {
    return 'the server'
  }
}

/** The first code on the way down through causes and aggregates, with its message. */
function firstCode(error: unknown, depth = 0): { code: string | undefined; message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) }
  if ('code' in error && typeof error.code === 'string') return { code: error.code, message: error.message }
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  if (inner !== undefined && depth < 5) {
    const found = firstCode(inner, depth + 1)
    if (found.code !== undefined) return found
  }
  return { code: undefined, message: error.message }
}
