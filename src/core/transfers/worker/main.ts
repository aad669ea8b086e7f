import { parentPort } from 'node:worker_threads'
import { GlancerError, toErrorShape } from '../../../shared/errors.ts'
import type { FromWorker, JobResult, ToWorker, TransferJob } from './contract.ts'
import type { DigestPort } from './hash-protocol.ts'
import { JobContext } from './job-context.ts'
import { Refused } from './refused.ts'

/** A transfer worker: one job at a time, as many after each other as it is given. */
if (parentPort === null) throw new Error('this file is a worker')
const port = parentPort
let running: JobContext | null = null

port.on('message', (message: ToWorker | { type: 'start'; job: TransferJob; digestPorts: DigestPort[] }) => {
  if (message.type === 'start') void run(message.job, 'digestPorts' in message ? message.digestPorts : [])
  else if (message.type === 'rate') running?.rate.set(message.rate)
  else if (message.type === 'source') running?.sourceAnswered(message.answer)
  else running?.stop(new GlancerError('cancelled', 'The transfer was stopped.'))
})
say({ type: 'ready' })

async function run(job: TransferJob, digestPorts: DigestPort[]): Promise<void> {
  const context = new JobContext(digestPorts, job.kind === 'hash' ? null : job.rate, say)
  running = context
  const end = await perform(job, context)
  running = null
  context.close()
  for (const { port: digestPort } of digestPorts) digestPort.close()
  say(end)
}

async function perform(job: TransferJob, context: JobContext): Promise<FromWorker> {
  try {
    const result = await byKind(job, context)
    context.releaseMemory()
    return { type: 'done', result }
  } catch (thrown) {
    const error = context.signal.aborted ? context.signal.reason : thrown
    const { bytes, side } = context
    if (error instanceof GlancerError && error.code === 'cancelled') return { type: 'cancelled', bytes }
    if (error instanceof Refused) {
      const { refusal, rangeWorked } = error
      return {
        type: 'failed',
        error: refusal.error.toShape(),
        bytes,
        answered: true,
        retryAfterMs: refusal.retryAfterMs,
        rangeWorked,
        side,
      }
    }
    const { rangeWorked, wrongDigests } = context
    const failed = { type: 'failed', error: toErrorShape(error), bytes, answered: false, retryAfterMs: null, rangeWorked, side } as const
    return wrongDigests === null ? failed : { ...failed, digests: wrongDigests }
  }
}

/** Each kind is loaded when it is first asked for: a thread that only sends has no use for what receiving needs. */
async function byKind(job: TransferJob, context: JobContext): Promise<JobResult> {
  switch (job.kind) {
    case 'upload':
      return await (await import('./upload.ts')).upload(job, context)
    case 'download':
      return await (await import('./download.ts')).download(job, context)
    case 'copy':
      return await (await import('./copy.ts')).copy(job, context)
    case 'hash':
      return await (await import('./hash-job.ts')).hashFile(job, context)
  }
}

function say(message: FromWorker): void {
  port.postMessage(message)
}
