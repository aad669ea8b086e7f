/** At most so much of an error body is read. */
export const ANSWER_LIMIT = 64 * 1024

/** Collects the beginning of a body as text; the rest is left unread. */
export async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= ANSWER_LIMIT) break
    }
  } catch {
    // The answer broke off: what came of it is still worth showing.
  }
  return Buffer.concat(chunks).toString('utf8', 0, ANSWER_LIMIT)
}
