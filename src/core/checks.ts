import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Check } from '../shared/check-protocol.ts'
import type { Image, LogLine } from '../shared/domain.ts'
import { GlancerError, toErrorShape } from '../shared/errors.ts'
import type { KnownFile } from './files/file-registry.ts'
import type { IncomingFiles, TransferCloud } from './transfers/attempt.ts'
import type { Engine } from './transfers/engine/index.ts'
import { fileIdentity } from './transfers/file-identity.ts'
import type { TransferRecord } from './transfers/record.ts'
import { compare } from './transfers/verify.ts'

/** So many that are over are kept to be looked at. */
const KEPT = 50

export interface ChecksDeps {
  engine: Pick<Engine, 'start'>
  cloud(cloudId: string): TransferCloud | null
  cloudName(cloudId: string): string
  file(fileId: string): KnownFile
  incoming: IncomingFiles & { expect(fileId: string, total: number): void; discard(fileId: string): Promise<void> }
  /** The transfer itself; it holds the path. */
  transfer(id: string): TransferRecord
  /** Writes a line into a transfer's log. */
  note(transferId: string, level: LogLine['level'], text: string): void
  now(): number
  changed(id: string, urgent: boolean): void
  removed(ids: readonly string[]): void
}

type Source = { kind: 'path'; path: string } | { kind: 'incoming'; fileId: string }

interface Entry {
  check: Check
  readonly source: Source
  readonly abort: AbortController
}

/** Reads local files again and compares them with what the clouds say now: one file at a time, the others wait. */
export class Checks {
  readonly #deps: ChecksDeps
  readonly #entries = new Map<string, Entry>()
  #last: Promise<void> = Promise.resolve()

  constructor(deps: ChecksDeps) {
    this.#deps = deps
  }

  list(): Check[] {
    return [...this.#entries.values()].map((entry) => entry.check)
  }

  get(id: string): Check | null {
    return this.#entries.get(id)?.check ?? null
  }

  /** A chosen or dropped file against an image. @throws GlancerError `not-found` for an unknown file. */
  start(cloudId: string, imageId: string, imageName: string, fileId: string): Check {
    const file = this.#deps.file(fileId)
    const source: Source = file.kind === 'path' ? { kind: 'path', path: file.path } : { kind: 'incoming', fileId }
    if (file.kind === 'incoming') this.#deps.incoming.expect(fileId, file.size)
    return this.#begin(source, { cloudId, imageId, imageName, fileName: file.fileName, transferId: null })
  }

  /** The file of a finished transfer against its image. @throws GlancerError `not-allowed` where it has none that is kept. */
  ofTransfer(transferId: string): Check {
    const record = this.#deps.transfer(transferId)
    const { imageId, cloudId, imageName, fileName } = record
    const path = keptFile(record)
    if (imageId === null || path === null)
      throw new GlancerError('not-allowed', 'No file of this transfer is kept on this machine.', {
        remedy: 'Choose the file that is to be compared.',
      })
    return this.#begin({ kind: 'path', path }, { cloudId, imageId, imageName, fileName, transferId })
  }

  stop(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.check.endedAt !== null) return
    this.#set(entry, { state: 'stopped', endedAt: this.#deps.now() }, true)
    entry.abort.abort()
  }

  remove(id: string): void {
    this.stop(id)
    if (this.#entries.delete(id)) this.#deps.removed([id])
  }

  async close(): Promise<void> {
    for (const id of this.#entries.keys()) this.stop(id)
    await this.#last
  }

  #begin(source: Source, about: Pick<Check, 'cloudId' | 'imageId' | 'imageName' | 'fileName' | 'transferId'>): Check {
    const check: Check = {
      ...about,
      id: randomUUID(),
      cloudName: this.#deps.cloudName(about.cloudId),
      state: source.kind === 'incoming' ? 'receiving' : 'waiting',
      bytesDone: 0,
      bytesTotal: null,
      verification: null,
      sizes: null,
      digests: [],
      error: null,
      createdAt: this.#deps.now(),
      endedAt: null,
    }
    const entry: Entry = { check, source, abort: new AbortController() }
    this.#entries.set(check.id, entry)
    this.#forgetOldest()
    this.#deps.changed(check.id, false)
    // The browser sends while another one is read.
    const there = this.#whereIs(entry)
    there.catch(() => {})
    this.#last = this.#last.then(() => this.#run(entry, there))
    return check
  }

  async #whereIs({ source, abort, check }: Entry): Promise<string> {
    if (source.kind === 'path') return source.path
    const progress = (bytesDone: number): void => this.#setById(check.id, { bytesDone })
    const { path } = await this.#deps.incoming.whole(source.fileId, progress, abort.signal)
    this.#setById(check.id, { state: 'waiting', bytesDone: 0 })
    return path
  }

