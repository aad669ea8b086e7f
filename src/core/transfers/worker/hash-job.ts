import type { HashJob, HashResult } from './contract.ts'
import { Digester } from './digester.ts'
import { BLOCKS, type JobContext } from './job-context.ts'
import { SourceFile } from './source-file.ts'

/** Reads a file and hashes it. */
export async function hashFile(job: HashJob, context: JobContext): Promise<HashResult> {
  const file = await SourceFile.open(job.path, job.identity)
  const ring = context.ring(BLOCKS)
  const digester = new Digester(ring, context.digestPorts)
  try {
    context.phase('rehashing')
    for (let position = 0; position < file.identity.size; ) {
      const block = await context.waitFor('hashing', ring.take())
      block.length = await context.waitFor('disk', file.read(block.bytes, position))
      position += block.length
      ring.hold(block, digester.users + 1)
      digester.feed(block)
      ring.release(block)
      context.moved(position)
    }
    await file.check()
    return { kind: 'hash', bytes: file.identity.size, digests: await digester.finish(), waits: context.waits }
  } catch (error) {
    digester.abandon()
    throw error
  } finally {
    await file.close()
  }
}
