import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../../src/core/transfers/engine/index.ts'
import type { DownloadJob } from '../../src/core/transfers/worker/contract.ts'
import { claimedBytes } from '../../src/core/transfers/worker/part-claim.ts'
import { ByteServer, type Exchange } from './support/byte-server.ts'
import { downloadJob, realEngine, run } from './support/engine.ts'

/** One large image over several connections: never a wrong byte, whatever breaks, and one connection where more do not pay. */

const BLOCK = 1024 * 1024
const size = 60 * BLOCK + 12_345
const image = randomBytes(size)
for (let at = BLOCK; at < size; at += 5 * BLOCK) image.fill(0, at, at + BLOCK + 100_001)
const digests = Object.fromEntries(['md5', 'sha512'].map((name) => [name, createHash(name).update(image).digest('hex')]))

let engine: Engine
let server: ByteServer
let dir: string
let part: string
/** The ranges that were asked for, in order. */
let asked: (string | undefined)[]

beforeAll(async () => {
  engine = realEngine()
  dir = await mkdtemp(join(tmpdir(), 'glancer-ranges-'))
  part = join(dir, 'disk.raw.part')
})
afterAll(async () => {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  server = await ByteServer.start()
  asked = []
})
afterEach(async () => {
  await server.close()
  await rm(part, { force: true })
  expect(server.failure).toBeNull()
})

const job = (changes: Partial<DownloadJob> = {}): DownloadJob =>
  downloadJob(server.url, part, { size, ranges: { connections: 4, worthBytes: 0, watchMs: 80 }, ...changes })

interface Give {
  /** Asked for each request; an answer instead of the bytes. */
  refuse?: (nth: number, range: string | undefined) => [status: number] | null
  /** Bytes after which a connection is cut, for the nth request. */
  cutAfter?: (nth: number) => number
  /** Asked before each 64 KiB: how many milliseconds to wait. */
  wait?: () => number
}

