import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { GlancerError } from '../../../shared/errors.ts'
import type { FileIdentity } from './contract.ts'
import { identityOf } from './identity.ts'
import { writeClaim } from './part-claim.ts'

const ZEROS = Buffer.alloc(64 * 1024)

/** A run of so many zeros becomes a hole. */
const HOLE_BYTES = 64 * 1024

/**
 * One write to the cache of the system hands over at most so much. Small ones cost a switch of threads each; with very large ones Linux (6.18,
 * ext4) takes very large pieces of memory for its cache, which in a virtual machine may first have to be brought in: of 1 GiB, 256 KiB took
 * 0.35 s, 1 MiB 1.0 s, 64 KiB 0.77 s, 16 KiB 2.4 s.
 */
const CACHED_WRITE_BYTES = 256 * 1024

/** What begins and ends at a multiple of this, in the file and in memory, can go to a disk past the system's cache (`O_DIRECT`). */
const DIRECT_UNIT = 4096

/** So much may wait in the cache to be flushed; then it is flushed behind the back of what goes on, so that the end has little left to wait for. */
const FLUSH_BYTES = 256 * 1024 * 1024

interface Write {
  readonly end: number
  done: boolean
}

/**
 * The file that a download grows in. Where the system allows it, whole blocks go to the disk past the system's cache: they are to be flushed
 * anyway before they count, and of 2 GiB that takes 0.3 s of CPU and no time at the end, instead of 1 to 3 s and 0.6 s. Blocks are taken in order, and several may be on their way to the disk at once: `safeBytes` ends before
 * the first that is not there yet, and what lies beyond that is cut off at the close.
 */
export class PartFile {
  readonly #handle: FileHandle
  /** The same file, for writes past the cache; null where there is no such thing. */
  readonly #direct: FileHandle | null
  #directWorks = true
  #end = 0
  /** Without gaps, holes at the end not counted. */
  #written = 0
  /** In order. */
  readonly #writes: Write[] = []
  #failed = false
  /** Of the image, while its ranges come in any order. */
  #rangesOf: number | null = null
  #dirty = 0
  #flushing: Promise<void> | null = null

  private constructor(handle: FileHandle, direct: FileHandle | null, kept: number) {
    this.#handle = handle
    this.#direct = direct
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
        return new PartFile(handle, await openDirect(handle), kept)
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

  /** Adds a block at the end, while others before it may still be written. Runs of zeros become holes: they read the same and take no room. */
  async append(bytes: Uint8Array): Promise<void> {
    const position = this.#end
    this.#end += bytes.length
    const runs = runsOfData(bytes)
    if (runs.length === 0) return
    const write: Write = { end: position + (runs.at(-1)?.to ?? 0), done: false }
    this.#writes.push(write)
    try {
      for (const { from, to } of runs) await this.#write(bytes.subarray(from, to), position + from)
    } catch (error) {
      this.#failed = true
      throw writeFailure(error)
    }
    write.done = true
    while (this.#writes[0]?.done === true) this.#written = this.#writes.shift()?.end ?? this.#written
  }

  async #write(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0
    const direct = this.#direct
    if (direct !== null && this.#directWorks && position % DIRECT_UNIT === 0 && bytes.byteOffset % DIRECT_UNIT === 0) {
      const whole = bytes.length - (bytes.length % DIRECT_UNIT)
      try {
        while (done < whole) done += (await direct.write(bytes, done, whole - done, position + done)).bytesWritten
      } catch (error) {
        // A file system that takes the flag, but not such writes.
        if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error
        this.#directWorks = false
      }
    }
    const cached = bytes.length - done
    while (done < bytes.length)
      done += (await this.#handle.write(bytes, done, Math.min(CACHED_WRITE_BYTES, bytes.length - done), position + done)).bytesWritten
    this.#flushSoon(cached)
  }

  /** From now on pieces come in any order. Everything so far must be written. @param size of the whole image. */
  async beginRanges(size: number): Promise<void> {
    try {
      await writeClaim(this.#handle, size, this.#end)
      // Before any gap can be: a length that is not longer than the image would hide it.
      await this.#handle.datasync()
      this.#rangesOf = size
    } catch (error) {
      throw writeFailure(error)
    }
  }

  /** Writes a piece of a range where it belongs. It goes through the cache, since it is read again to be hashed. */
  async writeAt(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (const { from, to } of runsOfData(bytes)) {
        for (let done = from; done < to; ) {
          const room = Math.min(CACHED_WRITE_BYTES, to - done)
          done += (await this.#handle.write(bytes, done, room, position + done)).bytesWritten
        }
        this.#flushSoon(to - from)
      }
    } catch (error) {
      throw writeFailure(error)
    }
  }

  /** So many bytes from the beginning are whole by now; a crash from here on loses none of them. */
  async claim(whole: number): Promise<void> {
    if (this.#rangesOf === null) return
    try {
      await this.#handle.datasync()
      await writeClaim(this.#handle, this.#rangesOf, whole)
    } catch (error) {
      throw writeFailure(error)
    }
  }

  /** No more pieces come. @param whole bytes from the beginning without a gap; what is behind them is cut off. */
  async endRanges(whole: number): Promise<void> {
    this.#end = whole
    this.#written = whole
    this.#rangesOf = null
    await this.#handle.truncate(whole).catch((error: unknown) => {
      throw writeFailure(error)
    })
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
    await this.#direct?.close()
    await this.#handle.close()
  }
}

/** Opens once more what is open, and not what may bear its name by now. Only Linux has both: such writes, and a way to name an open file. */
async function openDirect(handle: FileHandle): Promise<FileHandle | null> {
  if (process.platform !== 'linux' || constants.O_DIRECT === undefined) return null
  return await open(`/proc/self/fd/${handle.fd}`, constants.O_RDWR | constants.O_DIRECT).catch(() => null)
}

/** What is not zeros, as pieces that begin at multiples of `HOLE_BYTES`. */
export function runsOfData(bytes: Uint8Array): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  for (let from = 0; from < bytes.length; from += HOLE_BYTES) {
    const to = Math.min(bytes.length, from + HOLE_BYTES)
    if (isZero(bytes.subarray(from, to))) continue
    const before = runs.at(-1)
    if (before?.to === from) before.to = to
    else runs.push({ from, to })
  }
  return runs
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
