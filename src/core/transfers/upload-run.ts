import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { type Attempt, type AttemptDeps, type ImageCalls, runJob } from './attempt.ts'
import type { UploadRecordJob } from './record.ts'
import { sendFile } from './send-file.ts'
import { runStagedUpload } from './staged-upload-run.ts'
import { judge, readyImage, settled } from './target-image.ts'
import type { FileIdentity } from './worker/contract.ts'

/** One attempt to upload. After a crash, or a failure, the next one goes on with the same image, from byte 0. */
export async function runUpload(attempt: Attempt, deps: AttemptDeps): Promise<void> {
  const job = uploadJob(attempt)
  const { path, identity } = await wholeFile(attempt, deps, job)
  if (identity.size === 0) {
    throw new GlancerError('file-empty', `${attempt.record.fileName} is empty.`, {
      detail: 'Glance would make an active image of 0 bytes of it, which takes no data afterwards.',
      remedy: 'Choose the file again once it has its data.',
    })
  }
  const calls = await deps.cloud.calls(attempt.signal)
  attempt.set(deps.cloud.describe())
  if (job.staging !== null) return await runStagedUpload(attempt, deps, calls, path, identity)
  const before = await readyImage(attempt, deps, calls)
  if (before.status !== 'queued') return await verifyAgainst(attempt, deps, calls, before, path, identity)

  const algorithm = deps.cloud.hashAlgorithm()
  const result = await sendFile(attempt, deps, { path, identity, algorithm, area: 'file' })
  attempt.step('compare')
  attempt.leaves('The image, with all its data, but not compared yet.')
  const after = await settled(attempt, deps, calls, before.id)
  await judge(attempt, deps, calls, after, result)
}

function uploadJob(attempt: Attempt): UploadRecordJob {
  if (attempt.record.job.kind !== 'upload') throw new TypeError('not an upload')
  return attempt.record.job
}

/** Where the file is; waits for one that a browser is still sending. */
async function wholeFile(attempt: Attempt, deps: AttemptDeps, job: UploadRecordJob): Promise<{ path: string; identity: FileIdentity }> {
  if (job.intakeId === null) {
    if (job.identity === null) throw new GlancerError('file-missing', `${attempt.record.fileName} was never read.`)
    return { path: job.path, identity: job.identity }
  }
  const whole = await deps.incoming.whole(job.intakeId, (bytes) => attempt.progress(bytes), attempt.signal)
  attempt.progress(0)
  return whole
}

/** An image that was found active after a crash: hash the file once more and compare, rather than believe. */
async function verifyAgainst(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  image: Image,
  path: string,
  identity: FileIdentity,
): Promise<void> {
  attempt.step('compare')
  attempt.leaves('The image, with data, but not compared yet.')
  attempt.note('info', 'The image already has its data; the file is read again to compare.')
  const result = await runJob(
    attempt,
    deps,
    { kind: 'hash', path, identity, digests: ['md5', image.hashAlgorithm?.toLowerCase() ?? deps.cloud.hashAlgorithm()] },
    () => {},
  )
  await judge(attempt, deps, calls, image, result)
}
