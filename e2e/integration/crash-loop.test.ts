import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { THIS_COMPUTER, type Transfer } from '../../src/shared/domain.ts'
import { lookIntoJournal } from './support/crash/journal-look.ts'
import { Killer, planKill } from './support/crash/kill-plan.ts'
import { Ledger } from './support/crash/ledger.ts'
import { CoreKilled, type RemoteCore } from './support/crash/remote-core.ts'
import { CrashWorld } from './support/crash/world.ts'
import { runSeed, SeededRandom } from './support/random.ts'
import { type ServerImage, ServerSide } from './support/server-side.ts'

/**
 * The real core with its threads, in a process that is killed with SIGKILL again and again: at random times, at moments that a page is shown, and at
 * chosen places in the code. Each time another begins on the same folder. What was promised before must be there, what was shown must be so, and
 * in the end every byte is compared.
 */
const CRASHES = Number(process.env.GLANCER_CRASHES ?? 16)
/** Open transfers that the next life finds, at least. */
const OPEN = 7
const over = new Set<string>(['done', 'failed', 'cancelled'])

let world: CrashWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

/** One life: it goes on with the queue and gets more work, until it is killed. Says how it died. */
async function oneLife(here: CrashWorld, random: SeededRandom): Promise<string> {
  const plan = planKill(random)
  const killer = new Killer(plan)
  const before = await lookIntoJournal(here.dataDir)
  const core = here.start(plan.kind === 'point' ? plan.point : null, (row) => killer.saw(row))
  killer.watch(core)
  const [how] = await Promise.all([killer.death(core), work(here, core, before)])
  here.ledger.compare(await lookIntoJournal(here.dataDir))
  return how
}

async function work(here: CrashWorld, core: RemoteCore, before: Awaited<ReturnType<typeof lookIntoJournal>>): Promise<void> {
  try {
    await core.ready
    const { transfers } = await core.call('app.snapshot', {})
    // Whatever has run since, the page that opens now finds every row, and what was over is over.
    expect(transfers.map((row) => row.id).sort()).toEqual([...before.keys()].sort())
    for (const row of transfers) if (over.has(before.get(row.id)?.state ?? '')) expect(row.state).toBe(before.get(row.id)?.state)
    await core.call('app.changeSettings', { transfersAtOnce: 4, speedLimit: 40_000_000 })
    let open = transfers.filter((row) => !over.has(row.state)).length
    while (open++ < OPEN) await here.addWork(core)
  } catch (error) {
    if (!(error instanceof CoreKilled)) throw error
  }
}

/** The last life: nobody kills it. Resolves when nothing is left to do, with what it says then. */
async function toTheEnd(here: CrashWorld): Promise<{ core: RemoteCore; rows: Transfer[] }> {
  const open = new Set<string>()
  const { promise: finished, resolve } = Promise.withResolvers<void>()
  let known = false
  const core = here.start(null, (row) => {
    if (over.has(row.state)) open.delete(row.id)
    else open.add(row.id)
    // It need not wait as long as the person would.
    if (row.state === 'waiting') void core.call('transfers.act', { ids: [row.id], action: 'retry' }).catch(() => {})
    if (known && open.size === 0) resolve()
  })
  await core.ready
  for (const row of (await core.call('app.snapshot', {})).transfers) if (!over.has(row.state)) open.add(row.id)
  known = true
  if (open.size === 0) resolve()
  await Promise.race([finished, core.exited.then(() => Promise.reject(new Error(`it ended by itself: ${core.errors}`)))])
  return { core, rows: (await core.call('app.snapshot', {})).transfers }
}

/** Every row has the only outcome that there is for it: verified, but for an empty file, and one that no browser was told to have sent whole. */
function outcomes(here: CrashWorld, rows: readonly Transfer[]): void {
  for (const row of rows) {
    const told = `${row.kind} of ${row.imageName} is ${row.state} after ${row.attempt} attempts: ${row.error?.message ?? ''}`
    if (row.state === 'failed' && row.kind === 'upload' && here.sources.get(row.imageName)?.length === 0)
      expect(row.error?.code, told).toMatch(/^(file-empty|interrupted)$/)
    else if (row.state === 'failed' && row.imageName.startsWith('sent-') && !here.whole.has(row.imageName))
      expect(row.error?.code, told).toBe('interrupted')
    else expect(row, told).toMatchObject({ state: 'done', verification: { kind: 'verified' }, leftBehind: null })
  }
}

/** The built-in service of this life, found as a person at a terminal finds it. */
async function builtIn(here: CrashWorld, core: RemoteCore): Promise<ServerSide> {
  await core.call('clouds.terminalHelp', { cloudId: THIS_COMPUTER })
  const auth = z.object({ endpoint: z.string(), token: z.string() })
  const { clouds } = z
    .object({ clouds: z.object({ [THIS_COMPUTER]: z.object({ auth }) }) })
    .parse(parse(await readFile(join(here.dataDir, 'this-computer.clouds.yaml'), 'utf8')))
  return new ServerSide(clouds[THIS_COMPUTER].auth.endpoint, clouds[THIS_COMPUTER].auth.token)
}

