import { GlancerError } from '../../../shared/errors.ts'
import { BlockQueue } from './block-queue.ts'
import type { Block, BlockRing } from './block-ring.ts'
import type { CopyJob, CopyResult, DigestName, Side } from './contract.ts'
import { Digester } from './digester.ts'
import { ImageSource } from './image-source.ts'
import { BLOCK_SIZE, BLOCKS, CONNECT_TIMEOUT_MS, type JobContext } from './job-context.ts'
import { Put } from './put.ts'
import { sendBlock } from './send-block.ts'

/**
 * GET of an image that feeds the PUT into another, through one ring of blocks, each hashed once for both sides. Whoever is slower sets the pace:
 * without a free block nothing is read. The last block is held back until the digests of all are what the source's record says, so that bytes
 * that were altered, or are too few, are never an image over there.
 */
export async function copy(job: CopyJob, context: JobContext): Promise<CopyResult> {
  if (job.size === 0) throw new GlancerError('no-data', 'The image has 0 bytes: there is nothing to copy.')
  const ring = context.ring(Math.min(BLOCKS, Math.ceil(job.size / BLOCK_SIZE)))
  const digester = new Digester(ring, context.digestPorts)
  const source = new ImageSource(job, context)
  const target = new URL(job.endpoint.url).host
  let put: Put | null = null
  let over = false
  try {
    context.watch(job.stallTimeoutMs + CONNECT_TIMEOUT_MS, source.host)
    await context.waitFor('source', at('source', context, source.open()))
    put = new Put(job, job.size)
    const stop = (): void => put?.destroy()
    context.signal.addEventListener('abort', stop, { once: true })
    // Whatever ends the request ends the reading too, wherever it waits just then.
    put.broken.catch((error) => {
      if (over) return
      context.side ??= 'target'
      context.stop(error)
    })
    context.watch(job.stallTimeoutMs + CONNECT_TIMEOUT_MS, target)
    await context.waitFor('network', put.ready())
    context.phase('transferring')
    const filled = new BlockQueue()
    context.watch(job.stallTimeoutMs, () => stalled(context, filled, source.host, target))
    const reading = at('source', context, readAll(job, source, ring, digester, filled))
    // Its failure comes out of the queue.
    reading.catch((error: unknown) => filled.fail(error))
    const digests = await sendAll(job, source, ring, digester, filled, put, context)
    context.calm()
    context.phase('finishing')
    const { requestId } = await context.waitFor('server', put.finish())
    const { contentMd5, requestId: sourceRequestId } = source
    const { waits, rangeWorked } = context
    return { kind: 'copy', bytes: job.size, digests, contentMd5, requestId, sourceRequestId, rangeWorked, waits }
  } catch (error) {
    digester.abandon()
    put?.destroy()
    throw error
  } finally {
    over = true
    source.close()
  }
}

/** Fills blocks as they become free, and gives each to the digests at once. */
async function readAll(job: CopyJob, source: ImageSource, ring: BlockRing, digester: Digester, filled: BlockQueue): Promise<void> {
  while (source.position < job.size) {
    const taken = ring.take()
    filled.isFull = taken instanceof Promise
    const block = await taken
    filled.isFull = false
    await source.fill(block)
    ring.hold(block, digester.users + 1)
    digester.feed(block)
    filled.push(block)
  }
}

/** Sends all blocks; the digests of all, once the last of them is on its way. */
async function sendAll(
  job: CopyJob,
  source: ImageSource,
  ring: BlockRing,
  digester: Digester,
  filled: BlockQueue,
  put: Put,
  context: JobContext,
): Promise<Record<DigestName, string>> {
  let digests: Record<DigestName, string> = {}
  for (let sent = 0; sent < job.size; ) {
    const block: Block = await context.waitFor(filled.isFull ? 'hashing' : 'source', filled.next())
    if (sent + block.length === job.size) {
      digests = await context.waitFor('hashing', digester.finish())
      await at('source', context, mustBeTheImage(job, source, digests, context))
    }
    sent = await sendBlock(block, sent, put, context, () => ring.release(block))
  }
  return digests
}

/** @throws GlancerError `mismatch` when what came is not what the source says that it has. */
async function mustBeTheImage(job: CopyJob, source: ImageSource, digests: Record<DigestName, string>, context: JobContext): Promise<void> {
  const expected = { ...(source.contentMd5 !== null && { md5: source.contentMd5 }), ...job.expected }
  let compared = 0
  for (const [name, value] of Object.entries(expected)) {
    const here = digests[name]
    if (here === undefined) continue
    compared++
    if (here === value.toLowerCase()) continue
    context.wrongDigests = digests
    throw new GlancerError('mismatch', `What came from ${source.host} is not what it says: its ${name} differs.`, {
      detail: `${name}: ${value} there, ${here} here`,
    })
  }
  if (compared === 0) await source.end()
}

/** Marks a failure as this side's. */
async function at<T>(side: Side, context: JobContext, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!context.signal.aborted) context.side ??= side
    throw error
  }
}

/** Who keeps the other waiting when nothing moves at all. */
function stalled(context: JobContext, filled: BlockQueue, source: string, target: string): string {
  context.side ??= filled.isWaitedFor ? 'source' : 'target'
  return context.side === 'source' ? source : target
}
