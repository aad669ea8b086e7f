import { randomUUID } from 'node:crypto'
import type { Image } from '../../../shared/domain.ts'
import { GlancerError } from '../../../shared/errors.ts'
import type { ImageTask } from '../../../shared/image-protocol.ts'
import type { ImageCalls, ImportOrder, TransferCloud } from '../attempt.ts'
import type { Engine, Finished, RunningTransfer } from '../engine/index.ts'
import { newTransfer } from '../new-transfer.ts'
import type { TransferRecord } from '../record.ts'
import type { TransferJob, Waits } from '../worker/contract.ts'

/** Doubles for the tests of the queue: an engine whose jobs the test ends by hand, and a cloud that holds its images in memory. */

export const noWaits: Waits = { disk: 0, hashing: 0, network: 0, source: 0, server: 0, rate: 0 }

export interface FakeJob {
  job: TransferJob
  cancelled: boolean
  /** The last limit that it was given while it ran. */
  rate: number | null
  end(finished: Finished): void
  progress(bytes: number): void
  phase(phase: 'rehashing' | 'transferring' | 'finishing'): void
}

export class FakeEngine implements Engine {
  readonly jobs: FakeJob[] = []
  rate: number | null = null
  readonly #waiting: ((job: FakeJob) => void)[] = []

  start(job: TransferJob, on: Parameters<Engine['start']>[1]): RunningTransfer {
    const { promise, resolve } = Promise.withResolvers<Finished>()
    const fake: FakeJob = {
      job,
      cancelled: false,
      rate: job.kind === 'hash' ? null : job.rate,
      end: resolve,
      progress: (bytes) => on.progress({ bytes, waits: noWaits }),
      phase: (phase) => on.phase(phase),
    }
    this.jobs.push(fake)
    if (job.kind !== 'hash') on.phase('transferring')
    for (const waiting of this.#waiting.splice(0)) waiting(fake)
    return {
      finished: promise,
      cancel: () => {
        fake.cancelled = true
        resolve({ type: 'cancelled', bytes: 0 })
      },
      setRate: (rate) => {
        fake.rate = rate
      },
    }
  }

  /** The next job that is started. */
  next(): Promise<FakeJob> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  setGlobalRate(rate: number | null): void {
    this.rate = rate
  }

  async close(): Promise<void> {}

  stats(): ReturnType<Engine['stats']> {
    throw new Error('not needed here')
  }
}

export function image(fields: Partial<Image> = {}): Image {
  return {
    id: randomUUID(),
    name: 'an image',
    status: 'active',
    size: 10,
    virtualSize: null,
    diskFormat: 'raw',
    containerFormat: 'bare',
    visibility: 'private',
    owner: 'me',
    protected: false,
    hidden: false,
    minDisk: 0,
    minRam: 0,
    tags: [],
    stores: [],
    checksum: 'aa',
    hashAlgorithm: 'sha512',
    hashValue: 'bb',
    createdAt: '2026-11-23T16:06:52Z',
    updatedAt: '2026-11-23T16:06:52Z',
    properties: {},
    ...fields,
  }
}

export class FakeCloud implements TransferCloud {
  readonly images = new Map<string, Image>()
  readonly calls_: string[] = []
  renewed = 0
  readonly orders: ImportOrder[] = []
  readonly tasks = new Map<string, ImageTask[]>()
  /** What becomes of an image when its import is asked for. */
  onImport: (id: string) => void = () => {}
  /** Thrown by the next calls of that name. */
  readonly failures = new Map<string, GlancerError>()

  async calls(): Promise<ImageCalls> {
    const said = (name: string, id: string): void => {
      this.calls_.push(`${name} ${id}`)
      const failure = this.failures.get(name)
      if (failure !== undefined) {
        this.failures.delete(name)
        throw failure
      }
    }
    const known = (id: string): Image => {
      const found = this.images.get(id)
      if (found === undefined) throw new GlancerError('not-found', 'No image found.')
      return found
    }
    const change = (id: string, fields: Partial<Image>): void => void this.images.set(id, { ...known(id), ...fields })
    return {
      get: async (id) => {
        said('get', id)
        return known(id)
      },
      create: async (fields) => {
        said('create', fields.id)
        if (this.images.has(fields.id)) throw new GlancerError('conflict', 'already exists')
        const created = image({
          id: fields.id,
          name: fields.name,
          status: 'queued',
          size: null,
          checksum: null,
          hashAlgorithm: null,
          hashValue: null,
        })
        this.images.set(fields.id, created)
        return created
      },
      protect: async (id) => {
        said('protect', id)
        change(id, { protected: true })
      },
      deactivate: async (id) => {
        said('deactivate', id)
        change(id, { status: 'deactivated' })
      },
      delete: async (id) => {
        said('delete', id)
        known(id)
        this.images.delete(id)
      },
      import: async (id, order) => {
        said('import', id)
        this.orders.push(order)
        this.onImport(id)
      },
      tasks: async (id) => {
        said('tasks', id)
        return this.tasks.get(id) ?? []
      },
    }
  }

  async endpoint(imageId: string): ReturnType<TransferCloud['endpoint']> {
    return { url: `http://cloud.test/v2/images/${imageId}/file`, headers: { 'X-Auth-Token': 'secret-token' } }
  }

  async renew(): Promise<void> {
    this.renewed++
  }

  hashAlgorithm(): string {
    return 'sha512'
  }

  async findHashAlgorithm(): Promise<string> {
    return 'sha512'
  }

  sawHashAlgorithm(): void {}

  nudge(): void {}

  describe(): { server: string; project: string | null } {
    return { server: 'http://cloud.test', project: 'demo' }
  }

  isOnThisMachine(): boolean {
    return false
  }
}

export function record(job: TransferRecord['job'], fields: Partial<TransferRecord> = {}): TransferRecord {
  const request = { job, cloudId: 'cloud', cloudName: 'cloud', imageId: null, imageName: 'an image', fileName: 'file.raw', bytesTotal: 10 }
  return { ...newTransfer(request, 0), ...fields }
}
