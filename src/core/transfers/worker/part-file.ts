import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { GlancerError } from '../../../shared/errors.ts'
import type { FileIdentity } from './contract.ts'
import { identityOf } from './identity.ts'

const ZEROS = Buffer.alloc(1024 * 1024)

/**
 * One write hands over at most so much. Small ones cost a switch of threads each; with very large ones Linux (6.18, ext4) takes very large
 * pieces of memory for its cache, which in a virtual machine may first have to be brought in: of 1 GiB, 256 KiB took 0.35 s, 1 MiB 1.0 s,
 * 64 KiB 0.77 s, 16 KiB 2.4 s.
 */
const WRITE_BYTES = 256 * 1024

/** So much may wait to be flushed; then it is flushed behind the back of what goes on, so that the end has little left to wait for. */
const FLUSH_BYTES = 256 * 1024 * 1024

interface Write {
  readonly end: number
  done: boolean
}

/**
 * The file that a download grows in. Blocks are taken in order, and several may be on their way to the disk at once: `safeBytes` ends before
 * the first that is not there yet, and what lies beyond that is cut off at the close.
 */
export class PartFile {
  readonly #handle: FileHandle
  #end = 0
  /** Without gaps, holes at the end not counted. */
  #written = 0
  /** In order. */
  readonly #writes: Write[] = []
  #failed = false
  #dirty = 0
  #flushing: Promise<void> | null = null

  private constructor(handle: FileHandle, kept: number) {
    this.#handle = handle
    this.#end = kept
    this.#written = kept
  }

  /** @param kept bytes that stay; whatever is behind them is cut off. */
  static async open(path: string, kept: number): Promise<PartFile> {
    try {
      // Not followed if it is a link: the name is ours, what it might point to is not.
      const handle = await open(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o644)
      try {
        // Made longer, it would have a hole where bytes are believed to be.
        if (kept > 0 && (await handle.stat()).size < kept)
          throw new GlancerError('part-changed', 'The unfinished file became shorter than it was.')
        await handle.truncate(kept)
        return new PartFile(handle, kept)
      } catch (error) {
        await handle.close()
        throw error
      }
    } catch (error) {
      throw writeFailure(error)
    }
  }

  /** Bytes that are in the file, from its beginning and without a gap; holes at the end not counted. */
  get safeBytes(): number {
    return this.#written
  }

  async read(block: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(block, 0, block.length, position)
    return bytesRead
  }

  /** Adds a block at the end, while others before it may still be written. One that is all zeros becomes a hole: it reads the same and takes no room. */
  async append(bytes: Uint8Array): Promise<void> {
    const position = this.#end
    this.#end += bytes.length
    if (isZero(bytes)) return
    const write: Write = { end: this.#end, done: false }
    this.#writes.push(write)
    try {
      for (let done = 0; done < bytes.length; )
        done += (await this.#handle.write(bytes, done, Math.min(WRITE_BYTES, bytes.length - done), position + done)).bytesWritten
    } catch (error) {
      this.#failed = true
      throw writeFailure(error)
    }
    write.done = true
    while (this.#writes[0]?.done === true) this.#written = this.#writes.shift()?.end ?? this.#written
    this.#flushSoon(bytes.length)
  }

  #flushSoon(bytes: number): void {
    this.#dirty += bytes
    if (this.#dirty < FLUSH_BYTES || this.#flushing !== null) return
    this.#dirty = 0
    // A disk that fails here fails again at the end, where it is waited for.
    this.#flushing = this.#handle
      .datasync()
      .catch(() => {})
      .finally(() => {
        this.#flushing = null
      })
  }

  /** Gives it its full length, also where it ends in a hole, and waits until the disk has it. */
  async finish(): Promise<FileIdentity> {
    try {
      await this.#flushing
      await this.#handle.truncate(this.#end)
      await this.#handle.datasync()
      this.#written = this.#end
      return identityOf(await this.#handle.stat({ bigint: true }))
    } catch (error) {
      throw writeFailure(error)
    }
  }

  /** No write may be under way any more. */
  async close(): Promise<void> {
    await this.#flushing
    // Behind a write that failed, or was never awaited, there may be bytes of later ones: a resume must not take them for a beginning.
    if (this.#failed || this.#writes.length > 0) await this.#handle.truncate(this.#written).catch(() => {})
    await this.#handle.close()
  }
}

function isZero(bytes: Uint8Array): boolean {
  // The first bytes tell nearly always, so that real data costs next to nothing here.
  if (bytes[0] !== 0 || bytes[bytes.length >> 1] !== 0) return false
  return Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) === 0
}

/** A failed write as the person should hear it. */
export function writeFailure(thrown: unknown): GlancerError {
  if (thrown instanceof GlancerError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  const facts = { detail: thrown instanceof Error ? thrown.message : String(thrown), cause: thrown }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new GlancerError('disk-full', 'The disk is full.', { ...facts, remedy: 'Make room. It goes on by itself once there is room.' })
    case 'ENOENT':
    case 'ENOTDIR':
      return new GlancerError('folder-missing', 'The folder is no longer there.', {
        ...facts,
        remedy: 'Connect its drive, or download to another folder.',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new GlancerError('folder-read-only', 'Nothing can be written into the folder.', {
        ...facts,
        remedy: 'Change its permissions, or choose another folder.',
      })
    case 'EFBIG':
      return new GlancerError('disk-error', 'The file is larger than this disk allows.', {
        ...facts,
        remedy: 'Choose a folder on a disk with another file system.',
      })
    case 'ELOOP':
      return new GlancerError('part-changed', 'The unfinished file was replaced by a link.', facts)
    default:
      return new GlancerError('disk-error', 'The disk failed while the file was written.', {
        ...facts,
        remedy: 'Look at the drive and its cable.',
      })
  }
}
