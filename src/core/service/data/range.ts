import { HttpError } from '../http/http-error.ts'

/** Bytes of an image, both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The part that a request wants: `Range: bytes=a-b`, or the old `Content-Range: bytes a-b/*` in a request. Null = everything.
 * Errors as observed on Glance 25.1: 400 for several ranges, 416 (without a Content-Range) for what does not fit.
 */
export function wantedRange(range: string | undefined, contentRange: string | undefined, size: number): ByteRange | null {
  if (range !== undefined) return parseRange(range, size)
  if (contentRange !== undefined) return parseContentRange(contentRange, size)
  return null
}

function parseRange(header: string, size: number): ByteRange {
  if (header.includes(',')) {
    throw new HttpError(
      400,
      'Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.',
    )
  }
  const match = /^bytes *= *(\d*) *- *(\d*)/i.exec(header)
  const from = match?.[1] ?? ''
  const to = match?.[2] ?? ''
  if (match === null || (from === '' && to === '')) throw new HttpError(416, 'Invalid Range header.')
  if (from === '') {
    if (size === 0) throw startOutside('Range', size)
    // The last so many bytes; more than there are, or none at all, is everything.
    const length = Number(to)
    return { start: length === 0 || length >= size ? 0 : size - length, end: size - 1 }
  }
  const start = Number(from)
  const end = to === '' ? Number.POSITIVE_INFINITY : Number(to)
  if (start > end) throw new HttpError(416, 'Invalid Range header.')
  if (start >= size) throw startOutside('Range', size)
  return { start, end: Math.min(end, size - 1) }
}

function parseContentRange(header: string, size: number): ByteRange {
  const match = /^bytes (?:(\d+)-(\d+)|[*])\/(?:(\d+)|[*])/.exec(header)
  if (match === null) throw new HttpError(416, 'Invalid Content-Range header.')
  // Glance dies of `bytes */300000` (500, closes).
  if (match[1] === undefined) throw new HttpError(500, undefined, { headers: { Connection: 'close' } })
  const start = Number(match[1])
  const end = Number(match[2])
  const total = match[3] === undefined ? null : Number(match[3])
  if (start > end || (total !== null && end >= total)) throw new HttpError(416, 'Invalid Content-Range header.')
  if (total === null && end >= size) {
    throw new HttpError(
      416,
      `Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, ${size - 1}].`,
    )
  }
  if (start >= size) throw startOutside('Content-Range', size)
  return { start, end: Math.min(end, size - 1) }
}

function startOutside(header: string, size: number): HttpError {
  return new HttpError(416, `Invalid start position in ${header} header. Start position MUST be in the inclusive range [0, ${size - 1}].`)
}
