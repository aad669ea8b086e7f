import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import type { Block, BlockRing } from './block-ring.ts'
import type { Endpoint } from './contract.ts'
import type { HttpGet } from './http-get.ts'
import type { JobContext } from './job-context.ts'

/** Where blocks go, in order. */
export interface Sink {
  /** Bytes of the image that came before, or were kept. */
  readonly taken: number
  put(block: Block): Promise<void>
}

/**
 * Reads the data of an image into blocks and hands them on in order; the last one may be shorter.
 * @param mayStop asked between two blocks, by how much is here; true ends the reading there, with the body still open.
 * @returns whether all is here.
 * @param size of the whole image, or null where nobody knows.
 * @throws GlancerError `odd-answer` for more bytes than that, `reset` for fewer, `stalled`; what the sink throws. What came before the end is
 * handed on in each case, so that a resume begins behind it.
 */
export async function receive(
  body: HttpGet,
  source: { endpoint: Endpoint; size: number | null; stallTimeoutMs: number },
  sink: Sink,
  ring: BlockRing,
  context: JobContext,
  mayStop: (taken: number) => boolean = () => false,
): Promise<boolean> {
  const { endpoint, size } = source
  const where = new URL(endpoint.url).host
  let block: Block | null = null
  if (size !== null && body.length !== null && sink.taken + body.length > size) throw tooMuch()
  context.watch(source.stallTimeoutMs, where)
  let came = sink.taken
  let filling = false
  body.onBytes = (bytes) => {
    came += bytes
    context.moved(came)
  }
  try {
    for (let isWhole = false; !isWhole; ) {
      if (block === null) {
        const taken = ring.take()
        block = taken instanceof Promise ? await context.waitFor('hashing', taken) : taken
        block.length = 0
      }
      const end = blockEnd(sink.taken, ring)
      const room = block.bytes.subarray(block.length, Math.min(end, block.length + context.rate.piece(end - block.length)))
      filling = true
      const got = await context.waitFor('network', body.fill(room))
      filling = false
      block.length += got
      isWhole = got < room.length
      if (size !== null && sink.taken + block.length > size) {
        block.length = Math.max(0, size - sink.taken)
        throw tooMuch()
      }
      await context.waitFor('rate', context.rate.pass(got))
      if (block.length === end) {
        const full: Block = block
        block = null
        await sink.put(full)
        if (mayStop(sink.taken)) return false
      }
    }
    const received = sink.taken + (block?.length ?? 0)
    if (size !== null && received < size)
      throw new GlancerError('reset', `The connection to ${where} ended ${size - received} bytes before the end of the image.`)
    if (block !== null && block.length > 0) await sink.put(block)
    else if (block !== null) ring.giveBack(block)
    return true
  } catch (error) {
    if (block !== null && filling) block.length += body.filled
    if (block !== null && block.length > 0 && !(error instanceof GlancerError && error.code.startsWith('disk')))
      await sink.put(block).catch(() => {})
    if (context.signal.aborted) throw context.signal.reason
    throw describeNetworkFailure(error, endpoint.url, endpoint.proxy)
  }
}

/** The first block of a resume ends where one would end that began at 0: only what lies at even places goes to a disk without a copy. */
function blockEnd(taken: number, ring: BlockRing): number {
  return ring.blockSize - (taken % ring.blockSize)
}

function tooMuch(): GlancerError {
  return new GlancerError('odd-answer', 'The cloud sent more bytes than the image has.')
}
