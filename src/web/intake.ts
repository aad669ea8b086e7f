import type { IncomingMessage, ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { FileIntake } from '../core/ports.ts'
import { GlancerError, toErrorShape } from '../shared/errors.ts'
import { answer, answerError } from './answers.ts'

const parts = ['head', 'tail', 'body'] as const

/** How long a refused sender may go on sending, so that it gets to read the refusal: a closed socket would lose it on the way. */
const LINGER_MS = 5000

/**
 * `PUT /intake/<fileId>?part=head|tail|body`: bytes of a file that the browser has, passed on as they come; no more is held than the
 * socket's buffer. 204 (also for what nobody wants any more), or an `ErrorShape` as JSON.
 */
export async function takeIn(files: FileIntake, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { fileId, part } = readTarget(url)
    await files.receive(fileId, part, request)
    answer(response, 204)
  } catch (thrown) {
    if (request.socket.destroyed) return
    const error = toErrorShape(thrown)
    // Stopped by the person meanwhile: nobody wants the rest, and that is no failure.
    if (error.code === 'cancelled') answer(response, 204, { Connection: 'close' })
    else answerError(response, error, { Connection: 'close' })
    await letFinish(request)
  }
}

function readTarget(url: URL): { fileId: string; part: (typeof parts)[number] } {
  const fileId = url.pathname.match(/^\/intake\/([A-Za-z0-9_-]{1,200})$/)?.[1]
  const part = parts.find((name) => name === url.searchParams.get('part'))
  if (fileId === undefined || part === undefined) {
    throw new GlancerError('bad-argument', 'A file part goes to /intake/<file id>?part=head, tail or body.')
  }
  return { fileId, part }
}

async function letFinish(request: IncomingMessage): Promise<void> {
  request.resume()
  try {
    await finished(request, { signal: AbortSignal.timeout(LINGER_MS), writable: false })
  } catch {
    request.socket.destroy()
  }
}
