import { mkdir, open, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { GlancerError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/units.ts'
import type { IncomingFiles } from '../transfers/attempt.ts'
import { fileIdentity } from '../transfers/file-identity.ts'
import type { FileIdentity } from '../transfers/worker/contract.ts'
import type { FileRegistry } from './file-registry.ts'

const HEAD_LIMIT = 1024 * 1024
const TAIL_LIMIT = 64 * 1024
const PROGRESS_BYTES = 4 * 1024 * 1024
/** The browser may take a while between the press of the button and the first byte: others are sent before. */
const NOTHING_COMES_MS = 60_000

export interface WholeFile {
  path: string
  identity: FileIdentity
}

interface Coming {
  bytes: number
  total: number
  state: 'expected' | 'receiving' | 'whole' | 'failed'
  error: GlancerError | null
  result: WholeFile | null
  listeners: Set<() => void>
}

/**
 * Bytes that a browser sends to the web host. The head and the tail of a file are kept in memory, to look at; its body goes to a file of its
 * own in the data folder, as a stream, so that a retry can read it again and the tab may be closed. The copy goes when its upload is verified
 * or taken out of the list.
 */
export class Intake implements IncomingFiles {
  readonly #folder: string
  readonly #files: FileRegistry
  readonly #arrived: (fileId: string, whole: WholeFile) => void
  readonly #coming = new Map<string, Coming>()
  /** Ids of those that nobody wants any more, but whose sender may not know it. */
  readonly #discarded = new Set<string>()

  /** @param arrived told of each file that is whole and flushed, before its sender is. */
  constructor(dataDir: string, files: FileRegistry, arrived: (fileId: string, whole: WholeFile) => void = () => {}) {
    this.#folder = join(dataDir, 'intake')
    this.#files = files
    this.#arrived = arrived
  }

  /** Makes the folder, and takes away what no transfer needs any more. */
  async prepare(needed: ReadonlySet<string>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name)
      if (!needed.has(path)) await rm(path, { force: true })
    }
  }

  pathFor(fileId: string): string {
    return join(this.#folder, fileId)
  }

  /** An upload of this file was asked for: its body will come. */
  expect(fileId: string, total: number): void {
    if (!this.#coming.has(fileId))
      this.#coming.set(fileId, { bytes: 0, total, state: 'expected', error: null, result: null, listeners: new Set() })
  }

  async receive(fileId: string, part: 'head' | 'tail' | 'body', bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const file = this.#files.get(fileId)
    if (file.kind !== 'incoming') throw new GlancerError('bad-argument', 'The bytes of this file are not awaited.')
    if (part === 'body') return await this.#receiveBody(fileId, file.size, bytes)
    const limit = part === 'head' ? HEAD_LIMIT : TAIL_LIMIT
    const expected = Math.min(limit, file.size)
    const collected = await collect(bytes, limit)
    if (collected.length !== expected)
      throw new GlancerError('bad-argument', `The ${part} of the file has ${collected.length} bytes, not ${expected}.`)
    this.#files.keepPart(fileId, part, collected)
  }

  async #receiveBody(fileId: string, total: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const coming = this.#coming.get(fileId)
    if (this.#discarded.has(fileId)) throw unwanted()
    if (coming === undefined || coming.state === 'receiving' || coming.state === 'whole') {
      throw new GlancerError('bad-argument', 'The bytes of this file are not awaited.')
    }
    coming.state = 'receiving'
    coming.bytes = 0
    coming.error = null
    const path = this.pathFor(fileId)
    try {
      await roomFor(this.#folder, total)
      const handle = await open(path, 'w', 0o600)
      try {
        let announced = 0
        for await (const chunk of bytes) {
          if (coming.state !== 'receiving') throw coming.error ?? unwanted()
          if (coming.bytes + chunk.length > total)
            throw new GlancerError('file-changed', 'The browser sent more bytes than it had announced.')
          await writeAll(handle, chunk, coming.bytes)
          coming.bytes += chunk.length
          if (coming.bytes - announced >= PROGRESS_BYTES) {
            announced = coming.bytes
            this.#tell(coming)
          }
        }
        if (coming.bytes !== total) {
          throw new GlancerError('interrupted', `The browser stopped after ${formatBytes(coming.bytes)} of ${formatBytes(total)}.`, {
            remedy: 'Drop the file again.',
          })
        }
        await handle.datasync()
      } finally {
        await handle.close()
      }
      const identity = await fileIdentity(path)
      // Not wanted any more since its last bytes came: nobody may be told that it is here.
      if (coming.state !== 'receiving') throw coming.error ?? unwanted()
      coming.result = { path, identity }
      coming.state = 'whole'
      this.#arrived(fileId, coming.result)
    } catch (thrown) {
      coming.state = 'failed'
      // Its file may have been taken away under its hands: that is no fault then.
      coming.error = this.#discarded.has(fileId) ? unwanted() : asGlancerError(thrown)
      await rm(path, { force: true })
      throw coming.error
    } finally {
      this.#tell(coming)
    }
  }

  /** The browser says that the body will not come: whoever waits for it hears so at once. */
  giveUp(fileId: string): void {
    const coming = this.#coming.get(fileId)
    if (coming === undefined || coming.state === 'whole' || coming.state === 'failed') return
    coming.state = 'failed'
    coming.error = new GlancerError('file-missing', 'The browser cannot read the file any more.', {
      remedy: 'See that it is still there, then drop it again.',
    })
    this.#tell(coming)
  }

  /** Nobody wants this file any more: its sender is refused the rest, and what came of it is deleted. */
  async discard(fileId: string): Promise<void> {
    const coming = this.#coming.get(fileId)
    if (coming === undefined) return
    this.#coming.delete(fileId)
    this.#discarded.add(fileId)
    // One that is still being received ends by itself with its next bytes, and takes its file away.
    coming.state = 'failed'
    await rm(this.pathFor(fileId), { force: true })
  }

  async whole(fileId: string, progress: (bytes: number) => void, signal: AbortSignal): Promise<WholeFile> {
    const coming = this.#coming.get(fileId)
    if (coming === undefined)
      throw new GlancerError('interrupted', 'The browser had not sent the whole file yet.', { remedy: 'Drop the file again.' })
    const { promise, resolve, reject } = Promise.withResolvers<WholeFile>()
    let patience: NodeJS.Timeout | undefined
    const look = (): void => {
      clearTimeout(patience)
      progress(coming.bytes)
      if (coming.state === 'whole' && coming.result !== null) resolve(coming.result)
      else if (coming.state === 'failed') reject(coming.error)
      else if (coming.state === 'expected') {
        const late = new GlancerError('interrupted', 'The browser did not send the file.', {
          remedy: 'Drop the file again, and leave the page open until it is sent.',
        })
        patience = setTimeout(() => reject(late), NOTHING_COMES_MS)
      }
    }
    const stop = (): void => reject(signal.reason)
    coming.listeners.add(look)
    signal.addEventListener('abort', stop, { once: true })
    try {
      look()
      if (signal.aborted) stop()
      return await promise
    } finally {
      clearTimeout(patience)
      coming.listeners.delete(look)
      signal.removeEventListener('abort', stop)
    }
  }

  #tell(coming: Coming): void {
    for (const listener of [...coming.listeners]) listener()
  }
}

function unwanted(): GlancerError {
  return new GlancerError('cancelled', 'The file is not wanted any more.')
}

async function collect(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    length += chunk.length
    if (length > limit) throw new GlancerError('too-large', 'More bytes were sent than are looked at.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function writeAll(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await handle.write(chunk, written, chunk.length - written, position + written)).bytesWritten
  }
}

async function roomFor(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder)
  const free = disk.bavail * disk.bsize
  if (bytes > free) {
    throw new GlancerError('disk-full', `The host has ${formatBytes(free)} free, the file needs ${formatBytes(bytes)}.`, {
      remedy: 'Make room on the host, or choose the file there instead of in the browser.',
    })
  }
}

function asGlancerError(thrown: unknown): GlancerError {
  if (thrown instanceof GlancerError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new GlancerError('disk-full', "The host's disk is full.", { detail, remedy: 'Make room on the host, then drop the file again.' })
  return new GlancerError('interrupted', 'The browser stopped sending the file.', {
    detail,
    remedy: 'Drop the file again, and leave the page open until it is sent.',
  })
}
