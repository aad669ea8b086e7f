import { GlancerError } from '../../../shared/errors.ts'
import type { Block, BlockRing } from './block-ring.ts'
import { isSmall, type UploadJob, type UploadResult } from './contract.ts'
import { Digester } from './digester.ts'
import { BLOCK_SIZE, BLOCKS, CONNECT_TIMEOUT_MS, type JobContext } from './job-context.ts'
import { Put } from './put.ts'
import { sendBlock } from './send-block.ts'
import { SourceFile } from './source-file.ts'
import { uploadSmall } from './upload-small.ts'

/** PUT of one file with its length, both digests on the way. */
export async function upload(job: UploadJob, context: JobContext): Promise<UploadResult> {
  if (job.identity.size === 0)
    throw new GlancerError('file-empty', 'An empty file is not sent: it would become an active image without data.')
  if (isSmall(job)) return await uploadSmall(job, context)
  const file = await SourceFile.open(job.path, job.identity)
  const ring = context.ring(Math.min(BLOCKS, Math.ceil(file.identity.size / BLOCK_SIZE)))
  const digester = new Digester(ring, context.digestPorts)
  let put: Put | null = null
  try {
    put = new Put(job, file.identity.size)
    const stop = (): void => put?.destroy()
    context.signal.addEventListener('abort', stop, { once: true })
    context.watch(job.stallTimeoutMs + CONNECT_TIMEOUT_MS, new URL(job.endpoint.url).host)
    await context.waitFor('network', put.ready())
    context.phase('transferring')
    context.watch(job.stallTimeoutMs, new URL(job.endpoint.url).host)
    await sendAll(file, ring, digester, put, context)
    context.calm()
    context.phase('finishing')
    const digests = digester.finish()
    const answer = await context.waitFor('server', put.finish())
    return { kind: 'upload', bytes: file.identity.size, digests: await digests, requestId: answer.requestId, waits: context.waits }
  } catch (error) {
    digester.abandon()
    put?.destroy()
    throw error
  } finally {
    await file.close()
  }
}

async function sendAll(file: SourceFile, ring: BlockRing, digester: Digester, put: Put, context: JobContext): Promise<void> {
  const { size } = file.identity
  const next = readAhead(file, ring, context)
  for (let sent = 0; sent < size; ) {
    const block = await context.waitFor('disk', next())
    ring.hold(block, digester.users + 1)
    digester.feed(block)
    // The last block goes only when the file is still what it was: until then the server waits for bytes, and makes no image.
    if (sent + block.length === size) await file.check()
    sent = await sendBlock(block, sent, put, context, () => ring.release(block))
  }
}

/** Reads one block ahead of what is being sent, so that the disk works while the socket does. */
function readAhead(file: SourceFile, ring: BlockRing, context: JobContext): () => Promise<Block> {
  let position = 0
  const read = async (): Promise<Block> => {
    const taken = ring.take()
    const block = taken instanceof Promise ? await context.waitFor('hashing', taken) : taken
    block.length = await file.read(block.bytes, position)
    position += block.length
    return block
  }
  let ahead: Promise<Block> | null = null
  const start = (): Promise<Block> => {
    const reading = read()
    // It is awaited a block later; until then its failure must not count as unhandled.
    reading.catch(() => {})
    return reading
  }
  return async () => {
    const block = await (ahead ?? start())
    ahead = position < file.identity.size ? start() : null
    return block
  }
}
