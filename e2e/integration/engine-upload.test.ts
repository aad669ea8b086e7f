import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { appendFile, mkdtemp, open, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/core/transfers/engine/index.ts'
import { ByteServer, type Exchange } from './support/byte-server.ts'
import { realEngine, run, uploadJob } from './support/engine.ts'

/** The engine's uploads against a server that does what it likes: every byte at the far end, or the right word for why not. */

const BLOCK = 1024 * 1024
let engine: Engine
let server: ByteServer
let dir: string
let path: string

beforeAll(async () => {
  engine = realEngine()
  dir = await mkdtemp(join(tmpdir(), 'glancer-engine-'))
  path = join(dir, 'disk.raw')
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
  expect(server.failure).toBeNull()
  expect(engine.stats().running).toBe(0)
})

const hashOf = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex')

/** Takes the whole body and says 204; the bytes as they came. @param stall asked after each chunk for how many milliseconds to read nothing. */
function takeAll(stall: () => number = () => 0): { body: Buffer[] } {
  const taken: { body: Buffer[] } = { body: [] }
  server.serve(async (exchange) => {
    await exchange.write('HTTP/1.1 100 Continue\r\n\r\n')
    await exchange.readExactly(exchange.contentLength, async (chunk) => {
      taken.body.push(Buffer.from(chunk))
      const ms = stall()
      if (ms > 0) await pause(ms)
    })
    await exchange.answer(204, { 'x-openstack-request-id': 'req-42' })
  })
  return taken
}

describe('every byte arrives', () => {
  test.each([1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 65_537, 1_299_709, 4 * BLOCK - 1, 4 * BLOCK, 8 * BLOCK, 8 * BLOCK + 1, 15_485_863])(
    'of %i',
    async (size) => {
      const bytes = randomBytes(size)
      await writeFile(path, bytes)
      const taken = takeAll()
      const finished = await run(engine, await uploadJob(server.url, path))
      expect(finished).toMatchObject({
        type: 'done',
        result: { bytes: size, digests: { md5: hashOf('md5', bytes), sha512: hashOf('sha512', bytes) }, requestId: 'req-42' },
      })
      expect(Buffer.concat(taken.body).equals(bytes)).toBe(true)
    },
  )

  test('whatever the size, and whoever stalls where', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 1, max: 4 * BLOCK }), fc.integer({ min: 9 * BLOCK, max: 24 * BLOCK })),
        fc.infiniteStream(fc.integer({ min: -200, max: 8 })),
        fc.array(fc.option(fc.integer({ min: 30_000_000, max: 400_000_000 })), { maxLength: 6 }),
        async (size, stalls, rates) => {
          const bytes = randomBytes(size)
          await writeFile(path, bytes)
          const taken = takeAll(() => stalls.next().value)
          const left = [...rates]
          const finished = await run(engine, await uploadJob(server.url, path), (running) => {
            const rate = left.shift()
            if (rate !== undefined) running.setRate(rate)
          })
          expect(finished).toMatchObject({
            type: 'done',
            result: { digests: { md5: hashOf('md5', bytes), sha512: hashOf('sha512', bytes) } },
          })
          expect(Buffer.concat(taken.body).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('also when the server reads nothing until every buffer on the way is full: no block is filled again before the kernel has it', async () => {
    const bytes = randomBytes(48 * BLOCK)
    await writeFile(path, bytes)
    const body: Buffer[] = []
    server.serve(async (exchange) => {
      await exchange.write('HTTP/1.1 100 Continue\r\n\r\n')
      // The buffers of loopback are full within some milliseconds.
      await pause(400)
      await exchange.readExactly(exchange.contentLength, (chunk) => void body.push(Buffer.from(chunk)))
      await exchange.answer(204)
    })
    const finished = await run(engine, await uploadJob(server.url, path))
    expect(finished.type).toBe('done')
    expect(Buffer.concat(body).equals(bytes)).toBe(true)
  })

  test('of 3 GiB, nearly all of it a hole', async () => {
    const file = await open(path, 'w')
    const size = 3 * 1024 ** 3 + 12_345
    await file.truncate(size)
    for (const at of [0, BLOCK * 1500 - 3, 2 ** 31 - 2, size - 5]) await file.write(Buffer.from('MARKS'), 0, 5, at)
    await file.close()
    const hash = createHash('md5')
    let got = 0
    server.serve(async (exchange) => {
      got = await exchange.readExactly(exchange.contentLength, (chunk) => void hash.update(chunk))
      await exchange.answer(204)
    })
    const [finished, { stdout }] = await Promise.all([
      run(engine, await uploadJob(server.url, path)),
      promisify(execFile)('md5sum', [path]),
    ])
    const md5 = stdout.slice(0, 32)
    expect(got).toBe(size)
    expect(hash.digest('hex')).toBe(md5)
    expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests: { md5 } } })
    await truncate(path, 0)
  })

  test('an empty file is not sent at all', async () => {
    await writeFile(path, '')
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'failed', error: { code: 'file-empty' } })
    expect(server.requests).toBe(0)
  })
})

