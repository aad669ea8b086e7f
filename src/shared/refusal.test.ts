import { describe, expect, test } from 'vitest'
import { readRefusal, retryAfter } from './refusal.ts'

describe('a refusal', () => {
  test.each([
    [400, 'bad-request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [408, 'timeout'],
    [409, 'image-busy'],
    [410, 'gone'],
    [413, 'quota'],
    [415, 'unsupported-format'],
    [418, 'bad-request'],
    [429, 'too-many-requests'],
    [500, 'server-error'],
    [502, 'server-error'],
    [503, 'unavailable'],
    [504, 'server-error'],
    [302, 'odd-answer'],
    [0, 'odd-answer'],
  ])('%i without a word is %s', (status, code) => {
    const { error } = readRefusal(status, {}, '')
    expect(error).toMatchObject({ code, status })
    expect(error.message).toMatch(/^The (cloud|image|store) .*\.$/)
  })

  test('the words of the server are the detail, from text, HTML and JSON alike, without tags', () => {
    const html = '<html><head><title>409 Conflict</title></head><body><h1>409 Conflict</h1>It &lt;is&gt; taken.<br /></body></html>'
    expect(readRefusal(409, {}, html).error.detail).not.toMatch(/<h1>|<br/)
    expect(readRefusal(409, {}, html).error.detail).toContain('taken.')
    expect(readRefusal(403, {}, '{"message": "Image is <b>protected</b>.", "code": "403"}').error.detail).toContain('protected')
    expect(readRefusal(403, {}, '{"message": "x", "code": "403"}').error.detail).not.toContain('{')
    expect(readRefusal(500, {}, 'Traceback: it broke').error.detail).toContain('it broke')
    expect(readRefusal(500, {}, '').error.detail).toBe('500')
  })

  test('JSON of another shape, cut-off JSON and nonsense do no harm', () => {
    for (const body of ['null', '[]', '"text"', '{"message": 5}', '{"message": "cut', '\u0000\ufffd']) {
      expect(readRefusal(500, {}, body).error.code).toBe('server-error')
    }
  })

  test('413 has three meanings', () => {
    const text = (said: string) => `<html><body><h1>413</h1>${said}</body></html>`
    expect(readRefusal(413, {}, text('Image storage media is full: There is not enough disk space')).error.code).toBe('store-full')
    const over = (resource: string): string =>
      readRefusal(413, {}, text(`Project abc is over a limit for [Resource ${resource} due to current usage 2 and delta 1]`)).error.message
    expect(over('image_size_total is over limit of 10')).toMatch(
      /^The images of this project may take 10\.5\sMB in all, and take 2\.10\sMB\.$/,
    )
    expect(over('image_count_total is over limit of 1')).toBe('This project may have 1 image, and has 2.')
    expect(over('image_stage_total is over limit of 1')).toMatch(/staged at a time/)
    expect(over('image_count_uploading is over limit of 3')).toBe('This project may upload 3 images at a time.')
    expect(over('something_new is over limit of 3')).toMatch(/a quota or a size limit is reached/)
    expect(readRefusal(413, {}, text('Project abc is over a limit for [Resource image_count_uploading is over limit]')).error.code).toBe(
      'too-many-requests',
    )
    expect(readRefusal(413, {}, text('The size of the data 12 will exceed the limit. 1 bytes remaining.')).error.code).toBe('quota')
  })

  test('409 for an image that has its data already is a conflict, any other may pass', () => {
    expect(readRefusal(409, {}, 'Image status transition from active to saving is not allowed').error.code).toBe('conflict')
    expect(readRefusal(409, {}, 'Image status transition from saving to saving is not allowed').error.code).toBe('image-busy')
  })

  test('the request id is kept, for whoever runs the cloud', () => {
    expect(readRefusal(500, { 'x-openstack-request-id': 'req-1' }, '').error.requestId).toBe('req-1')
    expect(readRefusal(500, { 'x-openstack-request-id': ['req-2', 'req-3'] }, '').error.requestId).toBe('req-2')
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  test.each([
    [undefined, null],
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    ['99999999999', null],
  ])('%j is %j ms', (value, ms) => {
    expect(retryAfter(value, now)).toBe(ms)
  })

  test('is read from the answer', () => {
    expect(readRefusal(429, { 'retry-after': '3' }, '').retryAfterMs).toBe(3000)
    expect(readRefusal(503, {}, '').retryAfterMs).toBeNull()
  })
})