/** On the server: for each upload that is done its one image, with its bytes; nothing else, half-made or made twice. */
async function serverSide(here: CrashWorld, side: ServerSide, isBuiltIn: boolean, rows: readonly Transfer[]): Promise<number> {
  const images = (await side.images()).filter((image) => !/^(source|replaced)-/.test(image.name ?? ''))
  const wanted = rows.filter((row) => row.kind === 'upload' && row.state === 'done' && (row.cloudId === THIS_COMPUTER) === isBuiltIn)
  const listed = (all: { id: string | null; name: string | null }[]) => all.map(({ id, name }) => `${name} ${id}`).sort()
  expect(listed(images), 'images on the server').toEqual(listed(wanted.map((row) => ({ id: row.imageId, name: row.imageName }))))
  let bytes = 0
  for (const image of images) bytes += await sameAsSource(here, side, image)
  return bytes
}

async function sameAsSource(here: CrashWorld, side: ServerSide, image: ServerImage): Promise<number> {
  expect(image.status, `${image.name}`).toBe('active')
  const data = await side.data(image.id)
  expect(here.sources.get(image.name ?? '')?.equals(data), `the bytes of ${image.name} on the server`).toBe(true)
  return data.length
}

/** On this disk: each finished download under a name of its own with its bytes; no part, no copy, no leftover of any kind. */
async function thisDisk(here: CrashWorld, rows: readonly Transfer[]): Promise<number> {
  let bytes = 0
  const paths = new Set<string>()
  for (const row of rows.filter(({ kind, state }) => kind === 'download' && state === 'done')) {
    const path = here.fileOf(row)
    if (!row.imageName.startsWith('replaced-')) expect(paths.has(path), `two downloads in ${path}`).toBe(false)
    paths.add(path)
    const data = await readFile(path)
    expect(here.sources.get(row.imageName)?.equals(data), `the bytes of ${path}`).toBe(true)
    bytes += data.length
  }
  const downloads = (await readdir(join(here.dir, 'downloads'))).filter((name) => name !== 'source-1.raw')
  const orphans = downloads.filter((name) => !paths.has(join(here.dir, 'downloads', name)))
  expect(orphans, 'files that no row speaks of').toEqual([])
  expect((await readdir(join(here.dir, 'replaced'))).filter((name) => name.endsWith('.part'))).toEqual([])
  expect(await here.foreignFileIsWhole()).toBe(true)
  // What a browser sent is kept for as long as it may be sent again by hand.
  const kept = [...(await lookIntoJournal(here.dataDir)).values()].flatMap(({ job, state }) =>
    job.kind === 'upload' && job.ownCopy && job.intakeId === null && state === 'failed' ? [basename(job.path)] : [],
  )
  expect((await readdir(join(here.dataDir, 'intake'))).sort(), 'copies of what browsers sent').toEqual(kept.sort())
  for (const home of [join(here.dir, 'outside'), join(here.dataDir, 'service')]) {
    const files = await readdir(join(home, 'data'), { recursive: true })
    expect(
      files.filter((name) => name.endsWith('.part')),
      `parts of the service in ${home}`,
    ).toEqual([])
  }
  const known = /^(journal\.sqlite|lock\.sqlite|service|intake|this-computer\.clouds\.yaml)$/
  expect(
    (await readdir(here.dataDir)).filter((name) => !known.test(name)),
    'in the data folder after it was closed',
  ).toEqual([])
  return bytes
}

test(`${CRASHES} crashes in a queue of uploads and downloads: nothing is lost, nothing false is shown`, {
  timeout: 60_000 + CRASHES * 5000,
}, async () => {
  const seed = runSeed()
  const random = new SeededRandom(seed)
  const began = performance.now()
  let crash = 0
  try {
    const here = await CrashWorld.create(random)
    world = here
    const died = new Map<string, number>()
    for (; crash < CRASHES; crash++) {
      const how = await oneLife(here, random)
      died.set(how, (died.get(how) ?? 0) + 1)
      expect((await here.falselyDone()).join('\n')).toBe('')
    }
    const { core, rows } = await toTheEnd(here)
    Ledger.same(await lookIntoJournal(here.dataDir), rows)
    here.ledger.compare(await lookIntoJournal(here.dataDir))
    expect((await here.falselyDone()).join('\n')).toBe('')
    outcomes(here, rows)
    // A run in which nothing was cut off shows little.
    if (CRASHES >= 10) expect(rows.filter((row) => row.attempt > 1).length).toBeGreaterThan(CRASHES / 4)
    let bytes = await serverSide(here, here.outside, false, rows)
    bytes += await serverSide(here, await builtIn(here, core), true, rows)
    await core.close()
    bytes += await thisDisk(here, rows)
    Ledger.same(await lookIntoJournal(here.dataDir), rows)

    const lines = [...(await lookIntoJournal(here.dataDir)).values()].flatMap((record) => record.log.map((line) => line.text))
    const said = (text: string): number => lines.filter((line) => line.includes(text)).length
    const count = (holds: (row: Transfer) => boolean): number => rows.filter(holds).length
    console.info(
      `crashes: seed ${seed}, ${CRASHES} survived in ${Math.round((performance.now() - began) / 1000)} s (${[...died].map(([how, n]) => `${n} by ${how}`).join(', ')}), ` +
        `${rows.length} transfers, ${count((row) => row.cloudId === THIS_COMPUTER)} of them with This computer, ` +
        `${said('Glancer was closed')} cut off: ${said('kept from before')} downloads went on in the middle, ${said('from byte 0')} uploads were sent again, ` +
        `${said('already has its data')} were whole already; ${count(({ state }) => state === 'done')} verified, ` +
        `${count(({ state }) => state === 'failed')} failed truthfully, ${Math.round(bytes / 1_000_000)} MB compared, 0 lost, 0 falsely verified`,
    )
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`after ${crash} crashes of GLANCER_SEED=${seed}: ${message}`, { cause: error })
  }
})
