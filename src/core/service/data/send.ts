import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import type { ByteRange } from './range.ts'

/** One read, and one write to the socket. */
const BLOCK = 512 * 1024
/** Blocks of one download: one is read while others go out. */
const BLOCKS = 3

/** Looks at, changes or holds each piece before it goes out; false = stop here. For the faults of tests. */
export type Meddle = (piece: Buffer, position: number) => Promise<boolean>

/**
 * Sends a part of a file as the body. Reads ahead while the socket drains; the memory of one download is three blocks, whatever the size.
 * Returns the bytes sent: fewer than asked when the file ends early or the client is gone.
 */
export async function sendFile(res: ServerResponse, file: FileHandle, range: ByteRange, meddle: Meddle | null): Promise<number> {
  const total = range.end - range.start + 1
  const size = Math.min(BLOCK, total)
  const blocks = Array.from({ length: Math.min(BLOCKS, Math.ceil(total / size)) }, () => Buffer.allocUnsafeSlow(size))
  const sent: Promise<boolean>[] = []
  let done = 0
  const read = (index: number, at: number) => {
    const block = blocks[index % blocks.length] ?? Buffer.alloc(0)
    return file.read(block, 0, Math.min(size, total - at), range.start + at).then(({ bytesRead }) => block.subarray(0, bytesRead))
  }
  let ahead = total > 0 ? read(0, 0) : null
  for (let index = 0; ahead !== null; index++) {
    const piece: Buffer = await ahead
    if (piece.byteLength === 0) break
    if (meddle !== null && !(await meddle(piece, range.start + done))) break
    done += piece.byteLength
    sent.push(write(res, piece))
    // The block that is read into next must have left for the kernel.
    const oldest = index + 1 >= blocks.length ? sent.shift() : undefined
    if (oldest !== undefined && !(await oldest)) return done
    ahead = done < total ? read(index + 1, done) : null
  }
  const ends = await Promise.all(sent)
  return ends.every(Boolean) ? done : 0
}

/** Resolves once the kernel has the bytes (true) or never will (false). */
function write(res: ServerResponse, piece: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (res.destroyed) return resolve(false)
    const closed = () => resolve(false)
    res.once('close', closed)
    res.write(piece, (error) => {
      res.off('close', closed)
      resolve(error === null || error === undefined)
    })
  })
}
