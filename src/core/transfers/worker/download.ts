import { GlancerError } from '../../../shared/errors.ts'
import { askImage } from './ask-image.ts'
import type { BlockRing } from './block-ring.ts'
import { BlockSink } from './block-sink.ts'
import type { DownloadJob, DownloadResult } from './contract.ts'
import { Digester } from './digester.ts'
import type { HttpGet } from './http-get.ts'
import { BLOCK_SIZE, BLOCKS, type JobContext } from './job-context.ts'
import { PartFile } from './part-file.ts'
import { RangedReceive } from './ranged-receive.ts'
import { receive } from './receive.ts'
import { SplitGauge, USUAL_PLAN } from './split-gauge.ts'

/** GET of an image into its part file: hashed on the way, holes for zeros, flushed at the end. The name is not given here. */
export async function download(job: DownloadJob, context: JobContext): Promise<DownloadResult> {
  const isWhole = job.size !== null && job.size > 0 && job.size === job.resumeFrom
  if (isWhole) return await attempt(job, context, job.resumeFrom, null)
  if (job.resumeFrom > 0 && job.rangeAllowed) {
    const answer = await askImage(job.endpoint, { from: job.resumeFrom, to: null, size: job.size }, context)
    if (answer !== null) return await attempt(job, context, job.resumeFrom, answer)
    return { ...(await fromStart({ ...job, rangeAllowed: false }, context)), rangeWorked: false }
  }
  return await fromStart(job, context)
}

async function fromStart(job: DownloadJob, context: JobContext): Promise<DownloadResult> {
  const answer = await askImage(job.endpoint, { from: 0, to: null, size: job.size }, context)
  if (answer === null) throw new TypeError('a range was refused that was not asked for')
  return await attempt(job, context, 0, answer)
}

/** @param kept bytes of the part file that count. @param answer with the rest; null = there is no rest. */
async function attempt(job: DownloadJob, context: JobContext, kept: number, answer: HttpGet | null): Promise<DownloadResult> {
  const ring = context.ring(BLOCKS)
  const digester = new Digester(ring, context.digestPorts)
  let part: PartFile | null = null
  let sink: BlockSink | null = null
  try {
    part = await PartFile.open(job.partPath, kept)
    if (kept > 0) await rehash(part, kept, ring, digester, context)
    context.phase('transferring')
    sink = new BlockSink(part, kept, ring, digester, context)
    let rangeWorked = kept > 0 && answer !== null ? true : null
    if (answer !== null) {
      const plan = job.ranges === undefined ? USUAL_PLAN : job.ranges
      const { size } = job
      const gauge = size === null || plan === null || !job.rangeAllowed ? null : new SplitGauge(plan, size, context)
      const isAll = await receive(answer, job, sink, ring, context, (taken) => gauge?.isWorthSplitting(taken) ?? false)
      await sink.settle()
      if (!isAll && size !== null && plan !== null) {
        const ranged = new RangedReceive({ ...job, size }, plan, sink.taken, gauge?.rate ?? 0, { part, digester, ring }, context)
        await ranged.run(answer)
        rangeWorked = ranged.rangeWorked ?? rangeWorked
        sink.skip(size)
      }
    }
    context.calm()
    context.phase('finishing')
    const [digests, identity] = await Promise.all([digester.finish(), context.waitFor('disk', part.finish())])
    const md5 = answer?.headers['content-md5'] ?? ''
    return {
      kind: 'download',
      bytes: sink.taken,
      identity,
      digests,
      contentMd5: /^[0-9a-f]{32}$/i.test(md5) ? md5 : null,
      requestId: answer?.headers['x-openstack-request-id'] ?? null,
      rangeWorked,
      waits: context.waits,
    }
  } catch (error) {
    digester.abandon()
    throw error
  } finally {
    answer?.destroy()
    await sink?.letGo()
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
