import type { Dispatcher } from 'undici'
import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { type Block, BlockRing } from './block-ring.ts'
import { BlockSink } from './block-sink.ts'
import type { DownloadJob, DownloadResult } from './contract.ts'
import { askForData, dispatcherFor, header } from './data-request.ts'
import { Digester } from './digester.ts'
import { BLOCK_SIZE, BLOCKS, type JobContext } from './job-context.ts'
import { PartFile } from './part-file.ts'

/** GET of an image into its part file: hashed on the way, holes for zeros, flushed at the end. The name is not given here. */
export async function download(job: DownloadJob, context: JobContext): Promise<DownloadResult> {
  const dispatcher = dispatcherFor(job.endpoint)
  try {
    const whole = job.size !== null && job.size === job.resumeFrom
    const kept = job.rangeAllowed || whole ? job.resumeFrom : 0
    if (kept > 0) {
      const resumed = await attempt(job, context, dispatcher, kept)
      if (resumed !== 'no-range') return resumed
      return { ...(await fromStart(job, context, dispatcher)), rangeWorked: false }
    }
    return await fromStart(job, context, dispatcher)
  } finally {
    await dispatcher.destroy()
  }
}

async function fromStart(job: DownloadJob, context: JobContext, dispatcher: Dispatcher): Promise<DownloadResult> {
  const result = await attempt(job, context, dispatcher, 0)
  if (result === 'no-range') throw new GlancerError('odd-answer', 'The cloud refused a range that was not asked for.')
  return result
}

async function attempt(job: DownloadJob, context: JobContext, dispatcher: Dispatcher, kept: number): Promise<DownloadResult | 'no-range'> {
  let part: PartFile | null = null
  let sink: BlockSink | null = null
  let response: Dispatcher.ResponseData | null = null
  if (!(job.size !== null && kept === job.size && kept > 0)) {
    response = await context.waitFor('server', askForData(job, context, dispatcher, kept))
    if (response === null) return 'no-range'
  }
  const ring = new BlockRing(BLOCKS, BLOCK_SIZE)
  // A second way through this function (Range refused) has not touched the digest ports: they are opened here, once.
  const digester = new Digester(ring, context.digestPorts)
  try {
    part = await PartFile.open(job.partPath, kept)
    if (kept > 0) await rehash(part, kept, ring, digester, context)
    context.phase('transferring')
    sink = new BlockSink(part, kept, ring, digester, context)
    if (response !== null) await receive(response, job, sink, ring, context)
    const bytes = sink.taken
    context.calm()
    context.phase('finishing')
    const [digests, identity] = await Promise.all([digester.finish(), context.waitFor('disk', part.finish())])
    const md5 = header(response, 'content-md5')
    return {
      kind: 'download',
      bytes,
      identity,
      digests,
      contentMd5: md5 !== null && /^[0-9a-f]{32}$/i.test(md5) ? md5 : null,
      requestId: header(response, 'x-openstack-request-id'),
      rangeWorked: kept > 0 && response !== null ? true : null,
      waits: context.waits,
    }
  } catch (error) {
    digester.abandon()
    response?.body.destroy()
    await sink?.letGo()
    throw error
  } finally {
    await part?.close()
  }
}

/** Hashes what is kept of an attempt before. */
async function rehash(part: PartFile, kept: number, ring: BlockRing, digester: Digester, context: JobContext): Promise<void> {
  context.phase('rehashing')
  for (let position = 0; position < kept; ) {
    const block = await context.waitFor('hashing', ring.take())
    block.length = await context.waitFor('disk', part.read(block.bytes.subarray(0, Math.min(BLOCK_SIZE, kept - position)), position))
    if (block.length === 0) throw new GlancerError('part-changed', 'The unfinished file became shorter while it was read.')
    position += block.length
    ring.hold(block, digester.users + 1)
    digester.feed(block)
    ring.release(block)
    context.moved(position)
  }
}

async function receive(
  response: Dispatcher.ResponseData,
  job: DownloadJob,
  sink: BlockSink,
  ring: BlockRing,
  context: JobContext,
): Promise<void> {
  const where = new URL(job.endpoint.url).host
  let block: Block | null = null
  context.watch(job.stallTimeoutMs, where)
  const chunks = response.body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await context.waitFor('network', chunks.next())
      if (next.done === true) break
      const chunk: Uint8Array = next.value
      if (job.size !== null && sink.taken + (block?.length ?? 0) + chunk.length > job.size)
        throw new GlancerError('odd-answer', 'The cloud sent more bytes than the image has.')
      await context.waitFor('rate', context.rate.pass(chunk.length))
      for (let offset = 0; offset < chunk.length; ) {
        if (block === null) {
          const taken = ring.take()
          block = taken instanceof Promise ? await context.waitFor('hashing', taken) : taken
          block.length = 0
        }
        const piece = chunk.subarray(offset, offset + BLOCK_SIZE - block.length)
        block.bytes.set(piece, block.length)
        block.length += piece.length
        offset += piece.length
        if (block.length === BLOCK_SIZE) {
          await sink.put(block)
          block = null
        }
      }
      context.moved(sink.taken + (block?.length ?? 0))
    }
    const received = sink.taken + (block?.length ?? 0)
    if (job.size !== null && received < job.size) {
      throw new GlancerError('reset', `The connection to ${where} ended ${job.size - received} bytes before the end of the image.`)
    }
    if (block !== null && block.length > 0) await sink.put(block)
    await sink.settle()
  } catch (error) {
    // What came before the cut is worth keeping: it is written out, so that a resume begins behind it.
    if (block !== null && block.length > 0 && !(error instanceof GlancerError && error.code.startsWith('disk')))
      await sink.put(block).catch(() => {})
    if (error instanceof GlancerError || context.signal.aborted) throw context.signal.aborted ? context.signal.reason : error
    throw describeNetworkFailure(error, job.endpoint.url, job.endpoint.proxy)
  }
}