/** Gives ranges, each request no faster than some 20 MB/s, as a path with delay does. */
function give({ refuse = () => null, cutAfter = () => Number.POSITIVE_INFINITY, wait = () => 3 }: Give = {}): void {
  server.serve(async (exchange: Exchange) => {
    const range = exchange.headers.get('range')
    const nth = asked.push(range) - 1
    const refused = refuse(nth, range)
    if (refused !== null) {
      if (refused[0] === 200) await exchange.answer(200, { 'Content-Length': size })
      else await exchange.answer(refused[0])
      return
    }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
    const bytes = image.subarray(Number(from), to === '' ? size : Number(to) + 1)
    const head =
      range === undefined
        ? 'HTTP/1.1 200 OK\r\n'
        : `HTTP/1.1 206 Partial\r\nContent-Range: bytes ${from}-${Number(from) + bytes.length - 1}/${size}\r\n`
    await exchange.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`)
    const end = cutAfter(nth)
    for (let at = 0; at < bytes.length; at += 65_536) {
      if (at > end) {
        exchange.socket.destroy()
        return
      }
      const ms = wait()
      if (ms > 0) await pause(ms)
      await exchange.write(bytes.subarray(at, at + 65_536))
    }
  })
}

async function mustBeTheImage(): Promise<void> {
  expect((await readFile(part)).equals(image)).toBe(true)
}

test('where each connection is held back, several are used, and every byte is in its place', async () => {
  give()
  const finished = await run(engine, job())
  expect(finished).toMatchObject({ type: 'done', result: { bytes: size, digests, rangeWorked: true } })
  await mustBeTheImage()
  expect(asked[0]).toBeUndefined()
  expect(asked.length).toBeGreaterThan(3)
  expect((await stat(part)).blocks * 512).toBeLessThan(size - 8 * BLOCK)
})

test('where all share one line, no more than one other is tried', async () => {
  let free = performance.now()
  give({
    wait: () => {
      free = Math.max(free, performance.now()) + 3
      return free - performance.now()
    },
  })
  expect(await run(engine, job())).toMatchObject({ type: 'done', result: { digests } })
  await mustBeTheImage()
  expect(server.accepted).toBeLessThanOrEqual(3)
})

test.each([
  ['has no Range', 200, false],
  ['calls it bad', 416, false],
  ['is busy', 503, null],
])('a store that %s gives the image over the one connection', async (_, status, rangeWorked) => {
  give({ refuse: (_nth, range) => (range === undefined ? null : [status]) })
  expect(await run(engine, job())).toMatchObject({ type: 'done', result: { digests, rangeWorked } })
  await mustBeTheImage()
  expect(asked.filter((range) => range !== undefined).length).toBe(1)
})

test('a cap, or no wish for it, keeps it at one connection', async () => {
  give({ wait: () => 1 })
  expect(await run(engine, job({ ranges: null }))).toMatchObject({ type: 'done', result: { digests } })
  expect(await run(engine, job({ rate: 60_000_000 }))).toMatchObject({ type: 'done', result: { digests } })
  expect(await run(engine, job({ rangeAllowed: false }))).toMatchObject({ type: 'done', result: { digests } })
  expect(asked).toEqual([undefined, undefined, undefined])
})

test('whatever is cut or refused in the midst of it: the image is right, or what is kept is a beginning of it, and a resume ends it', async () => {
  let failed = 0
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.integer({ min: 2 * BLOCK, max: 40 * BLOCK })),
      fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
      async (cuts, refusals) => {
        give({
          cutAfter: () => cuts.next().value,
          refuse: (nth) => (nth > 0 && refusals.next().value === 5 ? [503] : null),
          wait: () => 1,
        })
        let kept = 0
        for (let tries = 0; ; tries++) {
          const finished = await run(engine, job({ resumeFrom: kept }))
          if (finished.type === 'done') {
            expect(finished.result.digests).toEqual(digests)
            break
          }
          failed++
          expect(finished).toMatchObject({ type: 'failed', error: { code: expect.stringMatching(/^(reset|unavailable)$/) } })
          const found = await readFile(part).catch(() => Buffer.alloc(0))
          expect(found.length).toBeLessThanOrEqual(size)
          expect(found.equals(image.subarray(0, found.length))).toBe(true)
          // A hole at the end is received, but not in the file.
          if (finished.type === 'failed' && !finished.answered) expect(finished.bytes).toBeGreaterThanOrEqual(found.length)
          kept = found.length
          expect(tries).toBeLessThan(200)
        }
        await mustBeTheImage()
        await rm(part)
      },
    ),
    { numRuns: 3 },
  )
  expect(failed).toBeGreaterThan(0)
})

test('a crash with several ranges on their way: the file claims a beginning that is right, and no more', async () => {
  give()
  const mortal = realEngine()
  let crashed = false
  const running = mortal.start(job(), {
    progress: ({ bytes }) => {
      if (bytes < 40 * BLOCK || crashed) return
      crashed = true
      void mortal.close()
    },
    phase: () => {},
  })
  expect(await running.finished).toMatchObject({ type: 'failed' })
  const { size: length } = await stat(part)
  expect(length).toBeGreaterThan(size)
  const kept = await claimedBytes(part, size, length)
  expect((await readFile(part)).subarray(0, kept).equals(image.subarray(0, kept))).toBe(true)
  expect(await run(engine, job({ resumeFrom: kept }))).toMatchObject({ type: 'done', result: { digests } })
  await mustBeTheImage()
})

test('cancelled in the midst of it, every connection and the gaps are gone', async () => {
  give()
  const finished = await run(engine, job(), (running, bytes) => {
    if (bytes > 30 * BLOCK) running.cancel()
  })
  expect(finished.type).toBe('cancelled')
  const found = await readFile(part)
  expect(found.equals(image.subarray(0, found.length))).toBe(true)
  await expect.poll(() => server.connections).toBe(0)
})
