import type { UploadJob, UploadResult } from './contract.ts'
import { hasherFor } from './hashers.ts'
import { CONNECT_TIMEOUT_MS, type JobContext } from './job-context.ts'
import { Put } from './put.ts'
import { SourceFile } from './source-file.ts'

/** PUT of a file that fits into one buffer: read whole, hashed here, over a connection that the next one uses too. */
export async function uploadSmall(job: UploadJob, context: JobContext): Promise<UploadResult> {
  const { size } = job.identity
  const bytes = await readWhole(job, context)
  const put = new Put(job, size, true)
  const stop = (): void => put.destroy()
  context.signal.addEventListener('abort', stop, { once: true })
  try {
    context.phase('transferring')
    context.watch(job.stallTimeoutMs + CONNECT_TIMEOUT_MS, new URL(job.endpoint.url).host)
    for (let sent = 0; sent < size; ) {
      const end = Math.min(size, sent + context.rate.piece(size))
      await context.waitFor('rate', context.rate.pass(end - sent))
      const drained = put.write(bytes.subarray(sent, end), () => context.moved(end))
      if (drained !== null) await context.waitFor('network', drained)
      sent = end
    }
    context.calm()
    context.phase('finishing')
    const answered = put.finish()
    // While the server works, so does this side.
    const digests = await digest(job.digests, bytes)
    const { requestId } = await context.waitFor('server', answered)
    return { kind: 'upload', bytes: size, digests, requestId, waits: context.waits }
  } catch (error) {
    put.destroy()
    throw error
  }
}

async function readWhole(job: UploadJob, context: JobContext): Promise<Uint8Array> {
  const file = await SourceFile.open(job.path, job.identity)
  try {
    const bytes = Buffer.allocUnsafe(job.identity.size)
    await context.waitFor('disk', file.read(bytes, 0))
    await file.check()
    return bytes
  } finally {
    await file.close()
  }
}

/** Digests in hex by name; those that cannot be computed here are left out. */
async function digest(names: readonly string[], bytes: Uint8Array): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of new Set(names)) {
    const hasher = await hasherFor(name)
    hasher?.update(bytes)
    if (hasher !== null) found[name] = hasher.hex()
  }
  return found
}
