import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../../src/core/app.ts'
import { workerUrls } from '../../../src/core/hosting/places.ts'
import type { App } from '../../../src/core/ports.ts'
import { FaultPlan } from '../../../src/core/service/index.ts'
import { type Image, type ImageFields, imageFieldsSchema, THIS_COMPUTER, type Transfer } from '../../../src/shared/domain.ts'
import { GlancerError } from '../../../src/shared/errors.ts'
import { type Answer, type CommandName, commands, type Delta, type Input, type Output } from '../../../src/shared/protocol.ts'

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** The real core with real worker threads on a folder of its own, driven as the page drives it. */
export class TestCore {
  readonly dir: string
  readonly faults: FaultPlan
  #app: App | null = null
  readonly #env: Record<string, string | undefined>
  readonly #stallTimeoutMs: number | undefined
  #images = new Map<string, Image>()
  #looks: (() => void)[] = []

  private constructor(dir: string, faults: FaultPlan, options: { env?: Record<string, string | undefined>; stallTimeoutMs?: number }) {
    this.dir = dir
    this.faults = faults
    this.#env = options.env ?? {}
    this.#stallTimeoutMs = options.stallTimeoutMs
  }

  static async start(options: { env?: Record<string, string | undefined>; dir?: string; stallTimeoutMs?: number } = {}): Promise<TestCore> {
    const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'glancer-core-')))
    await mkdir(join(dir, 'files'), { recursive: true })
    await mkdir(join(dir, 'downloads'), { recursive: true })
    const core = new TestCore(dir, new FaultPlan(), options)
    await core.open()
    return core
  }

  get app(): App {
    if (this.#app === null) throw new Error('the core is closed')
    return this.#app
  }

  get dataDir(): string {
    return join(this.dir, 'data')
  }

  async open(): Promise<void> {
    this.#app = await createApp(
      {
        dataDir: this.dataDir,
        version: '0-test',
        env: this.#env,
        homeDir: this.dir,
        cwd: this.dir,
        workers: workerUrls(),
        host: { kind: 'test', mayBrowse: true },
        log: () => {},
      },
      { serviceFaults: this.faults, ...(this.#stallTimeoutMs !== undefined && { stallTimeoutMs: this.#stallTimeoutMs }) },
    )
    this.#app.onDelta((delta) => this.#take(delta))
  }

  /** Ends the core in order, as quitting does; `open` starts it again on the same folder. */
  async close(): Promise<void> {
    await this.#app?.close()
    this.#app = null
  }

  async remove(): Promise<void> {
    await this.close()
    await rm(this.dir, { recursive: true, force: true })
  }

  #take(delta: Delta): void {
    for (const change of delta.images ?? []) {
      for (const image of change.upserts) this.#images.set(image.id, image)
      for (const id of change.removed) this.#images.delete(id)
    }
    for (const look of [...this.#looks]) look()
  }

  /** One command of the bridge; a failed one throws its GlancerError. */
  async call<N extends CommandName>(name: N, input: Input<N>): Promise<Output<N>> {
    const answer: Answer<unknown> = await this.app.call(name, input)
    if (!answer.ok) throw GlancerError.fromShape(answer.error)
    return commands[name].output.parse(answer.value) as Output<N>
  }

  async aFile(name: string, content: Uint8Array | number): Promise<{ path: string; bytes: Uint8Array; fileId: string }> {
    const bytes = typeof content === 'number' ? randomBytes(content) : content
    const path = join(this.dir, 'files', name)
    await writeFile(path, bytes)
    const [taken] = await this.app.files.addPaths([path])
    if (taken === undefined || !('fileId' in taken)) throw new Error(`not taken: ${JSON.stringify(taken)}`)
    return { path, bytes, fileId: taken.fileId }
  }

  async upload(fileId: string, fields: Partial<ImageFields> = {}, cloudId: string = THIS_COMPUTER): Promise<string> {
    const whole = imageFieldsSchema.parse({
      name: 'an image',
      diskFormat: 'raw',
      containerFormat: 'bare',
      visibility: 'private',
      ...fields,
    })
    const { transferIds } = await this.call('uploads.start', { cloudId, items: [{ fileId, fields: whole }] })
    const [id] = transferIds
    if (id === undefined) throw new Error('no transfer was made')
    return id
  }

  /** An image whose data is these bytes, put there by an upload of ours. */
  async anImage(bytes: Uint8Array, name = 'an image', cloudId: string = THIS_COMPUTER): Promise<string> {
    const file = await this.aFile(`${name}.src`, bytes)
    const row = await this.until(await this.upload(file.fileId, { name }, cloudId), (transfer) => transfer.state === 'done')
    if (row.imageId === null) throw new Error('done without an image')
    return row.imageId
  }

  async download(imageId: string, cloudId: string = THIS_COMPUTER): Promise<string> {
    const { folderId } = await this.call('files.pickFolder', { folder: join(this.dir, 'downloads') })
    const { transferIds } = await this.call('downloads.start', { cloudId, imageIds: [imageId], folderId })
    const [id] = transferIds
    if (id === undefined) throw new Error('no transfer was made')
    return id
  }

  async downloaded(fileName: string): Promise<Uint8Array> {
    return await this.fileIn(join(this.dir, 'downloads'), fileName)
  }

  async fileIn(folder: string, fileName: string): Promise<Uint8Array> {
    return await readFile(join(folder, fileName))
  }

  async row(id: string): Promise<Transfer> {
    return (await this.call('transfers.detail', { id })).transfer
  }

  /** Resolves when the transfer fulfils the condition; rejects with its whole story after `withinMs`. */
  async until(id: string, holds: (row: Transfer) => boolean, withinMs = 60_000): Promise<Transfer> {
    const { promise, resolve, reject } = Promise.withResolvers<Transfer>()
    let asking = false
    let again = false
    const look = async (): Promise<void> => {
      if (asking) {
        again = true
        return
      }
      asking = true
      try {
        const row = await this.row(id)
        if (holds(row)) resolve(row)
      } catch (error) {
        reject(error)
      }
      asking = false
      if (again) {
        again = false
        void look()
      }
    }
    const onDelta = (): void => void look()
    this.#looks.push(onDelta)
    const timer = setTimeout(() => {
      void this.call('transfers.detail', { id }).then(
        (detail) => reject(new Error(`waited in vain: ${JSON.stringify(detail, null, 1)}`)),
        reject,
      )
    }, withinMs)
    void look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#looks = this.#looks.filter((other) => other !== onDelta)
    }
  }

  async ended(id: string, withinMs?: number): Promise<Transfer> {
    return await this.until(id, (row) => row.state === 'done' || row.state === 'failed' || row.state === 'cancelled', withinMs)
  }

  /** Resolves when a watched cloud told of such an image. */
  async sees(holds: (image: Image) => boolean, withinMs = 20_000): Promise<Image> {
    const { promise, resolve, reject } = Promise.withResolvers<Image>()
    const look = (): void => {
      const found = this.#images.values().find(holds)
      if (found !== undefined) resolve(found)
    }
    this.#looks.push(look)
    const timer = setTimeout(() => reject(new Error(`no such image among ${JSON.stringify([...this.#images.values()])}`)), withinMs)
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#looks = this.#looks.filter((other) => other !== look)
    }
  }

  /** Lets what waits for its time go on at once. */
  retryNow(): void {
    this.app.setOnline(true)
  }
}
