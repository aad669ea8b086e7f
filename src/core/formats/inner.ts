import * as zlib from 'node:zlib'

/** How much of the inside is wanted: enough for the magic of every format that stands near the beginning. */
const WANTED = 64 * 1024

/**
 * The beginning of what a compressed file holds, from the beginning of the file; null where this Node cannot decompress the method, or the
 * bytes are damaged. Stops at 64 KiB, however much a few bytes would unfold to.
 */
export async function insideHead(method: string, head: Uint8Array): Promise<Buffer | null> {
  const stream = decompressor(method)
  if (stream === null) return null
  const pieces: Buffer[] = []
  let length = 0
  const done = new Promise<void>((resolve) => {
    stream.on('data', (piece: Buffer) => {
      pieces.push(piece)
      length += piece.length
      if (length >= WANTED) resolve()
    })
    // The head ends in the middle: what came until then is what is wanted.
    stream.once('error', () => resolve())
    stream.once('end', () => resolve())
    stream.once('close', () => resolve())
  })
  stream.end(head)
  await done
  stream.destroy()
  return length === 0 ? null : Buffer.concat(pieces).subarray(0, WANTED)
}

function decompressor(method: string): zlib.Gunzip | zlib.ZstdDecompress | null {
  if (method === 'gzip') return zlib.createGunzip()
  // Not in the oldest Node that Glancer starts with.
  if (method === 'zstd' && typeof zlib.createZstdDecompress === 'function') return zlib.createZstdDecompress()
  return null
}
