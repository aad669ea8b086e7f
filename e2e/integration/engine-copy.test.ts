import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/core/transfers/engine/index.ts'
import type { CopyJob } from '../../src/core/transfers/worker/contract.ts'
import { GlancerError } from '../../src/shared/errors.ts'
import { ByteServer, type Exchange } from './support/byte-server.ts'
import { copyJob, realEngine, run } from './support/engine.ts'

/** Copies between two servers that do what they like: every byte at the far end, or no image there and the right word for why not. */

const BLOCK = 1024 * 1024
let engine: Engine
let source: ByteServer
let target: ByteServer

beforeAll(() => {
  engine = realEngine()
})
afterAll(() => engine.close())
beforeEach(async () => {
  source = await ByteServer.start()
  target = await ByteServer.start()
})
afterEach(async () => {
  await Promise.all([source.close(), target.close()])
  expect(source.failure).toBeNull()
  expect(target.failure).toBeNull()
  expect(engine.stats().running).toBe(0)
})

const hashOf = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex')
const digestsOf = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(['md5', 'sha512', 'sha256'].map((name) => [name, hashOf(name, bytes)]))
const job = (bytes: Uint8Array, changes: Partial<CopyJob> = {}): CopyJob => copyJob(source.url, target.url, bytes.length, changes)
/** What the core says when it has looked and the image is the same. */
const stillThere = async () => ({ url: source.url, headers: { 'X-Auth-Token': 'from-2' } })

/** What the target got, as far as it got it; `whole` = the body was as long as announced. */
function takeAll(stall: () => number = () => 0): { body: Buffer[]; whole: boolean } {
  const taken = { body: [] as Buffer[], whole: false }
  target.serve(async (exchange) => {
    await exchange.write('HTTP/1.1 100 Continue\r\n\r\n')
    const got = await exchange.readExactly(exchange.contentLength, async (chunk) => {
      taken.body.push(Buffer.from(chunk))
      const ms = stall()
      if (ms > 0) await pause(ms)
    })
    taken.whole = got === exchange.contentLength
    if (taken.whole) await exchange.answer(204, { 'x-openstack-request-id': 'req-to' })
  })
  return taken
}

