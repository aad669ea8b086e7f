import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { type ImageService, startImageService } from '../../../../src/core/service/index.ts'
import { THIS_COMPUTER, type Transfer } from '../../../../src/shared/domain.ts'
import type { SeededRandom } from '../random.ts'
import { ServerSide } from '../server-side.ts'
import type { CrashPoint } from './crash-points.ts'
import { Ledger } from './ledger.ts'
import { RemoteCore } from './remote-core.ts'

const OUTSIDE = 'cloud:outside'
const BYTES_PER_SECOND = 10_000_000
const HEAD = 1024 * 1024
const TAIL = 64 * 1024

/**
 * All that outlives the killed process: an image service that goes on with its half-sent requests, the files, the folder that they are downloaded
 * into, and what the person was told. The second cloud, "This computer", dies and comes back with the core.
 */
export class CrashWorld {
  readonly dir: string
  readonly ledger = new Ledger()
  readonly outside: ServerSide
  /** What the data of an image of this name must be. Each upload has a name of its own. */
  readonly sources = new Map<string, Buffer>()
  /** Images of which a browser was told that the whole file has come. */
  readonly whole = new Set<string>()
  readonly #random: SeededRandom
  readonly #service: ImageService
  /** Images that can be downloaded: those that were there, and those whose upload was shown to be verified. */
  readonly #images: { cloudId: string; imageId: string; name: string }[] = []
  readonly #checks = new Map<string, Promise<string | null>>()
  #core: RemoteCore | null = null
  #made = 0
  /** How many of the images were there before the first life. */
  #there = 0

  private constructor(dir: string, random: SeededRandom, service: ImageService) {
    this.dir = dir
    this.#random = random
    this.#service = service
    this.outside = new ServerSide(service.url, service.token)
  }

