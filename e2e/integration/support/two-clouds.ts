import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type ImageService, startImageService } from '../../../src/core/service/index.ts'
import type { Transfer } from '../../../src/shared/domain.ts'
import { TestCore } from './core.ts'
import { type ServerImage, ServerSide } from './server-side.ts'

export const FROM = 'cloud:from'
export const TO = 'cloud:to'
const OTHER = 'other'

/** Two image services that outlive the core, each with faults of its own, and the core that knows both by clouds.yaml. */
export class TwoClouds {
  readonly dir: string
  readonly from: ImageService
  readonly to: ImageService
  readonly core: TestCore

  private constructor(dir: string, from: ImageService, to: ImageService, core: TestCore) {
    this.dir = dir
    this.from = from
    this.to = to
    this.core = core
  }

  static async start(options: { stallTimeoutMs?: number } = {}): Promise<TwoClouds> {
    const dir = await mkdtemp(join(tmpdir(), 'glancer-copies-'))
    const [from, to] = await Promise.all([
      startImageService({ dataDir: join(dir, 'from') }),
      // Another digest than the source's: both are computed in the one pass.
      startImageService({ dataDir: join(dir, 'to'), hashAlgorithm: 'sha256' }),
    ])
    const { stallTimeoutMs } = options
    const core = await TestCore.start({
      dir,
      env: { OS_CLIENT_CONFIG_FILE: await cloudsFile(dir, from, to) },
      ...(stallTimeoutMs !== undefined && { stallTimeoutMs }),
    })
    const clouds = new TwoClouds(dir, from, to, core)
    // By which the core learns what the target publishes.
    await clouds.target.addImage(OTHER, Buffer.from('of somebody else'))
    return clouds
  }

  get source(): ServerSide {
    return new ServerSide(this.from.url, this.from.token)
  }

  get target(): ServerSide {
    return new ServerSide(this.to.url, this.to.token)
  }

  /** What the target has, but for the image that was there before. */
  async targetImages(): Promise<ServerImage[]> {
    return (await this.target.images()).filter(({ name }) => name !== OTHER)
  }

  /** An image of these bytes in the source. */
  async image(bytes: Uint8Array, fields: Record<string, unknown> = {}): Promise<string> {
    return await this.source.addImage('an image', bytes, fields)
  }

  /** As a person does it who changes nothing: plans the copy, and starts it as proposed. */
  async copy(imageId: string): Promise<string> {
    const { images } = await this.core.call('copies.plan', { fromCloudId: FROM, toCloudId: TO, imageIds: [imageId] })
    const items = images.map(({ fields }) => ({ imageId, fields }))
    const { transferIds } = await this.core.call('copies.start', { fromCloudId: FROM, toCloudId: TO, items })
    const [id] = transferIds
    if (id === undefined) throw new Error('no transfer was made')
    return id
  }

  /** The end of a copy that may wait for its time in between: then somebody presses "Retry now". */
  async ended(id: string): Promise<Transfer> {
    return await this.core.until(id, ({ state }) => {
      if (state === 'waiting') this.core.retryNow()
      return state === 'done' || state === 'failed' || state === 'cancelled'
    })
  }

  async close(): Promise<void> {
    await this.core.close()
    await Promise.all([this.from.close(), this.to.close()])
    await rm(this.dir, { recursive: true, force: true })
  }
}

/** A clouds.yaml that names both. */
export async function cloudsFile(dir: string, from: ImageService, to: ImageService): Promise<string> {
  const file = join(dir, 'clouds.yaml')
  const cloud = ({ url, token }: ImageService) => ({ auth_type: 'admin_token', auth: { endpoint: url, token } })
  await writeFile(file, stringify({ clouds: { from: cloud(from), to: cloud(to) } }))
  return file
}
