import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Engine } from '../../src/core/transfers/engine/index.ts'
import { ByteServer } from './support/byte-server.ts'
import { downloadJob, realEngine, run, uploadJob } from './support/engine.ts'

/** What the engine holds while it runs, and that it lets go of all of it. */

const BLOCK = 1024 * 1024
let engine: Engine
let server: ByteServer
let dir: string
let file: string
const image = randomBytes(12 * BLOCK + 77)

beforeEach(async () => {
  engine = realEngine()
  server = await ByteServer.start()
  dir = await mkdtemp(join(tmpdir(), 'glancer-threads-'))
  file = join(dir, 'disk.raw')
  await writeFile(file, image)
  server.serve(async (exchange) => {
    if (exchange.method === 'PUT') {
      await exchange.readExactly(exchange.contentLength)
      await exchange.answer(204)
    } else {
      await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${image.length}\r\n\r\n`)
      for (let at = 0; at < image.length; at += 65_536) await exchange.write(image.subarray(at, at + 65_536))
    }
  })
})
afterEach(async () => {
  await engine.close()
  await server.close()
  await rm(dir, { recursive: true, force: true })
})

/** Files of this test that any thread of this process holds open. */
async function openFiles(): Promise<string[]> {
  const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return links.filter((path) => path.startsWith(dir))
}

test.runIf(process.platform === 'linux')('a storm of cancels, at any moment, leaves no thread, connection or file behind', async () => {
  const kinds: Record<string, number> = {}
  for (let round = 0; round < 12; round++) {
    const jobs = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const job =
          n % 2 === 0 ? await uploadJob(server.url, file) : downloadJob(server.url, join(dir, `${n}.part`), { size: image.length })
        const running = engine.start(n % 3 === 0 ? { ...job, rate: 20_000_000 } : job, { progress: () => {}, phase: () => {} })
        // Before it has a thread, while it connects, in the midst of it, near its end, after it.
        setTimeout(running.cancel, Math.random() * (round < 4 ? 5 : 120))
        return running.finished
      }),
    )
    for (const finished of await Promise.all(jobs)) {
      expect(finished).toSatisfy(({ type }) => type === 'cancelled' || type === 'done')
      kinds[finished.type] = (kinds[finished.type] ?? 0) + 1
    }
    expect(engine.stats().running).toBe(0)
    expect(engine.stats().workers).toBe(engine.stats().idleWorkers)
  }
  expect(kinds.cancelled).toBeGreaterThan(10)
  expect(await openFiles()).toEqual([])
  await vi.waitFor(() => expect(server.connections).toBe(0), { timeout: 5000 })
  expect(engine.stats().workers).toBeLessThanOrEqual(4)
  expect(await run(engine, await uploadJob(server.url, file))).toMatchObject({ type: 'done' })
  await engine.close()
  expect(engine.stats()).toEqual({ workers: 0, idleWorkers: 0, hashThreads: 0, running: 0 })
  expect(await openFiles()).toEqual([])
})

test('closing in the midst of transfers ends them, and rejects nothing', async () => {
  server.serve(async (exchange) => void (await exchange.readExactly(BLOCK)))
  const running = await Promise.all(
    Array.from({ length: 3 }, async () => engine.start(await uploadJob(server.url, file), { progress: () => {}, phase: () => {} })),
  )
  await vi.waitFor(() => expect(server.requests).toBe(3), { timeout: 5000 })
  await engine.close()
  for (const { finished } of running) expect(await finished).toMatchObject({ type: 'failed' })
  expect(engine.stats()).toMatchObject({ workers: 0, running: 0 })
})

test('one after the other share their threads', async () => {
  for (let n = 0; n < 10; n++) expect(await run(engine, await uploadJob(server.url, file))).toMatchObject({ type: 'done' })
  expect(engine.stats()).toMatchObject({ workers: 1, idleWorkers: 1, hashThreads: 2 })
})

test('ten at once start no more hash threads than the machine has use for', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, async (_, n) => run(engine, downloadJob(server.url, join(dir, `${n}.part`)))))
  expect(all.map(({ type }) => type)).toEqual(new Array(10).fill('done'))
  expect(engine.stats().hashThreads).toBeLessThanOrEqual(8)
  expect(engine.stats().idleWorkers).toBeLessThanOrEqual(4)
})

test('caps hold within 5 % over 10 s, for all and for one, and after a change at once', async () => {
  const large = randomBytes(96 * BLOCK)
  await writeFile(file, large)
  server.serve(async (exchange) => {
    if (exchange.method === 'PUT') return void (await exchange.readExactly(exchange.contentLength))
    await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`)
    for (let at = 0; at < large.length; at += 65_536) await exchange.write(large.subarray(at, at + 65_536))
  })
  engine.setGlobalRate(2_000_000)
  const bytes = [0, 0, 0]
  const running = await Promise.all(
    bytes.map(async (_, n) =>
      engine.start(n === 0 ? await uploadJob(server.url, file) : downloadJob(server.url, join(dir, `${n}.part`)), {
        progress: (progress) => {
          bytes[n] = progress.bytes
        },
        phase: () => {},
      }),
    ),
  )
  await vi.waitFor(() => expect(Math.min(...bytes)).toBeGreaterThan(0), { timeout: 20_000 })
  engine.setGlobalRate(6_000_000)
  running[2]?.setRate(1_000_000)
  const wanted = [2_500_000, 2_500_000, 1_000_000]
  let off: number[] = []
  // On a machine that stands still for a moment the last report of a window is late: one window of three has to be right.
  for (let window = 0; window < 3 && (window === 0 || Math.max(...off) >= 0.05); window++) {
    const from = performance.now()
    const before = [...bytes]
    await pause(10_000)
    const seconds = (performance.now() - from) / 1000
    off = wanted.map((rate, n) => Math.abs(((bytes[n] ?? 0) - (before[n] ?? 0)) / seconds / rate - 1))
  }
  for (const { cancel } of running) cancel()
  await Promise.all(running.map(({ finished }) => finished))
  // The third leaves what it may not use to the others.
  expect(Math.max(...off), `${off}`).toBeLessThan(0.05)
})