  async #run(entry: Entry, there: Promise<string>): Promise<void> {
    const { signal } = entry.abort
    try {
      if (signal.aborted) return
      const path = await there
      await this.#compare(entry, path, signal)
    } catch (thrown) {
      if (signal.aborted) return
      const error = toErrorShape(thrown)
      this.#set(entry, { state: 'failed', error, endedAt: this.#deps.now() }, true)
      this.#noteInTransfer(entry, 'warn', `Not verified again: ${error.message}`)
    } finally {
      if (entry.source.kind === 'incoming') await this.#deps.incoming.discard(entry.source.fileId).catch(() => {})
    }
  }

  async #compare(entry: Entry, path: string, signal: AbortSignal): Promise<void> {
    const { cloudId, imageId, cloudName, fileName } = entry.check
    this.#set(entry, { state: 'reading' })
    const identity = await fileIdentity(path)
    const cloud = this.#deps.cloud(cloudId)
    if (cloud === null) throw new GlancerError('not-found', `The cloud ${cloudName} is no longer configured.`)
    const image = await (await cloud.calls(signal)).get(imageId, signal)
    refuseWithoutData(image)
    signal.throwIfAborted()
    this.#set(entry, { bytesTotal: identity.size, bytesDone: 0 })
    // Nothing to compare the bytes with, or a size that settles it: then nobody has to wait for the reading.
    const published = image.checksum !== null || image.hashValue !== null
    const sameSize = image.size === null || image.size === identity.size
    const digests = published && sameSize ? await this.#read(entry, path, identity, image, cloud, signal) : {}
    const compared = compare(digests, identity.size, image)
    this.#set(entry, { ...compared, state: 'done', bytesDone: identity.size, endedAt: this.#deps.now() }, true)
    const { verification } = compared
    if (verification.kind === 'verified')
      this.#noteInTransfer(entry, 'info', `Verified again: ${fileName} was read and ${verification.algorithms.join(' and ')} are equal.`)
    else if (verification.kind === 'mismatch') this.#noteInTransfer(entry, 'error', `Verified again: ${fileName}: ${verification.what}.`)
    else this.#noteInTransfer(entry, 'warn', `Verified again: ${verification.reason}; the size is right.`)
  }

  async #read(
    entry: Entry,
    path: string,
    identity: Awaited<ReturnType<typeof fileIdentity>>,
    image: Image,
    cloud: TransferCloud,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>> {
    const job = this.#deps.engine.start(
      { kind: 'hash', path, identity, digests: ['md5', image.hashAlgorithm?.toLowerCase() ?? cloud.hashAlgorithm()] },
      { progress: ({ bytes }) => this.#setById(entry.check.id, { bytesDone: bytes }), phase: () => {} },
    )
    const cancel = (): void => job.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    const finished = await job.finished
    signal.removeEventListener('abort', cancel)
    signal.throwIfAborted()
    if (finished.type === 'failed') throw GlancerError.fromShape(finished.error)
    if (finished.type === 'cancelled') throw new GlancerError('cancelled', 'The check was stopped.')
    return finished.result.digests
  }

  #noteInTransfer({ check: { transferId } }: Entry, level: LogLine['level'], text: string): void {
    if (transferId !== null) this.#deps.note(transferId, level, text)
  }

  #setById(id: string, patch: Partial<Check>): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined && entry.check.endedAt === null) this.#set(entry, patch)
  }

  #set(entry: Entry, patch: Partial<Check>, urgent = false): void {
    entry.check = { ...entry.check, ...patch }
    if (this.#entries.has(entry.check.id)) this.#deps.changed(entry.check.id, urgent)
  }

  #forgetOldest(): void {
    const over = [...this.#entries.values()].filter(({ check }) => check.endedAt !== null)
    const ids = over.slice(0, Math.max(0, over.length - KEPT)).map(({ check }) => check.id)
    for (const id of ids) this.#entries.delete(id)
    if (ids.length > 0) this.#deps.removed(ids)
  }
}

/** Where the file of a transfer is, or was left; null where none of its own is kept. */
function keptFile({ job, fileName }: TransferRecord): string | null {
  if (job.kind === 'download') return join(job.folder, fileName)
  return job.kind === 'upload' && !job.ownCopy ? job.path : null
}

function refuseWithoutData(image: Image): void {
  if (image.size !== null || image.checksum !== null || image.hashValue !== null) return
  throw new GlancerError('no-data', `${image.name ?? image.id} has no data to compare with: it is ${image.status}.`)
}
