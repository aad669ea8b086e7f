import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/core/transfers/engine/index.ts'
import { ByteServer, type Exchange } from './support/byte-server.ts'
import { downloadJob, realEngine, run } from './support/engine.ts'

/** The engine's downloads from a server that does what it likes: the part file is right to the byte, or the right word says why not. */

const BLOCK = 1024 * 1024
let engine: Engine
let server: ByteServer
let dir: string
let part: string

beforeAll(async () => {
  engine = realEngine()
  dir = await mkdtemp(join(tmpdir(), 'glancer-engine-'))
  part = join(dir, 'disk.raw.part')
})
afterAll(async () => {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  server = await ByteServer.start()
})
afterEach(async () => {
  await server.close()
  await rm(part, { force: true })
  expect(server.failure).toBeNull()
  expect(engine.stats().running).toBe(0)
})

const hashOf = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex')
const both = (bytes: Uint8Array) => ({ md5: hashOf('md5', bytes), sha512: hashOf('sha512', bytes) })

/** Sends the image in pieces. @param stall asked before each for how many milliseconds to send nothing. */
function give(bytes: Buffer, pieceSize = 65_536, stall: () => number = () => 0): void {
  server.serve(async (exchange) => {
    await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\nContent-MD5: ${hashOf('md5', bytes)}\r\n\r\n`)
    for (let at = 0; at < bytes.length; at += pieceSize) {
      const ms = stall()
      if (ms > 0) await pause(ms)
      await exchange.write(bytes.subarray(at, at + pieceSize))
    }
  })
}

/** Random bytes with runs of zeros, as disks have them. */
function someDisk(size: number): Buffer {
  const bytes = randomBytes(size)
  for (let at = BLOCK; at < size; at += 3 * BLOCK) bytes.fill(0, at, Math.min(size, at + BLOCK + 700_001))
  return bytes
}

describe('every byte is there', () => {
  test.each([1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 65_537, 1_299_709, 8 * BLOCK, 8 * BLOCK + 1, 15_485_863])('of %i', async (size) => {
    const bytes = someDisk(size)
    give(bytes)
    const finished = await run(engine, downloadJob(server.url, part, { size }))
    expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests: both(bytes), contentMd5: hashOf('md5', bytes) } })
    expect((await readFile(part)).equals(bytes)).toBe(true)
  })

  test('whatever the size, in whatever pieces, and whoever stalls where', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 1, max: 4 * BLOCK }), fc.integer({ min: 9 * BLOCK, max: 24 * BLOCK })),
        fc.constantFrom(1447, 4096, 65_536, 70_001, 3 * BLOCK),
        fc.infiniteStream(fc.integer({ min: -300, max: 8 })),
        fc.array(fc.option(fc.integer({ min: 30_000_000, max: 400_000_000 })), { maxLength: 6 }),
        async (size, piece, stalls, rates) => {
          const bytes = someDisk(size)
          give(bytes, piece, () => stalls.next().value)
          const left = [...rates]
          const finished = await run(engine, downloadJob(server.url, part, { size }), (running) => {
            const rate = left.shift()
            if (rate !== undefined) running.setRate(rate)
          })
          expect(finished).toMatchObject({ type: 'done', result: { digests: both(bytes) } })
          expect((await readFile(part)).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('of 3 GiB of zeros with a few marks: the digests are right, and the file takes next to no room', async () => {
    const size = 3 * 1024 ** 3 + 12_345
    const marks = new Map([0, BLOCK * 1500 + 7, 2 ** 31 - BLOCK, size - 100].map((at) => [Math.floor(at / BLOCK), Buffer.from('MARKS')]))
    const zeros = Buffer.alloc(BLOCK)
    server.serve(async (exchange) => {
      await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      for (let n = 0; n * BLOCK < size; n++) {
        const length = Math.min(BLOCK, size - n * BLOCK)
        const mark = marks.get(n)
        await exchange.write(mark === undefined ? zeros.subarray(0, length) : Buffer.concat([mark, zeros], length))
      }
    })
    const finished = await run(engine, downloadJob(server.url, part, { size }))
    const { size: found, blocks } = await stat(part)
    expect(found).toBe(size)
    expect(blocks * 512).toBeLessThan(8 * BLOCK)
    const { stdout } = await promisify(execFile)('md5sum', [part])
    expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests: { md5: stdout.slice(0, 32) } } })
  })

  test('also of chunked bodies, whose length nobody says', async () => {
    const bytes = someDisk(3 * BLOCK + 11)
    server.serve(async (exchange) => {
      await exchange.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      for (let at = 0; at < bytes.length; at += 99_991) {
        const piece = bytes.subarray(at, at + 99_991)
        await exchange.write(`${piece.length.toString(16)}\r\n`)
        await exchange.write(piece)
        await exchange.write('\r\n')
      }
      await exchange.write('0\r\n\r\n')
    })
    for (const size of [null, bytes.length]) {
      expect(await run(engine, downloadJob(server.url, part, { size }))).toMatchObject({ type: 'done', result: { digests: both(bytes) } })
      expect((await readFile(part)).equals(bytes)).toBe(true)
    }
  })
})

describe('a body that', () => {
  const size = 6 * BLOCK
  const bytes = randomBytes(size)
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`
  const sendPart = async (exchange: Exchange, upTo: number): Promise<void> => {
    await exchange.write(head)
    await exchange.write(bytes.subarray(0, upTo))
  }

  test.each([0, 1, BLOCK, 2.5 * BLOCK, size - 1])('falls silent after %i bytes is given up after the stall timeout', async (after) => {
    server.serve((exchange) => sendPart(exchange, after))
    const from = performance.now()
    const finished = await run(engine, downloadJob(server.url, part, { size, stallTimeoutMs: 700 }))
    expect(finished).toMatchObject({ type: 'failed', answered: false, error: { code: 'stalled' } })
    expect(performance.now() - from).toBeGreaterThan(650)
    expect(performance.now() - from).toBeLessThan(30_000)
  })

  test.each([0, 1, BLOCK, 2.5 * BLOCK, size - 1])(
    'ends after %i bytes is a reset, and what is kept is a beginning of the image',
    async (after) => {
      server.serve(async (exchange) => {
        await sendPart(exchange, after)
        exchange.socket.end()
      })
      const finished = await run(engine, downloadJob(server.url, part, { size }))
      // What still waited in a buffer to be read when the connection broke is lost, which is less than a block or two.
      const found = await readFile(part)
      expect(finished).toMatchObject({ type: 'failed', answered: false, error: { code: 'reset' }, bytes: found.length })
      expect(found.equals(bytes.subarray(0, found.length))).toBe(true)
      expect(found.length).toBeLessThanOrEqual(after)
      expect(after - found.length).toBeLessThanOrEqual(2 * BLOCK)
    },
  )

  test('of chunks ends before the last one is a reset, though nobody knows its length', async () => {
    server.serve(async (exchange) => {
      await exchange.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
      exchange.socket.end()
    })
    expect(await run(engine, downloadJob(server.url, part))).toMatchObject({ type: 'failed', error: { code: 'reset' } })
  })

  test.each([BLOCK, 2 * BLOCK, BLOCK - 7])(
    'is cut between two chunks, of %i bytes: what is kept is a beginning of the image',
    async (chunk) => {
      server.serve(async (exchange) => {
        await exchange.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.toString(16)}\r\n`)
        await exchange.write(bytes.subarray(0, chunk))
        await exchange.write('\r\n')
        exchange.socket.end()
      })
      expect(await run(engine, downloadJob(server.url, part, { size }))).toMatchObject({ type: 'failed', error: { code: 'reset' } })
      expect((await readFile(part)).equals(bytes.subarray(0, chunk))).toBe(true)
    },
  )

  test.each([1, BLOCK])('is %i bytes longer than the image is an odd answer', async (more) => {
    server.serve(async (exchange) => {
      await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size + more}\r\n\r\n`)
      await exchange.write(Buffer.concat([bytes, Buffer.alloc(more)]))
    })
    expect(await run(engine, downloadJob(server.url, part, { size }))).toMatchObject({ type: 'failed', error: { code: 'odd-answer' } })
  })

  test('is shorter than the image, though the server calls it whole, is not taken for whole', async () => {
    server.serve(async (exchange) => {
      await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size - 1}\r\n\r\n`)
      await exchange.write(bytes.subarray(1))
    })
    expect(await run(engine, downloadJob(server.url, part, { size }))).toMatchObject({ type: 'failed', error: { code: 'reset' } })
  })
})

describe('going on where it stopped', () => {
  const size = 5 * BLOCK + 17
  const kept = 2 * BLOCK + 5
  const bytes = someDisk(size)
  const rest = bytes.subarray(kept)

  /** Answers a Range as told; a request without one with the whole. */
  function ranged(status: number, contentRange: string | null, body: Buffer): { ranges: (string | undefined)[] } {
    const seen: { ranges: (string | undefined)[] } = { ranges: [] }
    server.serve(async (exchange) => {
      const range = exchange.headers.get('range')
      seen.ranges.push(range)
      const own = range === undefined ? bytes : body
      const line = range === undefined || contentRange === null ? '' : `Content-Range: ${contentRange}\r\n`
      await exchange.write(`HTTP/1.1 ${range === undefined ? 200 : status} OK\r\nContent-Length: ${own.length}\r\n${line}\r\n`)
      await exchange.write(own)
    })
    return seen
  }

  test('asks for the rest alone, and the digests are of the whole', async () => {
    await writeFile(part, bytes.subarray(0, kept + 1000))
    const seen = ranged(206, `bytes ${kept}-${size - 1}/${size}`, rest)
    const finished = await run(engine, downloadJob(server.url, part, { size, resumeFrom: kept }))
    expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests: both(bytes), rangeWorked: true } })
    expect(seen.ranges).toEqual([`bytes=${kept}-`])
    expect((await readFile(part)).equals(bytes)).toBe(true)
  })

  test.each([
    ['ignored', 200, null, bytes],
    ['refused', 416, null, Buffer.from('no')],
    ['called bad', 400, null, Buffer.from('no')],
    ['answered without saying which bytes', 206, null, rest],
    ['answered from another place', 206, `bytes ${kept + 1}-${size - 1}/${size}`, rest.subarray(1)],
    ['answered from the beginning', 206, `bytes 0-${size - 1}/${size}`, bytes],
    ['answered for an image of another size', 206, `bytes ${kept}-${size}/${size + 1}`, Buffer.concat([rest, Buffer.alloc(1)])],
    ['answered with less', 206, `bytes ${kept}-${size - 2}/${size}`, rest.subarray(0, -1)],
  ])('starts again where a Range is %s', async (_, status, contentRange, body) => {
    await writeFile(part, bytes.subarray(0, kept))
    const seen = ranged(status, contentRange, body)
    const finished = await run(engine, downloadJob(server.url, part, { size, resumeFrom: kept }))
    expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests: both(bytes), rangeWorked: false } })
    expect(seen.ranges).toEqual([`bytes=${kept}-`, undefined])
    expect((await readFile(part)).equals(bytes)).toBe(true)
  })

  test('asks for no Range where the store has none', async () => {
    await writeFile(part, bytes.subarray(0, kept))
    const seen = ranged(206, null, rest)
    const finished = await run(engine, downloadJob(server.url, part, { size, resumeFrom: kept, rangeAllowed: false }))
    expect(finished).toMatchObject({ type: 'done', result: { digests: both(bytes) } })
    expect(seen.ranges).toEqual([undefined])
  })

  test('asks for nothing where all of it is there', async () => {
    await writeFile(part, bytes)
    const finished = await run(engine, downloadJob(server.url, part, { size, resumeFrom: size }))
    expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests: both(bytes) } })
    expect(server.requests).toBe(0)
  })

  test('a part file that is shorter than was thought is said', async () => {
    await writeFile(part, bytes.subarray(0, kept - 1))
    ranged(206, `bytes ${kept}-${size - 1}/${size}`, rest)
    const finished = await run(engine, downloadJob(server.url, part, { size, resumeFrom: kept }))
    expect(finished).toMatchObject({ type: 'failed', error: { code: 'part-changed' } })
    expect((await readFile(part)).equals(bytes.subarray(0, kept - 1))).toBe(true)
  })
})

describe('an answer', () => {
  test.each([
    [204, 'no-data'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [500, 'server-error'],
    [503, 'unavailable'],
  ])('of %i is told, and the part file is not touched', async (status, code) => {
    await writeFile(part, 'before')
    server.serve((exchange) => exchange.answer(status, status === 503 ? { 'Retry-After': 2 } : {}, status === 204 ? '' : 'said'))
    const finished = await run(engine, downloadJob(server.url, part, { size: 10 }))
    expect(finished).toMatchObject({ type: 'failed', answered: true, error: { code, status }, retryAfterMs: status === 503 ? 2000 : null })
    expect(await readFile(part, 'utf8')).toBe('before')
  })

  test('that never comes can be cancelled', async () => {
    let asked = (): void => {}
    const there = new Promise<void>((resolve) => {
      asked = resolve
    })
    server.serve(async () => asked())
    const running = engine.start(downloadJob(server.url, part), { progress: () => {}, phase: () => {} })
    await there
    running.cancel()
    expect(await running.finished).toEqual({ type: 'cancelled', bytes: 0 })
  })
})

test('a digest that cannot be computed here is left out, MD5 stays', async () => {
  const bytes = randomBytes(BLOCK + 7)
  give(bytes)
  const finished = await run(engine, downloadJob(server.url, part, { size: bytes.length, digests: ['md5', 'whirlpool9'] }))
  expect(finished).toMatchObject({ type: 'done' })
  if (finished.type === 'done') expect(finished.result.digests).toEqual({ md5: hashOf('md5', bytes) })
})
