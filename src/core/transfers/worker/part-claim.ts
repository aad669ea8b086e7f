import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'

/**
 * While several ranges of an image are received at once, its part file has gaps, and its length says nothing. So it is longer than the image
 * then, by a line that says how many of its first bytes are whole. A part file that is not longer has no gaps.
 */
const CLAIM_BYTES = 64

/** Writes the line, over the one before. */
export async function writeClaim(handle: FileHandle, size: number, whole: number): Promise<void> {
  const text = `\nglancer part ${whole} of ${size}`.padEnd(CLAIM_BYTES - 1).concat('\n')
  await handle.write(Buffer.from(text, 'latin1'), 0, CLAIM_BYTES, size)
}

/**
 * How many of the first bytes of a part file count, by what it says of itself; 0 where it says nothing that can be believed.
 * @param size of the whole image; @param length of the part file.
 */
export async function claimedBytes(path: string, size: number, length: number): Promise<number> {
  if (length <= size) return length
  if (length !== size + CLAIM_BYTES) return 0
  const handle = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(CLAIM_BYTES)
    await handle.read(buffer, 0, CLAIM_BYTES, size)
    const [, whole, of] = /^\nglancer part (\d+) of (\d+) *\n$/.exec(buffer.toString('latin1')) ?? []
    return of === String(size) && Number(whole) <= size ? Number(whole) : 0
  } finally {
    await handle.close()
  }
}
