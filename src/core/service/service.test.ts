import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, FaultPlan, type ImageService, startImageService } from './index.ts'

let dir = ''
let service: ImageService

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-service-'))
  service = await startImageService({ dataDir: dir, faults: new FaultPlan() })
})

afterEach(async () => {
  await service.close()
  await rm(dir, { recursive: true, force: true })
})

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const data = body instanceof Uint8Array ? Buffer.from(body) : body === undefined ? null : JSON.stringify(body)
  return await fetch(service.url + path, { method, body: data, headers: { 'X-Auth-Token': service.token, ...headers } })
}

async function show(id: string): Promise<Record<string, unknown>> {
  return Object(await (await call('GET', `/v2/images/${id}`)).json())
}

async function create(): Promise<string> {
  const answer = await call('POST', '/v2/images', { name: 'a', disk_format: 'raw', container_format: 'bare' })
  expect(answer.status).toBe(201)
  return String(Object(await answer.json()).id)
}

async function put(id: string, bytes: Uint8Array): Promise<number | 'cut'> {
  try {
    const answer = await call('PUT', `/v2/images/${id}/file`, bytes, { 'Content-Type': 'application/octet-stream' })
    return answer.status
  } catch {
    return 'cut'
  }
}

/** Waits until the image has the status; fails after 5 s. */
async function until(id: string, status: string): Promise<void> {
  await expect.poll(async () => (await show(id)).status, { timeout: 5000, interval: 20 }).toBe(status)
}

function plan(fault: Fault) {
  return service.faults.add(fault)
}

async function get(
  id: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; bytes: Buffer | 'broken'; answer: Response }> {
  const answer = await call('GET', `/v2/images/${id}/file`, undefined, headers)
  const bytes = await answer.arrayBuffer().then(
    (all) => Buffer.from(all),
    () => 'broken' as const,
  )
  return { status: answer.status, bytes, answer }
}

describe('the data of an image', () => {
  it.each([0, 1, 131072, 131073, 3_500_000])('keeps %i bytes with their MD5 and SHA-512', async (size) => {
    const bytes = randomBytes(size)
    const id = await create()
    expect(await put(id, bytes)).toBe(204)
    expect(await show(id)).toMatchObject({
      status: 'active',
      size,
      checksum: createHash('md5').update(bytes).digest('hex'),
      os_hash_algo: 'sha512',
      os_hash_value: createHash('sha512').update(bytes).digest('hex'),
    })
    const got = await get(id)
    expect(got.status).toBe(200)
    expect(got.bytes).toEqual(bytes)
  })

  it('is gone from the folder after a delete', async () => {
    const id = await create()
    await put(id, randomBytes(1000))
    expect((await call('DELETE', `/v2/images/${id}`)).status).toBe(204)
    expect(await readdir(join(dir, 'data', 'disk'))).toEqual([])
    expect((await call('GET', `/v2/images/${id}`)).status).toBe(404)
  })
})

