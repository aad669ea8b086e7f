import { formatBytes, formatExactBytes } from '../../shared/units.ts'
import { type Attempt, type AttemptDeps, type DataArea, JobFailure, runJob } from './attempt.ts'
import type { FileIdentity, UploadResult } from './worker/contract.ts'

/** What is sent, and where to. `algorithm`: the digest that is computed besides MD5. */
interface Sending {
  path: string
  identity: FileIdentity
  algorithm: string
  area: DataArea
}

/** Sends a file to its image, hashed on its way; a token that was refused is renewed once. */
export async function sendFile(attempt: Attempt, deps: AttemptDeps, { path, identity, algorithm, area }: Sending): Promise<UploadResult> {
  const imageId = attempt.record.imageId
  if (imageId === null) throw new TypeError('an upload without an image')
  const store = storeFor(attempt, area)
  for (let asked = 0; ; asked++) {
    const endpoint = await deps.cloud.endpoint(imageId, attempt.signal, area)
    if (attempt.record.attempt > 1)
      attempt.note('info', `Sent again from byte 0 to the same image, attempt ${attempt.record.attempt} of 6.`)
    try {
      const result = await runJob(
        attempt,
        deps,
        {
          kind: 'upload',
          endpoint: store === null ? endpoint : { ...endpoint, headers: { ...endpoint.headers, 'X-Image-Meta-Store': store } },
          path,
          identity,
          digests: ['md5', algorithm],
          rate: attempt.record.speedLimit,
          stallTimeoutMs: deps.stallTimeoutMs,
        },
        (phase) => {
          if (phase === 'transferring') attempt.step('move')
          if (phase !== 'finishing') return
          attempt.step('all-moved')
          attempt.note('info', `All ${formatExactBytes(identity.size)} ${area === 'file' ? 'sent. The cloud goes on saving.' : 'staged.'}`)
          deps.cloud.nudge(imageId)
        },
      )
      if (result.kind !== 'upload') throw new TypeError('a download came back from an upload')
      if (result.requestId !== null) attempt.set({ requestIds: [...attempt.record.requestIds, result.requestId] })
      return result
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      if (error.bytes > 0) attempt.note('warn', `${error.message} ${formatBytes(error.bytes)} had been sent.`)
      // A token is looked at only when a request begins: ask Keystone for the truth once, then send again.
      if (error.code === 'unauthorized' && error.answered && asked === 0) {
        await deps.cloud.renew(attempt.signal)
        attempt.note('info', 'The token was refused; signed in again.')
        continue
      }
      throw error
    }
  }
}

/** The staging area has no stores: they are chosen with the import. */
function storeFor({ record: { job } }: Attempt, area: DataArea): string | null {
  return job.kind === 'upload' && area === 'file' ? job.fields.store : null
}
