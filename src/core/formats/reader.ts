import type { FileHandle } from 'node:fs/promises'

/** Random access to the bytes of a file. */
export interface ImageReader {
  /** Whole bytes. */
  readonly size: number
  /** The bytes there, fewer at the end of the file; null = this range cannot be looked at. */
  read(offset: number, length: number): Promise<Uint8Array | null>
}

/** A file on this machine. Closing the handle is the caller's; a disk that cannot be read throws what Node throws. */
export function fileHandleReader(handle: FileHandle, size: number): ImageReader {
  return {
    size,
    async read(offset, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
      let filled = 0
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return buffer.subarray(0, filled)
    },
  }
}

/** A file of which only the beginning and the end are here: what a browser has sent of it to be looked at. */
export function partialReader({ size, head, tail }: { size: number; head: Uint8Array; tail: Uint8Array }): ImageReader {
  const tailStart = size - tail.length
  return {
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length)
      if (end <= offset) return new Uint8Array()
      if (end <= head.length) return head.subarray(offset, end)
      if (offset >= tailStart) return tail.subarray(offset - tailStart, end - tailStart)
      // Over the seam of a file that is here as a whole.
      return tailStart <= head.length ? Buffer.concat([head.subarray(offset, tailStart), tail.subarray(0, end - tailStart)]) : null
    },
  }
}

/** How much of a file one look may read, in bytes, all in all: a hostile header can point anywhere, as often as it likes. */
export const LOOK_BUDGET = 4 * 1024 * 1024

/** A bounded look at a file. */
export class Look {
  readonly size: number
  readonly #reader: ImageReader
  #left: number

  constructor(reader: ImageReader, budget = LOOK_BUDGET) {
    this.#reader = reader
    this.size = reader.size
    this.#left = budget
  }

  /** Exactly these bytes, or null: beyond the end, out of reach, or over the budget. */
  async at(offset: number, length: number): Promise<Buffer | null> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) return null
    if (offset + length > this.size || length > this.#left) return null
    this.#left -= length
    const bytes = await this.#reader.read(offset, length)
    return bytes === null || bytes.length < length ? null : Buffer.from(bytes.buffer, bytes.byteOffset, length)
  }

  /** As many of these bytes as there are; none where they are out of reach. */
  async upTo(offset: number, length: number): Promise<Buffer> {
    return (await this.at(offset, Math.max(0, Math.min(length, this.size - offset)))) ?? Buffer.alloc(0)
  }
}

/** A 64-bit number of a header as a JavaScript number; null when it is larger than any file or disk can be. */
export function safe(value: bigint): number | null {
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null
}

/** A name out of a header, fit to be shown: one line, no control characters, cut to a length that can be read. */
export function shown(name: string): string {
  const line = name.replace(/\p{C}+/gu, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