describe('faults of an upload', () => {
  const bytes = randomBytes(2_000_000)

  it('cuts at a byte, as often as told, and leaves the image queued without a file', async () => {
    const id = await create()
    const cut = plan({ on: 'upload', times: 2, action: { kind: 'cut', afterBytes: 700_000 } })
    for (let round = 0; round < 2; round++) {
      expect(await put(id, bytes)).toBe('cut')
      await until(id, 'queued')
      expect(await readdir(join(dir, 'data', 'disk'))).toEqual([])
    }
    expect(cut.struck).toBe(2)
    expect(await put(id, bytes)).toBe(204)
  })

  it('cuts and leaves saving', async () => {
    const id = await create()
    plan({ on: 'upload', times: 1, action: { kind: 'cut', afterBytes: 1000, leave: 'saving' } })
    expect(await put(id, bytes)).toBe('cut')
    await until(id, 'saving')
    expect(await put(id, bytes)).toBe(409)
  })

  it('stays in saving after the whole body', async () => {
    const id = await create()
    plan({ on: 'upload', action: { kind: 'stay-saving', status: 413 } })
    expect(await put(id, bytes)).toBe(413)
    expect((await show(id)).status).toBe('saving')
  })

  it('answers early after some bytes, and goes back to queued', async () => {
    const id = await create()
    plan({ on: 'upload', times: 1, action: { kind: 'answer', status: 503, afterBytes: 500_000, headers: { 'Retry-After': '7' } } })
    const answer = await call('PUT', `/v2/images/${id}/file`, bytes, { 'Content-Type': 'application/octet-stream' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('7')
    expect((await show(id)).status).toBe('queued')
    expect(await put(id, bytes)).toBe(204)
  })

  it('holds the answer until it is let go, still saving', async () => {
    const id = await create()
    const { promise, resolve } = Promise.withResolvers<void>()
    plan({ on: 'upload', action: { kind: 'slow-finish', hold: { until: promise } } })
    const sent = put(id, bytes)
    await until(id, 'saving')
    resolve()
    expect(await sent).toBe(204)
    expect((await show(id)).status).toBe('active')
  })

  it('stores a flipped byte, and says the digest of what it stored', async () => {
    const id = await create()
    plan({ on: 'upload', action: { kind: 'corrupt', byte: 1_234_567 } })
    expect(await put(id, bytes)).toBe(204)
    const wrong = Buffer.from(bytes)
    wrong[1_234_567] = (wrong[1_234_567] ?? 0) ^ 0xff
    expect((await show(id)).checksum).toBe(createHash('md5').update(wrong).digest('hex'))
    expect((await get(id)).bytes).toEqual(wrong)
  })

  it('forgets hashes, or says wrong ones', async () => {
    const [one, two] = [await create(), await create()]
    plan({ imageId: one, action: { kind: 'forget-hash', checksum: true, osHash: true } })
    plan({ imageId: two, action: { kind: 'wrong-hash', checksum: '0'.repeat(32) } })
    await put(one, bytes)
    await put(two, bytes)
    expect(await show(one)).toMatchObject({ status: 'active', checksum: null, os_hash_algo: null, os_hash_value: null })
    expect((await get(one)).answer.headers.has('content-md5')).toBe(false)
    expect((await show(two)).checksum).toBe('0'.repeat(32))
  })

  it('throttles', async () => {
    const id = await create()
    plan({ on: 'upload', action: { kind: 'throttle', bytesPerSecond: 4_000_000 } })
    const start = performance.now()
    expect(await put(id, bytes)).toBe(204)
    expect(performance.now() - start).toBeGreaterThan(400)
  })

  it('throttles until it is let go', async () => {
    const id = await create()
    const { promise, resolve } = Promise.withResolvers<void>()
    plan({ on: 'upload', action: { kind: 'throttle-until', bytesPerSecond: 1000, hold: { until: promise } } })
    const sent = put(id, bytes)
    await until(id, 'saving')
    resolve()
    expect(await sent).toBe(204)
    expect((await get(id)).bytes).toEqual(Buffer.from(bytes))
  })
})

describe('faults of a download', () => {
  const bytes = randomBytes(2_000_000)
  let id = ''

  beforeEach(async () => {
    id = await create()
    await put(id, bytes)
  })

  it('cuts at a byte', async () => {
    plan({ on: 'download', times: 1, action: { kind: 'cut', afterBytes: 900_000 } })
    expect((await get(id)).bytes).toBe('broken')
    expect((await get(id)).bytes).toEqual(bytes)
  })

  it('flips a byte', async () => {
    plan({ on: 'download', action: { kind: 'corrupt', byte: 1_000_001 } })
    const got = (await get(id)).bytes
    expect(got).toHaveLength(bytes.length)
    expect(got).not.toEqual(bytes)
  })

  it('refuses, ignores or misstates a range', async () => {
    const range = { Range: 'bytes=1000-' }
    plan({ on: 'download', times: 1, action: { kind: 'range', how: 'refuse' } })
    expect((await get(id, range)).status).toBe(400)
    plan({ on: 'download', times: 1, action: { kind: 'range', how: 'ignore' } })
    expect((await get(id, range)).status).toBe(200)
    plan({ on: 'download', times: 1, action: { kind: 'range', how: 'wrong-content-range' } })
    expect((await get(id, range)).answer.headers.get('content-range')).toBe('bytes 1001-2000000/2000000')
    const right = await get(id, range)
    expect(right.status).toBe(206)
    expect(right.bytes).toEqual(bytes.subarray(1000))
  })

  it('sends no length, loses the data, goes silent', async () => {
    plan({ on: 'download', times: 1, action: { kind: 'no-length' } })
    const chunked = await get(id)
    expect(chunked.answer.headers.has('content-length')).toBe(false)
    expect(chunked.bytes).toEqual(bytes)
    plan({ on: 'download', times: 1, action: { kind: 'lose-data' } })
    expect((await get(id)).status).toBe(204)
    plan({ on: 'download', times: 1, action: { kind: 'silence', afterBytes: 10_000 } })
    const answer = await fetch(`${service.url}/v2/images/${id}/file`, { headers: { 'X-Auth-Token': service.token } })
    const reader = answer.body?.getReader()
    let got = 0
    while (got < 10_000) got += (await reader?.read())?.value?.byteLength ?? 0
    const more = await Promise.race([reader?.read(), new Promise((resolve) => setTimeout(resolve, 100, 'silence'))])
    expect(got).toBe(10_000)
    expect(more).toBe('silence')
    await reader?.cancel().catch(() => {})
  })
})

describe('faults of any request', () => {
  it('refuses the token after so many requests', async () => {
    plan({ after: 1, action: { kind: 'refuse-token' } })
    expect((await call('GET', '/v2/images')).status).toBe(200)
    expect((await call('GET', '/v2/images')).status).toBe(401)
  })

  it('answers HTML where JSON is wanted', async () => {
    plan({ on: 'list', action: { kind: 'answer', status: 200, body: '<html>a proxy</html>' } })
    expect(await (await call('GET', '/v2/images')).text()).toBe('<html>a proxy</html>')
  })

  it('delays until let go', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    plan({ on: 'list', action: { kind: 'delay', hold: { until: promise } } })
    let over = false
    const list = call('GET', '/v2/images').then((answer) => {
      over = true
      return answer.status
    })
    await call('GET', '/v2/info/stores')
    expect(over).toBe(false)
    resolve()
    expect(await list).toBe(200)
  })
})
