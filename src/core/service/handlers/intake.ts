import type { IncomingMessage } from 'node:http'
import type { Receiver } from '../data/receive.ts'
import { Pace, type Strikes } from '../faults.ts'
import { HttpError } from '../http/http-error.ts'

/** The client went away, or a test cut the connection: nobody is left to be answered. */
export class Vanished extends Error {}

/** A test wants the body to end here, with this answer. */
export class AnswerNow extends Error {}

export interface IntakeLimits {
  /** `image_size_cap`, in bytes. */
  cap: number
  /** What is left of the project's quota, in bytes; null = no quota. */
  remaining: number | null
}

/**
 * Reads a request's body into the receiver.
 * @throws HttpError 413 past a limit; {@link Vanished} when the connection ends before the body does; {@link AnswerNow}.
 */
export async function takeBody(
  body: IncomingMessage,
  receiver: Receiver,
  limits: IntakeLimits,
  strikes: Strikes,
  closing: AbortSignal,
): Promise<void> {
  const watch = strikes.none ? null : new Saboteur(strikes, closing)
  try {
    // Not destroyed on an early return: after a refusal the rest of the body is swallowed and the connection lives on.
    for await (const part of body.iterator({ destroyOnReturn: false })) {
      const chunk: Buffer = part
      if (watch !== null) await watch.meet(chunk, receiver)
      else await receiver.write(chunk)
      checkLimits(receiver.bytes, limits)
    }
  } catch (error) {
    if (error instanceof HttpError || error instanceof Vanished || error instanceof AnswerNow) throw error
    if (body.errored !== null || body.destroyed) throw new Vanished()
    throw error
  }
  if (!body.complete) throw new Vanished()
}

function checkLimits(bytes: number, limits: IntakeLimits): void {
  if (bytes > limits.cap) throw new HttpError(413, 'The incoming image is too large: The provided image is too large.')
  if (limits.remaining !== null && bytes > limits.remaining) throw overQuota(bytes, limits.remaining)
}

export function overQuota(bytes: number, remaining: number): HttpError {
  return new HttpError(
    413,
    `Image exceeds the storage quota: The size of the data ${bytes} will exceed the limit. ${remaining} bytes remaining.`,
  )
}

/** Does to the stream what the fault plan says. */
class Saboteur {
  readonly #pace: Pace | null
  readonly #cutAt: number
  readonly #answerAt: number
  readonly #corruptAt: number

  constructor(strikes: Strikes, closing: AbortSignal) {
    this.#pace = Pace.of(strikes, closing)
    this.#cutAt = strikes.get('cut')?.afterBytes ?? Number.POSITIVE_INFINITY
    this.#answerAt = strikes.get('answer')?.afterBytes ?? Number.POSITIVE_INFINITY
    this.#corruptAt = strikes.get('corrupt')?.byte ?? -1
  }

  async meet(chunk: Buffer, receiver: Receiver): Promise<void> {
    const start = receiver.bytes
    if (this.#pace !== null) await this.#pace.pass(chunk.byteLength)
    const at = this.#corruptAt - start
    if (at >= 0 && at < chunk.byteLength) chunk[at] = (chunk[at] ?? 0) ^ 0xff
    const end = Math.min(this.#cutAt, this.#answerAt) - start
    await receiver.write(chunk.byteLength > end ? chunk.subarray(0, Math.max(0, end)) : chunk)
    if (receiver.bytes >= this.#cutAt) throw new Vanished()
    if (receiver.bytes >= this.#answerAt) throw new AnswerNow()
  }
}
