import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileRegistry } from './file-registry.ts'
import { Intake } from './intake.ts'

let dataDir = ''
let registry: FileRegistry
let intake: Intake
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'glancer-intake-'))
  registry = new FileRegistry()
  intake = new Intake(dataDir, registry)
  await intake.prepare(new Set())
})
afterEach(() => rm(dataDir, { recursive: true }))

async function* chunks(...parts: Uint8Array[]) {
  yield* parts
}
const never = new AbortController().signal

test('a body that comes whole is on disk as it was sent', async () => {
  const bytes = randomBytes(300_000)
  const fileId = registry.announce('a.raw', bytes.length)
  intake.expect(fileId, bytes.length)
  const seen: number[] = []
  const whole = intake.whole(fileId, (done) => seen.push(done), never)
  await intake.receive(fileId, 'body', chunks(bytes.subarray(0, 1000), bytes.subarray(1000)))
  const { path, identity } = await whole
  expect((await readFile(path)).equals(bytes)).toBe(true)
  expect(identity.size).toBe(bytes.length)
  expect(seen.at(-1)).toBe(bytes.length)
})

test.each([
  ['too short', 99, 'interrupted'],
  ['too long', 101, 'file-changed'],
])('a body that is %s is refused, said to the one who waits, and leaves no file', async (_, sent, code) => {
  const fileId = registry.announce('a.raw', 100)
  intake.expect(fileId, 100)
  const whole = intake.whole(fileId, () => {}, never)
  const failed = expect(whole).rejects.toMatchObject({ code })
  await expect(intake.receive(fileId, 'body', chunks(randomBytes(sent)))).rejects.toMatchObject({ code })
  await failed
  expect(await readdir(join(dataDir, 'intake'))).toEqual([])
})

test('after a failed body the browser may send it again', async () => {
  const fileId = registry.announce('a.raw', 10)
  intake.expect(fileId, 10)
  await expect(intake.receive(fileId, 'body', chunks(randomBytes(3)))).rejects.toMatchObject({ code: 'interrupted' })
  await intake.receive(fileId, 'body', chunks(randomBytes(10)))
  await expect(intake.whole(fileId, () => {}, never)).resolves.toMatchObject({ identity: { size: 10 } })
})

test('a file that the browser cannot read any more is said at once to the one who waits', async () => {
  const fileId = registry.announce('a.raw', 10)
  intake.expect(fileId, 10)
  const failed = expect(intake.whole(fileId, () => {}, never)).rejects.toMatchObject({ code: 'file-missing' })
  intake.giveUp(fileId)
  await failed
})

test('bytes that nobody asked for are refused', async () => {
  const fileId = registry.announce('a.raw', 10)
  await expect(intake.receive(fileId, 'body', chunks(randomBytes(10)))).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(intake.receive('never-given', 'body', chunks())).rejects.toMatchObject({ code: 'not-found' })
})

test('a head must be as long as the file allows, and no longer', async () => {
  const fileId = registry.announce('a.raw', 10)
  await expect(intake.receive(fileId, 'head', chunks(randomBytes(9)))).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(intake.receive(fileId, 'head', chunks(randomBytes(2_000_000)))).rejects.toMatchObject({ code: 'too-large' })
  await intake.receive(fileId, 'head', chunks(randomBytes(10)))
  expect(registry.get(fileId)).toMatchObject({ head: { length: 10 } })
})

test('a body that nobody wants any more is stopped, before it comes or in the middle, and leaves no file', async () => {
  const [early, late] = [registry.announce('a.raw', 100), registry.announce('b.raw', 100)]
  for (const fileId of [early, late]) intake.expect(fileId, 100)
  await intake.discard(early)
  await expect(intake.receive(early, 'body', chunks(randomBytes(100)))).rejects.toMatchObject({ code: 'cancelled' })
  async function* stoppedBetween() {
    yield randomBytes(50)
    await intake.discard(late)
    yield randomBytes(50)
  }
  await expect(intake.receive(late, 'body', stoppedBetween())).rejects.toMatchObject({ code: 'cancelled' })
  const last = registry.announce('c.raw', 100)
  intake.expect(last, 100)
  async function* stoppedAfter() {
    yield randomBytes(100)
    await intake.discard(last)
  }
  await expect(intake.receive(last, 'body', stoppedAfter())).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readdir(join(dataDir, 'intake'))).toEqual([])
})

test('copies that no transfer needs are taken away at the start', async () => {
  const fileId = registry.announce('a.raw', 1)
  intake.expect(fileId, 1)
  await intake.receive(fileId, 'body', chunks(randomBytes(1)))
  await new Intake(dataDir, registry).prepare(new Set([intake.pathFor(fileId)]))
  expect(await readdir(join(dataDir, 'intake'))).toEqual([fileId])
  await new Intake(dataDir, registry).prepare(new Set())
  expect(await readdir(join(dataDir, 'intake'))).toEqual([])
})