test('the cap for all is for those that move bytes: who reads a local file, or waits for the server, leaves its share to the others', async () => {
  const large = randomBytes(32 * BLOCK)
  const sent = join(dir, 'sent.raw')
  const compared = join(dir, 'compared.raw')
  await writeFile(sent, large)
  await (await open(compared, 'w')).close()
  await truncate(compared, 16 * 1024 ** 3)
  const taken = Promise.withResolvers<void>()
  server.serve(async (exchange) => {
    if (exchange.method === 'PUT') {
      await exchange.readExactly(exchange.contentLength)
      // It has all, and goes on saving for as long as this test looks.
      taken.resolve()
      return
    }
    await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`)
    for (let at = 0; at < large.length; at += 65_536) await exchange.write(large.subarray(at, at + 65_536))
  })
  const silent = { progress: () => {}, phase: () => {} }
  const saving = engine.start(await uploadJob(server.url, sent), silent)
  await taken.promise
  const comparing = engine.start({ kind: 'hash', path: compared, identity: null, digests: ['md5', 'sha512'] }, silent)
  engine.setGlobalRate(4_000_000)
  let bytes = 0
  const receiving = engine.start(downloadJob(server.url, join(dir, 'alone.part')), {
    progress: (progress) => {
      bytes = progress.bytes
    },
    phase: () => {},
  })
  await vi.waitFor(() => expect(bytes).toBeGreaterThan(2_000_000), { timeout: 20_000 })
  const [from, before] = [performance.now(), bytes]
  await pause(3000)
  const rate = ((bytes - before) * 1000) / (performance.now() - from)
  expect(engine.stats().running).toBe(3)
  const all = [saving, comparing, receiving]
  for (const { cancel } of all) cancel()
  await Promise.all(all.map(({ finished }) => finished))
  expect(Math.abs(rate / 4_000_000 - 1), `${rate}`).toBeLessThan(0.1)
})
