import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Fault } from '../../src/core/service/index.ts'
import { type Transfer, transferStates } from '../../src/shared/domain.ts'
import { TestCore } from './support/core.ts'
import { runSeed, SeededRandom } from './support/random.ts'

/**
 * Many transfers at once while everything that can go wrong goes wrong, at random places. Whatever the outcome of each, it has to be true: what
 * is called verified is equal byte by byte on both sides, looked at from outside; nothing is lost; nothing waits for ever; nothing lies about.
 */
const STORM = Number(process.env.GLANCER_STORM ?? 40)
const LONGEST = 3_000_000
const final = new Set<string>(['done', 'failed', 'cancelled'])

let core: TestCore | null = null
afterEach(async () => {
  await core?.remove()
  core = null
})

/** What may happen to one request. Each strikes once, so that what can be mended gets its chance. */
function anyFault(random: SeededRandom, after: number): Fault {
  const at = random.int(0, LONGEST)
  const both = ['upload', 'download'] as const
  const status = random.pick([400, 401, 403, 404, 409, 410, 413, 415, 429, 500, 502, 503, 504])
  const kinds: Fault['action'][] = [
    { kind: 'cut', afterBytes: at },
    { kind: 'cut', afterBytes: random.int(0, 5000) },
    { kind: 'answer', status, afterBytes: at },
    { kind: 'answer', status, afterBytes: 0, close: true },
    { kind: 'answer', status: 503, afterBytes: at, headers: { 'Retry-After': '1' }, body: '<html>busy</html>' },
    { kind: 'refuse-token' },
    { kind: 'delay', hold: { ms: random.int(1, 300) } },
    { kind: 'slow-finish', hold: { ms: random.int(1, 300) } },
    { kind: 'range', how: random.pick(['refuse', 'ignore', 'wrong-content-range']) },
    { kind: 'corrupt', byte: at },
    { kind: 'forget-hash', checksum: random.next() < 0.5, osHash: random.next() < 0.5 },
    { kind: 'wrong-hash', checksum: '0123456789abcdef0123456789abcdef' },
    { kind: 'lose-data' },
    { kind: 'no-length' },
    { kind: 'throttle', bytesPerSecond: random.int(1_000_000, 20_000_000) },
  ]
  const action = random.pick(kinds)
  const calls = ['create', 'show', 'patch'] as const
  const on = action.kind === 'answer' && random.next() < 0.3 ? calls : action.kind === 'delay' ? [...both, ...calls] : both
  return { on, after, times: 1, action }
}

test(`${STORM} transfers in a storm: none is lost, none is called verified that is not`, {
  timeout: Math.max(240_000, STORM * 1500),
}, async () => {
  const seed = runSeed()
  const random = new SeededRandom(seed)
  const here = await TestCore.start()
  core = here
  try {
    await here.call('app.changeSettings', { transfersAtOnce: 6 })
    // Before the storm: images to download from.
    const sources = new Map<string, Uint8Array>()
    for (let n = 0; n < 4; n++) {
      const bytes = random.bytes(random.int(1, LONGEST))
      sources.set(await here.anImage(bytes, `source-${n}`), bytes)
    }
    const faults = Array.from({ length: STORM * 1.5 }, (_, n) => {
      const fault = anyFault(random, n % STORM)
      return { kind: fault.action.kind, handle: here.faults.add(fault) }
    })

    const uploads = new Map<string, Uint8Array>()
    const downloads = new Map<string, Uint8Array>()
    for (let n = 0; n < STORM; n++) {
      if (random.next() < 0.5) {
        const file = await here.aFile(`up-${n}.raw`, random.bytes(random.int(1, LONGEST)))
        uploads.set(await here.upload(file.fileId, { name: `up-${n}` }), file.bytes)
      } else {
        const [imageId, bytes] = random.pick([...sources])
        // A start looks at the image first: one that the storm refuses made no transfer, and the person presses again.
        const id = await here.download(imageId).catch(() => null)
        if (id === null) n--
        else downloads.set(id, bytes)
      }
    }
    const rows: Transfer[] = []
    for (const id of [...uploads.keys(), ...downloads.keys()]) {
      const look = (row: Transfer): boolean => {
        if (row.state === 'waiting') here.retryNow()
        return final.has(row.state)
      }
      rows.push(await here.until(id, look, 120_000))
    }

    // Nothing is lost, and every row stands in a state that exists.
    const snapshot = await here.call('app.snapshot', {})
    const known = new Map(snapshot.transfers.map((row) => [row.id, row]))
    expect([...uploads.keys(), ...downloads.keys()].filter((id) => !known.has(id))).toEqual([])
    expect(snapshot.transfers.every((row) => transferStates.includes(row.state))).toBe(true)

    let verified = 0
    for (const row of rows) {
      if (row.state === 'done') {
        expect(row.verification, row.fileName).not.toBeNull()
        const want = uploads.get(row.id) ?? downloads.get(row.id)
        const path =
          row.kind === 'upload'
            ? join(here.dataDir, 'service', 'data', 'disk', row.imageId ?? '')
            : join(here.dir, 'downloads', row.fileName)
        const have = await readFile(path)
        // Unverifiable or not: what is called done is the same on both sides, unless the cloud published no hash at all.
        if (row.verification?.kind === 'verified') {
          verified++
          expect(Buffer.compare(have, want ?? Buffer.alloc(0)), `${row.fileName} is called verified`).toBe(0)
        } else expect(have.length).toBe(want?.length)
      } else {
        expect(row.error?.message, row.fileName).toBeTruthy()
        expect(row.verification?.kind ?? 'mismatch').toBe('mismatch')
      }
    }
    // A finished file has its name, and only what ended badly left a part, which its row speaks of.
    const files = await readdir(join(here.dir, 'downloads'))
    const parts = files.filter((name) => name.endsWith('.part')).map((name) => name.slice(0, -'.part'.length))
    const failed = new Set(rows.filter((row) => row.state === 'failed' && row.kind === 'download').map((row) => row.fileName))
    expect(parts.filter((name) => !failed.has(name))).toEqual([])
    const finished = rows.filter((row) => row.state === 'done' && row.kind === 'download').map((row) => row.fileName)
    expect(files.filter((name) => !name.endsWith('.part')).sort()).toEqual(finished.sort())
    // One that failed without a trace leaves its name free for another, so two rows may have the same.
    const saying = rows.filter((row) => row.state === 'failed' && row.leftBehind?.includes('.part')).map((row) => row.fileName)
    expect(parts.filter((name) => !saying.includes(name))).toEqual([])
    // A storm in which nothing, or everything, failed shows little.
    expect(verified).toBeGreaterThan(STORM / 4)
    const struck = faults.filter(({ handle }) => handle.struck > 0).map(({ kind }) => kind)
    const cuts = struck.filter((kind) => kind === 'cut').length
    const slow = struck.filter((kind) => kind === 'throttle' || kind === 'delay' || kind === 'slow-finish').length
    expect(struck.length).toBeGreaterThan(STORM / 2)
    console.info(
      `storm: seed ${seed}, ${rows.length} transfers, ${cuts} cuts, ${struck.length - cuts - slow} bad answers, ${slow} delays, ${verified} verified, ` +
        `${rows.filter((row) => row.state === 'failed').length} failed, 0 lost, 0 falsely verified`,
    )
  } catch (error) {
    throw new Error(`the storm of GLANCER_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
})