/** Sends pieces with pauses in between, then does `rest`; a request with Range gets what it asks for. @param cuts where each answer ends. */
function give(bytes: Uint8Array, cuts: number[] = [], rest: (exchange: Exchange) => void = ({ socket }) => socket.destroy()): string[] {
  const asked: string[] = []
  source.serve(async (exchange) => {
    const range = exchange.headers.get('range')
    asked.push(`${exchange.headers.get('x-auth-token')} ${range ?? 'whole'}`)
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const headers = { 'Content-Length': bytes.length - from, 'Content-MD5': hashOf('md5', bytes), 'x-openstack-request-id': 'req-from' }
    await exchange.answer(
      range === undefined ? 200 : 206,
      range === undefined ? headers : { ...headers, 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` },
    )
    const cut = cuts.shift() ?? bytes.length
    for (let at = from; at < cut; at += 300_000) await exchange.write(bytes.subarray(at, Math.min(cut, at + 300_000)))
    if (cut < bytes.length) rest(exchange)
  })
  return asked
}

describe('every byte arrives', () => {
  test.each([1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 65_537, 1_299_709, 8 * BLOCK, 8 * BLOCK + 1, 15_485_863])('of %i', async (size) => {
    const bytes = randomBytes(size)
    const taken = takeAll()
    give(bytes)
    const finished = await run(engine, job(bytes, { expected: { md5: hashOf('md5', bytes), sha512: hashOf('sha512', bytes) } }))
    expect(finished).toMatchObject({
      type: 'done',
      result: { kind: 'copy', bytes: size, digests: digestsOf(bytes), requestId: 'req-to', sourceRequestId: 'req-from', rangeWorked: null },
    })
    expect(Buffer.concat(taken.body).equals(bytes)).toBe(true)
  })

  test('whatever the size, whoever stalls where, and wherever the source breaks off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 24 * BLOCK }),
        fc.infiniteStream(fc.integer({ min: -200, max: 8 })),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        fc.array(fc.option(fc.integer({ min: 30_000_000, max: 400_000_000 })), { maxLength: 6 }),
        async (size, stalls, breaks, rates) => {
          const bytes = randomBytes(size)
          const taken = takeAll(() => stalls.next().value)
          const cuts = breaks.map((part) => Math.floor(part * size)).sort((a, b) => a - b)
          give(bytes, [...cuts])
          const left = [...rates]
          const limit = (running: { setRate(rate: number | null): void }): void => {
            const rate = left.shift()
            if (rate !== undefined) running.setRate(rate)
          }
          const finished = await run(engine, job(bytes), limit, stillThere)
          expect(finished).toMatchObject({ type: 'done', result: { digests: digestsOf(bytes) } })
          expect(Buffer.concat(taken.body).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 6 },
    )
  })

  test('also when the target reads nothing until every buffer on the way is full, and then nothing more is read from the source', async () => {
    const bytes = randomBytes(64 * BLOCK)
    give(bytes)
    const body: Buffer[] = []
    let asked = 0
    target.serve(async (exchange) => {
      await exchange.write('HTTP/1.1 100 Continue\r\n\r\n')
      await pause(700)
      asked = source.bytesOut
      await exchange.readExactly(exchange.contentLength, (chunk) => void body.push(Buffer.from(chunk)))
      await exchange.answer(204)
    })
    expect((await run(engine, job(bytes))).type).toBe('done')
    expect(Buffer.concat(body).equals(bytes)).toBe(true)
    // The ring, one answer's buffer, and what the kernel holds of two connections.
    expect(asked).toBeLessThan(40 * BLOCK)
  })
})

describe('a source that breaks off', () => {
  const bytes = randomBytes(12 * BLOCK + 17)

  test.each([1, BLOCK, 5_000_000, bytes.length - 1])(
    'after %i bytes is asked for the rest, in the same PUT, with a fresh token',
    async (cut) => {
      const taken = takeAll()
      const asked = give(bytes, [cut])
      const lost: number[] = []
      const finished = await run(engine, job(bytes), undefined, async ({ bytes: came, error }) => {
        expect(error.code).toBe('reset')
        lost.push(came)
        return await stillThere()
      })
      expect(finished).toMatchObject({ type: 'done', result: { digests: digestsOf(bytes), rangeWorked: true } })
      expect(target.requests).toBe(1)
      // What came before is not asked for again; of the first, nothing may have been read yet.
      expect(asked).toEqual(['from whole', lost[0] === 0 ? 'from-2 whole' : `from-2 bytes=${lost[0]}-`])
      expect(Buffer.concat(taken.body).equals(bytes)).toBe(true)
    },
  )

  test('between two chunks of an answer without a length, as a cache sends it, loses and invents nothing', async () => {
    const taken = takeAll()
    source.serve(async (exchange) => {
      const from = Number(/^bytes=(\d+)-$/.exec(exchange.headers.get('range') ?? '')?.[1] ?? 0)
      const range = `Content-Range: bytes ${from}-${bytes.length - 1}/${bytes.length}\r\n`
      await exchange.write(`HTTP/1.1 ${from > 0 ? `206 Some\r\n${range}` : '200 OK\r\n'}Transfer-Encoding: chunked\r\n\r\n`)
      for (let at = from; at < bytes.length; at += 700_000) {
        const chunk = bytes.subarray(at, at + 700_000)
        await exchange.write(`${chunk.length.toString(16)}\r\n`)
        await exchange.write(chunk)
        await exchange.write('\r\n')
        if (source.requests < 4) {
          // What came is read before the end of the connection is.
          await pause(30)
          exchange.socket.destroy()
          return
        }
      }
      await exchange.write('0\r\n\r\n')
    })
    const finished = await run(engine, job(bytes), undefined, stillThere)
    expect(finished).toMatchObject({ type: 'done', result: { digests: digestsOf(bytes) } })
    expect(Buffer.concat(taken.body).equals(bytes)).toBe(true)
  })

  test('and then says nothing for half of the patience is asked again as well', async () => {
    takeAll()
    give(bytes, [5_000_000], () => {})
    const finished = await run(engine, job(bytes, { stallTimeoutMs: 1500 }), undefined, stillThere)
    expect(finished).toMatchObject({ type: 'done', result: { digests: digestsOf(bytes) } })
  })

  test('seven times goes on seven times, as long as it brings something in between', async () => {
    const large = randomBytes(64 * BLOCK)
    const taken = takeAll()
    const asked = give(
      large,
      [1, 2, 3, 4, 5, 6, 7].map((n) => n * 9 * BLOCK),
    )
    expect(await run(engine, job(large), undefined, stillThere)).toMatchObject({ type: 'done', result: { digests: digestsOf(large) } })
    expect(asked.length).toBe(8)
    expect(Buffer.concat(taken.body).equals(large)).toBe(true)
  })

  const refusals: [string, (exchange: Exchange) => Promise<void>][] = [
    ['answers with everything', (exchange) => exchange.answer(200, { 'Content-Length': bytes.length })],
    ['says 400', (exchange) => exchange.answer(400)],
    ['says 416', (exchange) => exchange.answer(416)],
    [
      'gives other bytes than were asked for',
      (exchange) => exchange.answer(206, { 'Content-Length': 9, 'Content-Range': `bytes 7-${bytes.length - 1}/${bytes.length}` }),
    ],
    [
      'says that the image is longer now',
      (exchange) => exchange.answer(206, { 'Content-Length': 9, 'Content-Range': `bytes 5000000-${bytes.length}/${bytes.length + 1}` }),
    ],
  ]
  test.each(refusals)('and %s when asked for the rest never becomes an image', async (_, answer) => {
    const taken = takeAll()
    source.serve(async (exchange) => {
      if (exchange.headers.get('range') !== undefined) return await answer(exchange)
      await exchange.answer(200, { 'Content-Length': bytes.length })
      await exchange.write(bytes.subarray(0, 5_000_000))
      exchange.socket.destroy()
    })
    const finished = await run(engine, job(bytes), undefined, stillThere)
    expect(finished).toMatchObject({ type: 'failed', side: 'source', rangeWorked: false, error: { code: 'reset' } })
    expect(taken.whole).toBe(false)
  })

  test('and has other data now never becomes an image', async () => {
    const taken = takeAll()
    give(bytes, [5_000_000], (exchange) => {
      give(randomBytes(bytes.length))
      exchange.socket.destroy()
    })
    const finished = await run(engine, job(bytes), undefined, stillThere)
    expect(finished).toMatchObject({ type: 'failed', side: 'source', error: { code: 'source-changed' } })
    expect(taken.whole).toBe(false)
  })

  test('whose image is gone, as the core found, ends with that', async () => {
    const taken = takeAll()
    give(bytes, [5_000_000])
    const finished = await run(engine, job(bytes), undefined, async () => {
      throw new GlancerError('source-changed', 'It was deleted.')
    })
    expect(finished).toMatchObject({ type: 'failed', side: 'source', error: { code: 'source-changed', message: 'It was deleted.' } })
    expect(taken.whole).toBe(false)
  })

  test('where Range is known to fail fails as it broke', async () => {
    const taken = takeAll()
    give(bytes, [5_000_000])
    const without = await run(engine, job(bytes, { rangeAllowed: false }), undefined, stillThere)
    expect(without).toMatchObject({ type: 'failed', side: 'source', error: { code: 'reset' } })
    expect(taken.whole).toBe(false)
  })

  test('again and again without a byte is given up', async () => {
    const taken = takeAll()
    give(bytes, [5_000_000])
    const finished = await run(engine, job(bytes, { stallTimeoutMs: 2500 }), undefined, async () => {
      throw new GlancerError('refused', 'Nobody is there.')
    })
    expect(finished).toMatchObject({ type: 'failed', side: 'source', answered: false })
    expect(taken.whole).toBe(false)
  })
})

describe('what is not the image never becomes one', () => {
  test.each([1, BLOCK + 1, 9_000_000])('altered on the way from the source, of %i bytes', async (size) => {
    const bytes = randomBytes(size)
    const expected = digestsOf(bytes)
    const taken = takeAll()
    bytes[size >> 1] = (bytes[size >> 1] ?? 0) ^ 1
    source.serve(async (exchange) => {
      await exchange.answer(200, { 'Content-Length': size })
      await exchange.write(bytes)
    })
    const finished = await run(engine, job(bytes, { expected }))
    expect(finished).toMatchObject({ type: 'failed', side: 'source', error: { code: 'mismatch' } })
    expect(taken.whole).toBe(false)
  })

  test.each([-1, 1])('%i byte more than the record says', async (more) => {
    const bytes = randomBytes(9_000_000)
    const taken = takeAll()
    source.serve(async (exchange) => {
      // As Glance's cache does it: no length, the end is where it ends.
      await exchange.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')
      await exchange.write(bytes)
      exchange.socket.end()
    })
    const finished = await run(engine, copyJob(source.url, target.url, bytes.length - more, { rangeAllowed: false }))
    expect(finished).toMatchObject({ type: 'failed', side: 'source', error: { code: more > 0 ? 'odd-answer' : 'reset' } })
    expect(taken.whole).toBe(false)
  })

  test('an answer that announces another length is not begun', async () => {
    const bytes = randomBytes(BLOCK)
    give(bytes)
    const finished = await run(engine, copyJob(source.url, target.url, BLOCK + 1))
    expect(finished).toMatchObject({ type: 'failed', side: 'source', error: { code: 'odd-answer' } })
    expect(target.requests).toBe(0)
  })
})

describe('refusals', () => {
  const bytes = randomBytes(24 * BLOCK)
  test.each([401, 403, 404, 503])('of the source with %i leave the target untouched', async (status) => {
    source.serve((exchange) => exchange.answer(status, { 'Retry-After': 9 }))
    const finished = await run(engine, job(bytes))
    expect(finished).toMatchObject({ type: 'failed', side: 'source', answered: true, retryAfterMs: 9000, error: { status } })
    expect(target.requests).toBe(0)
  })

  test.each([0, 1, 2 * BLOCK, bytes.length - 1])('of the target after %i bytes are told, and stop the source', async (after) => {
    give(bytes)
    target.serve(async (exchange) => {
      if (after > 0) await exchange.readExactly(after)
      await exchange.answer(413, {}, '{"message": "Quota exceeded"}')
    })
    const finished = await run(engine, job(bytes))
    expect(finished).toMatchObject({ type: 'failed', side: 'target', answered: true, error: { code: 'quota', status: 413 } })
    await expect.poll(() => source.connections).toBe(0)
  })

  test('of the target are heard also while the source says nothing', async () => {
    give(bytes, [BLOCK], () => {})
    target.serve(async (exchange) => {
      await exchange.write('HTTP/1.1 100 Continue\r\n\r\n')
      await exchange.readExactly(BLOCK)
      await exchange.answer(410)
    })
    expect(await run(engine, job(bytes))).toMatchObject({ type: 'failed', side: 'target', answered: true, error: { code: 'gone' } })
  })

  test('a target that is gone is a reset, on its side', async () => {
    give(bytes)
    target.serve(async (exchange) => {
      await exchange.readExactly(BLOCK)
      exchange.socket.resetAndDestroy()
    })
    expect(await run(engine, job(bytes))).toMatchObject({ type: 'failed', side: 'target', answered: false, error: { code: 'reset' } })
  })

  test('a target that stops reading is given up, and named', async () => {
    give(bytes)
    target.serve(async (exchange) => void (await exchange.readExactly(3 * BLOCK)))
    const finished = await run(engine, job(bytes, { stallTimeoutMs: 1000 }))
    expect(finished).toMatchObject({ type: 'failed', side: 'target', answered: false, error: { code: 'stalled' } })
    if (finished.type === 'failed') expect(finished.error.message).toContain(new URL(target.url).host)
  })
})

describe('while it runs', () => {
  const bytes = randomBytes(24 * BLOCK)

  test.each([0, 1, 4_000_000, 20_000_000])('a cancel after %i bytes lets go of both sides', async (after) => {
    const taken = takeAll()
    give(bytes)
    const finished = await run(engine, job(bytes, { rate: 60_000_000 }), (running, done) => {
      if (done >= after) running.cancel()
    })
    expect(finished.type).toBe('cancelled')
    expect(taken.whole).toBe(false)
    await expect.poll(() => source.connections + target.connections).toBe(0)
  })

  test('the rate holds, and is what limits', async () => {
    takeAll()
    give(bytes)
    const from = performance.now()
    const finished = await run(engine, job(bytes, { rate: 12 * BLOCK }))
    const seconds = (performance.now() - from) / 1000
    expect(seconds).toBeGreaterThan(1.6)
    if (finished.type === 'done') expect(finished.result.waits.rate).toBeGreaterThan(finished.result.waits.source)
    else throw new Error(JSON.stringify(finished))
  })

  test('a slow source and a slow target are told apart', async () => {
    takeAll()
    source.serve(async (exchange) => {
      await exchange.answer(200, { 'Content-Length': bytes.length })
      for (let at = 0; at < bytes.length; at += 2 * BLOCK) {
        await pause(60)
        await exchange.write(bytes.subarray(at, at + 2 * BLOCK))
      }
    })
    const slowSource = await run(engine, job(bytes))
    if (slowSource.type !== 'done') throw new Error(JSON.stringify(slowSource))
    expect(slowSource.result.waits.source).toBeGreaterThan(slowSource.result.waits.network)
    takeAll(() => 30)
    give(bytes)
    const slowTarget = await run(engine, job(bytes))
    if (slowTarget.type !== 'done') throw new Error(JSON.stringify(slowTarget))
    expect(slowTarget.result.waits.network).toBeGreaterThan(slowTarget.result.waits.source)
  })
})