describe.each([24 * BLOCK, 3 * BLOCK])('an answer that comes early, to %i bytes', (size) => {
  const afterwards: Record<string, (exchange: Exchange) => Promise<void>> = {
    'and the server swallows the rest': async (exchange) => void (await exchange.readExactly(size)),
    'and the server reads no more': async () => {},
    'and the connection is ended': async (exchange) => void exchange.socket.end(),
    'and the connection is torn down': async (exchange) => {
      exchange.socket.end()
      await pause(50)
      exchange.socket.destroy()
    },
  }
  const cases = Object.entries(afterwards).flatMap(([name, rest]) =>
    [0, 1, 65_536, 2 * BLOCK, size - 1].map((after) => ({ name, rest, after })),
  )
  test.each(cases)('after $after bytes is read and told $name', async ({ rest, after }) => {
    await writeFile(path, randomBytes(size))
    server.serve(async (exchange) => {
      if (after > 0) await exchange.readExactly(after)
      await exchange.answer(413, { 'Retry-After': 9, 'Content-Type': 'text/html' }, '<html><body>Quota exceeded</body></html>')
      await rest(exchange)
    })
    const finished = await run(engine, await uploadJob(server.url, path))
    expect(finished).toMatchObject({ type: 'failed', answered: true, retryAfterMs: 9000, error: { code: 'quota', status: 413 } })
  })
})

describe('small files', () => {
  test('share a connection, and each arrives whole', async () => {
    const files = Array.from({ length: 20 }, (_, n) => randomBytes(1 + n * 7919))
    const bodies: Buffer[] = []
    server.serve(async (exchange) => {
      bodies.push(await exchange.body())
      await exchange.answer(204)
    })
    for (const bytes of files) {
      await writeFile(path, bytes)
      const finished = await run(engine, await uploadJob(server.url, path))
      expect(finished).toMatchObject({ type: 'done', result: { digests: { md5: hashOf('md5', bytes), sha512: hashOf('sha512', bytes) } } })
    }
    expect(bodies.length).toBe(20)
    expect(bodies.every((body, n) => body.equals(files[n] ?? Buffer.alloc(0)))).toBe(true)
    expect(server.accepted).toBeLessThanOrEqual(2)
  })

  test('use no connection again that an early answer or a cancel has cut', async () => {
    await writeFile(path, randomBytes(3 * BLOCK))
    server.serve(async (exchange) => {
      await exchange.readExactly(1000)
      await exchange.answer(403)
    })
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'failed', error: { code: 'forbidden' } })
    const taken = takeAll()
    await writeFile(path, 'next')
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'done' })
    expect(Buffer.concat(taken.body).toString()).toBe('next')
  })

  test('go out again over a new connection where the server closed the one that was kept', async () => {
    await writeFile(path, randomBytes(65_536))
    server.serve(async (exchange) => {
      await exchange.body()
      await exchange.answer(204)
      exchange.socket.end()
    })
    for (let n = 0; n < 10; n++) expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'done' })
  })
})

