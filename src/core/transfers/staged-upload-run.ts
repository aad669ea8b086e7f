import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { formatExactBytes } from '../../shared/units.ts'
import { type Attempt, type AttemptDeps, type ImageCalls, runJob } from './attempt.ts'
import { failedImport } from './import-run.ts'
import { sendFile } from './send-file.ts'
import { judge, ownImage, protectIfWished, usable } from './target-image.ts'
import { digestLabel } from './verify.ts'
import { isUnderWay, knownTasks, targetOf, watchImport } from './watch-import.ts'
import type { FileIdentity } from './worker/contract.ts'

/** What was computed here of the file, by digest name. */
type Digests = Readonly<Record<string, string>>

/**
 * One attempt at an upload by way of the staging area (`glance-direct`): the file is sent there, hashed on its way, and then the cloud imports it.
 * What an attempt before had staged, or what the cloud began meanwhile, is taken up.
 */
export async function runStagedUpload(
  attempt: Attempt,
  deps: AttemptDeps,
  calls: ImageCalls,
  path: string,
  identity: FileIdentity,
): Promise<void> {
  const image = await ownImage(attempt, deps, calls)
  const algorithm = deps.cloud.hashAlgorithm()
  let digests = digestsBefore(attempt, algorithm)
  let before: ReadonlySet<string> = new Set()
  if (image.status === 'active' || image.status === 'importing' || (await isUnderWay(calls, image, attempt.signal))) {
    attempt.note('info', image.status === 'active' ? 'The image has its data already.' : 'The cloud has its import under way already.')
    attempt.step('hand-over')
  } else {
    if (image.status === 'uploading' && image.size === identity.size) {
      attempt.note('info', 'All of it is staged already, from an attempt before.')
    } else {
      await usable(attempt, deps, calls, image)
      const sent = await sendFile(attempt, deps, { path, identity, algorithm, area: 'stage' })
      ;({ digests } = sent)
      // Kept here, to be compared with what the cloud makes of it, also if that is after a restart.
      attempt.set({
        digests: Object.entries(sent.digests).map(([name, local]) => ({ algorithm: digestLabel(name), local, remote: null })),
      })
    }
    attempt.leaves('The image, with its data staged but not imported.')
    before = await knownTasks(calls, image.id, attempt.signal)
    await calls.import(image.id, { ...targetOf(attempt.record), method: { name: 'glance-direct' } }, attempt.signal)
    attempt.step('hand-over')
    attempt.note('info', 'The cloud imports what was staged.')
    deps.cloud.nudge(image.id)
  }
  attempt.leaves('The image. The cloud imports what was staged, and goes on with that by itself.')
  const { image: after, look } = await watchImport(attempt, deps, calls, image.id, before)
  if (look.verdict === 'failed') throw failedImport(attempt, after, look)

  const converted = conversion(attempt, after, identity.size)
  if (converted !== null) return await endConverted(attempt, deps, calls, after, converted)
  attempt.step('compare')
  attempt.leaves('The image, with all its data, but not compared yet.')
  const local = digests ?? (await hashAgain(attempt, deps, after, path, identity))
  await judge(attempt, deps, calls, after, { bytes: identity.size, digests: local })
}

/** The digests of an attempt before, where they are of a kind that can be compared now. */
function digestsBefore(attempt: Attempt, algorithm: string): Digests | null {
  const kept = new Map(attempt.record.digests.map((pair) => [pair.algorithm, pair.local]))
  const md5 = kept.get(digestLabel('md5')) ?? null
  const other = kept.get(digestLabel(algorithm)) ?? null
  return md5 === null || other === null ? null : { md5, [algorithm]: other }
}

async function hashAgain(attempt: Attempt, deps: AttemptDeps, image: Image, path: string, identity: FileIdentity): Promise<Digests> {
  attempt.note('info', 'The file is read again to compare.')
  const digests = ['md5', image.hashAlgorithm?.toLowerCase() ?? deps.cloud.hashAlgorithm()]
  return (await runJob(attempt, deps, { kind: 'hash', path, identity, digests }, () => {})).digests
}

/**
 * What the cloud's import plugins (conversion, decompression) have changed of what was staged, in words; null where size and formats are as they were
 * sent, so that the bytes have to be the same. Glance's conversion leaves an image alone that has its format already.
 */
function conversion(attempt: Attempt, image: Image, size: number): string | null {
  if (attempt.record.job.kind !== 'upload') throw new TypeError('not an upload')
  const { diskFormat, containerFormat } = attempt.record.job.fields
  if (image.diskFormat !== null && image.diskFormat !== diskFormat) return `${diskFormat} to ${image.diskFormat}`
  if (image.containerFormat !== null && image.containerFormat !== containerFormat) return `${containerFormat} to ${image.containerFormat}`
  if (image.size !== null && image.size !== size) return `${formatExactBytes(size)} to ${formatExactBytes(image.size)}`
  return null
}

async function endConverted(attempt: Attempt, deps: AttemptDeps, calls: ImageCalls, image: Image, converted: string): Promise<void> {
  if (image.status !== 'active') throw new GlancerError('conflict', `The cloud imported it, but shows the image as ${image.status}.`)
  await protectIfWished(attempt, calls, image.id)
  attempt.note('info', `The cloud has converted it: ${converted}. Other bytes have other digests.`)
  attempt.leaves(null)
  attempt.step('imported', {
    verification: { kind: 'not-compared', reason: `the cloud converted it (${converted}), so nothing was compared` },
  })
  deps.cloud.nudge(image.id)
}
