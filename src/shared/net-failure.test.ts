import { describe, expect, test } from 'vitest'
import { GlancerError } from './errors.ts'
import { describeNetworkFailure, isRetryableNetworkCode } from './net-failure.ts'

const URL_WITH_SECRETS = 'https://user:secret@glance.example.org:9292/v2/images/1234/file?token=abc'
const failed = (code: string, message = 'it failed'): Error => Object.assign(new Error(message), { code })

describe('a failed connection', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'stalled'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['HPE_INVALID_CONSTANT', 'odd-answer'],
    ['HPE_SOME_NEW_ONE', 'odd-answer'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
    ['EPROTO', 'tls'],
    ['SOMETHING_ELSE', 'unreachable'],
  ])('%s is %s, and names the host but nothing of the rest of the address', (code, ours) => {
    const error = describeNetworkFailure(failed(code), URL_WITH_SECRETS)
    expect(error.code).toBe(ours)
    expect(error.message).toContain('glance.example.org:9292')
    expect(JSON.stringify(error.toShape())).not.toMatch(/secret|abc|v2\/images/)
  })

  test('is read through causes and aggregates', () => {
    const dns = new TypeError('fetch failed', { cause: failed('ENOTFOUND') })
    expect(describeNetworkFailure(dns, URL_WITH_SECRETS).code).toBe('dns')
    const both = new AggregateError([failed('ECONNREFUSED'), failed('ECONNREFUSED')])
    expect(describeNetworkFailure(both, URL_WITH_SECRETS).code).toBe('refused')
    expect(describeNetworkFailure(new Error('outer', { cause: both }), URL_WITH_SECRETS).code).toBe('refused')
  })

  test('whose causes are a circle ends', () => {
    const error = new Error('round')
    error.cause = error
    expect(describeNetworkFailure(error, URL_WITH_SECRETS).code).toBe('unreachable')
  })

  test('that is ours already stays as it is', () => {
    const ours = new GlancerError('cancelled', 'Stopped.')
    expect(describeNetworkFailure(ours, URL_WITH_SECRETS)).toBe(ours)
  })

  test('at a proxy is the proxy’s', () => {
    const at = (error: unknown) => describeNetworkFailure(error, 'https://glance.example/v2', 'http://ada:s3cret@proxy.example:3128')
    expect(at(new Error('Proxy response (407) !== 200 when HTTP Tunneling'))).toMatchObject({
      code: 'proxy',
      message: 'The proxy proxy.example:3128 wants a name and a password.',
    })
    expect(at(failed('ECONNREFUSED'))).toMatchObject({
      code: 'proxy',
      message: 'The proxy cannot be reached. proxy.example:3128 refused the connection.',
    })
    expect(at(failed('ECONNRESET')).code).toBe('reset')
    expect(at(failed('UND_ERR_HEADERS_TIMEOUT')).code).toBe('timeout')
    expect(at(failed('CERT_HAS_EXPIRED')).message).toBe('The certificate of glance.example has expired.')
    expect(JSON.stringify(at(new Error('via proxy http://ada:s3cret@proxy.example failed')).toShape())).not.toContain('s3cret')
  })

  test.each(['not a url', ''])('with an address that is none (%j) is described all the same', (url) => {
    expect(describeNetworkFailure(failed('ECONNREFUSED'), url).message).toBe('the server refused the connection.')
  })

  test.each([undefined, null, 'text', 7])('that is not even an error (%j) is described all the same', (thrown) => {
    expect(describeNetworkFailure(thrown, URL_WITH_SECRETS).code).toBe('unreachable')
  })
})

test('a certificate or an odd answer is not mended by time; a connection may be', () => {
  expect((['tls', 'odd-answer', 'cancelled', 'disk-full', 'unauthorized'] as const).map(isRetryableNetworkCode)).not.toContain(true)
  expect((['refused', 'dns', 'reset', 'timeout', 'stalled', 'unreachable', 'proxy'] as const).map(isRetryableNetworkCode)).not.toContain(
    false,
  )
})