describe('a server that', () => {
  test('claims success before all bytes are there is not believed', async () => {
    await writeFile(path, randomBytes(24 * BLOCK))
    server.serve(async (exchange) => {
      await exchange.readExactly(BLOCK)
      await exchange.answer(204)
      await exchange.readExactly(24 * BLOCK)
    })
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'failed', error: { code: 'odd-answer' } })
  })

  test('stops reading is given up after the stall timeout, not before', async () => {
    await writeFile(path, randomBytes(24 * BLOCK))
    server.serve(async (exchange) => void (await exchange.readExactly(3 * BLOCK)))
    const from = performance.now()
    const finished = await run(engine, await uploadJob(server.url, path, { stallTimeoutMs: 1500 }))
    expect(finished).toMatchObject({ type: 'failed', answered: false, error: { code: 'stalled' } })
    expect(performance.now() - from).toBeGreaterThan(1400)
    expect(performance.now() - from).toBeLessThan(30_000)
  })

  test('is slow to answer after the last byte is waited for', async () => {
    await writeFile(path, randomBytes(BLOCK))
    server.serve(async (exchange) => {
      await exchange.readExactly(BLOCK)
      await pause(1500)
      await exchange.answer(204)
    })
    const finished = await run(engine, await uploadJob(server.url, path, { stallTimeoutMs: 500 }))
    expect(finished.type).toBe('done')
    if (finished.type === 'done') expect(finished.result.waits.server).toBeGreaterThan(1200)
  })

  test.each([0, 1, BLOCK, 7_000_000])('is gone after %i bytes is a reset', async (after) => {
    await writeFile(path, randomBytes(24 * BLOCK))
    server.serve(async (exchange) => {
      await exchange.readExactly(after)
      exchange.socket.resetAndDestroy()
    })
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({
      type: 'failed',
      answered: false,
      error: { code: 'reset' },
    })
  })

  test('takes everything and ends without an answer is a reset', async () => {
    await writeFile(path, randomBytes(BLOCK))
    server.serve(async (exchange) => {
      await exchange.readExactly(BLOCK)
      exchange.socket.end()
    })
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({
      type: 'failed',
      answered: false,
      error: { code: 'reset' },
    })
  })

  test('speaks no HTTP is an odd answer', async () => {
    await writeFile(path, randomBytes(BLOCK))
    server.serve((exchange) => exchange.write('SSH-2.0-OpenSSH_9.9\r\n'))
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'failed', error: { code: 'odd-answer' } })
  })

  test('is not there refuses', async () => {
    await writeFile(path, randomBytes(BLOCK))
    const gone = await ByteServer.start()
    const { url } = gone
    await gone.close()
    expect(await run(engine, await uploadJob(url, path))).toMatchObject({ type: 'failed', answered: false, error: { code: 'refused' } })
  })
})

describe('a file that in mid-upload', () => {
  const changes: [string, () => Promise<unknown>, string][] = [
    ['becomes shorter', () => truncate(path, 20 * BLOCK), 'file-changed'],
    ['grows', () => appendFile(path, 'x'), 'file-changed'],
    ['vanishes', () => unlink(path), 'file-missing'],
  ]
  test.each(changes)('%s is never sent whole', async (_, change, code) => {
    await writeFile(path, randomBytes(32 * BLOCK))
    let got = 0
    server.serve(async (exchange) => {
      const { contentLength } = exchange
      await exchange.readExactly(BLOCK)
      await change()
      got = BLOCK + (await exchange.readExactly(contentLength - BLOCK))
    })
    expect(await run(engine, await uploadJob(server.url, path))).toMatchObject({ type: 'failed', answered: false, error: { code } })
    expect(got).toBeLessThan(32 * BLOCK)
  })

  test('is another than the one that was chosen is not sent at all', async () => {
    await writeFile(path, randomBytes(BLOCK))
    const job = await uploadJob(server.url, path)
    await writeFile(path, randomBytes(BLOCK + 1))
    expect(await run(engine, job)).toMatchObject({ type: 'failed', error: { code: 'file-changed' } })
    expect(server.requests).toBe(0)
  })
})

test('a digest that cannot be computed here is left out, MD5 stays; SHA-3 and BLAKE2 can', async () => {
  const bytes = randomBytes(3 * BLOCK + 7)
  await writeFile(path, bytes)
  takeAll()
  const finished = await run(engine, await uploadJob(server.url, path, { digests: ['md5', 'shake_nonsense', 'sha3_256', 'blake2b'] }))
  expect(finished.type).toBe('done')
  if (finished.type !== 'done') return
  expect(finished.result.digests).toEqual({
    md5: hashOf('md5', bytes),
    sha3_256: hashOf('sha3-256', bytes),
    blake2b: hashOf('blake2b512', bytes),
  })
})