  static async create(random: SeededRandom): Promise<CrashWorld> {
    const dir = await mkdtemp(join(tmpdir(), 'glancer-crash-'))
    for (const folder of ['files', 'downloads', 'replaced', 'outside']) await mkdir(join(dir, folder))
    const world = new CrashWorld(dir, random, await startImageService({ dataDir: join(dir, 'outside') }))
    const auth = { endpoint: world.outside.url, token: world.#service.token }
    await writeFile(world.#cloudsFile, stringify({ clouds: { outside: { auth_type: 'admin_token', auth } } }))
    for (let n = 0; n < 5; n++) await world.#anImage(`source-${n}`, n === 0 ? Buffer.alloc(0) : world.#content())
    for (let n = 0; n < 2; n++) {
      await world.#anImage(`replaced-${n}`, world.#content())
      await writeFile(join(dir, 'replaced', `replaced-${n}.raw`), 'an older file of that name')
    }
    world.#there = world.#images.length
    // Somebody else's file where a download would go: it is never touched.
    await writeFile(join(dir, 'downloads', 'source-1.raw'), FOREIGN)
    // Slow enough that a kill falls into the middle of a transfer, between a question and its answer, and into the time that a store takes.
    const { faults } = world.#service
    faults.add({ on: ['upload', 'download'], action: { kind: 'throttle', bytesPerSecond: BYTES_PER_SECOND } })
    faults.add({ on: 'create', action: { kind: 'delay', hold: { ms: 100 } } })
    faults.add({ on: 'upload', action: { kind: 'slow-finish', hold: { ms: 150 } } })
    return world
  }

  get dataDir(): string {
    return join(this.dir, 'data')
  }

  get #cloudsFile(): string {
    return join(this.dir, 'clouds.yaml')
  }

  /** Starts the core on the data folder of the one that was killed. */
  start(crashPoint: CrashPoint | null, onRow: (row: Transfer) => void): RemoteCore {
    const options = { dataDir: this.dataDir, homeDir: this.dir, cloudsFile: this.#cloudsFile, crashPoint }
    const core = new RemoteCore(options, (row) => {
      this.ledger.shown.set(row.id, row)
      if (row.state === 'done' && !this.#checks.has(row.id)) {
        this.#checks.set(row.id, this.#untrue(row))
        if (row.kind === 'upload' && row.imageId !== null)
          this.#images.push({ cloudId: row.cloudId, imageId: row.imageId, name: row.imageName })
      }
      onRow(row)
    })
    this.#core = core
    return core
  }

  /** Queues one more transfer, of a random kind. */
  async addWork(core: RemoteCore): Promise<void> {
    const dice = this.#random.next()
    const cloudId = this.#random.next() < 0.7 ? OUTSIDE : THIS_COMPUTER
    if (dice < 0.4) await this.#upload(core, cloudId)
    else if (dice < 0.55) await this.#sendAndUpload(core, cloudId)
    else await this.#download(core)
  }

  /** What was shown as done and is not so. Each was looked at as soon as it was shown, whatever became of the process. */
  async falselyDone(): Promise<string[]> {
    return (await Promise.all(this.#checks.values())).filter((problem) => problem !== null)
  }

  /** Where a finished download of this row is. */
  fileOf(row: Transfer): string {
    return join(this.dir, row.imageName.startsWith('replaced-') ? 'replaced' : 'downloads', row.fileName)
  }

  /** Names in the folder of downloads that were there before. */
  async foreignFileIsWhole(): Promise<boolean> {
    return (await readFile(join(this.dir, 'downloads', 'source-1.raw'), 'utf8')) === FOREIGN
  }

  async remove(): Promise<void> {
    this.#core?.kill()
    await this.#core?.exited
    await this.#service.close()
    await rm(this.dir, { recursive: true, force: true })
  }

  async #untrue(row: Transfer): Promise<string | null> {
    const what = `${row.kind} of ${row.imageName} is shown as done`
    if (row.verification?.kind !== 'verified') return `${what}, and ${row.verification?.kind ?? 'not compared'}`
    const home = row.cloudId === OUTSIDE ? join(this.dir, 'outside') : join(this.dataDir, 'service')
    const path = row.kind === 'download' ? this.fileOf(row) : join(home, 'data', 'disk', row.imageId ?? '')
    const have = await readFile(path).catch(() => null)
    const want = this.sources.get(row.imageName)
    if (have === null) return `${what}, but ${path} is not there`
    return want !== undefined && have.equals(want) ? null : `${what}, but ${path} has other bytes`
  }

  async #upload(core: RemoteCore, cloudId: string): Promise<void> {
    const { path, name } = await this.#aFile('up')
    const [taken] = z.array(z.object({ fileId: z.string() })).parse(await core.ask({ what: 'add', paths: [path] }))
    await this.#start(core, cloudId, taken?.fileId ?? '', name)
  }

  /** As a browser does: the head and the tail first, the rest after the upload was asked for. */
  async #sendAndUpload(core: RemoteCore, cloudId: string): Promise<void> {
    const { path, name, size } = await this.#aFile('sent')
    const { fileId } = await core.call('files.announce', { name: `${name}.raw`, size, modifiedAt: 0 })
    await core.ask({ what: 'receive', fileId, part: 'head', path, start: 0, end: Math.min(HEAD, size) })
    await core.ask({ what: 'receive', fileId, part: 'tail', path, start: Math.max(0, size - TAIL), end: size })
    await this.#start(core, cloudId, fileId, name)
    const body = core.ask({ what: 'receive', fileId, part: 'body', path, start: 0, end: size, stalls: this.#random.next() < 0.3 })
    // One that stalls is heard of when the core dies.
    body.then(
      () => this.whole.add(name),
      () => {},
    )
  }

  async #start(core: RemoteCore, cloudId: string, fileId: string, name: string): Promise<void> {
    const fields = { name, diskFormat: 'raw', containerFormat: 'bare', visibility: 'private' } as const
    const { transferIds } = await core.call('uploads.start', { cloudId, items: [{ fileId, fields }] })
    for (const id of transferIds) this.ledger.acknowledged.add(id)
  }

  async #download(core: RemoteCore): Promise<void> {
    const { cloudId, imageId, name } = this.#random.pick(this.#random.next() < 0.5 ? this.#images.slice(0, this.#there) : this.#images)
    const replace = name.startsWith('replaced-')
    const { folderId } = await core.call('files.pickFolder', { folder: join(this.dir, replace ? 'replaced' : 'downloads') })
    const ifExists = replace ? 'replace' : 'rename'
    const { transferIds } = await core.call('downloads.start', { cloudId, imageIds: [imageId], folderId, ifExists })
    for (const id of transferIds) this.ledger.acknowledged.add(id)
  }

  async #aFile(prefix: string): Promise<{ path: string; name: string; size: number }> {
    const name = `${prefix}-${++this.#made}`
    const bytes = this.#random.next() < 0.05 ? Buffer.alloc(0) : this.#content()
    this.sources.set(name, bytes)
    const path = join(this.dir, 'files', `${name}.raw`)
    const file = await open(path, 'w')
    await file.writeFile(bytes)
    await file.close()
    return { path, name, size: bytes.length }
  }

  async #anImage(name: string, bytes: Buffer): Promise<void> {
    this.sources.set(name, bytes)
    this.#images.push({ cloudId: OUTSIDE, imageId: await this.outside.addImage(name, bytes), name })
  }

  /** Many small, few large, up to 20 MiB; one in four with holes. */
  #content(): Buffer {
    const dice = this.#random.next()
    const size = dice < 0.3 ? this.#random.int(1, 300_000) : this.#random.int(300_000, dice < 0.75 ? 8_000_000 : 20 * 1024 * 1024)
    return this.#random.next() < 0.25 ? this.#random.sparseBytes(size) : this.#random.bytes(size)
  }
}

const FOREIGN = 'this file is none of ours'
