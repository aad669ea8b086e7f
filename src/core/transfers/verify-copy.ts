import type { DigestPair, Verification } from '../../shared/domain.ts'
import { type Comparison, compare, digestLabel, type LocalDigests, type RemoteDigests } from './verify.ts'

/**
 * Compares what passed through this machine with both clouds. Pure. What differs on either side is a mismatch that names the side; only what
 * the target confirmed is verified, and `source` then says what the source confirmed.
 * @param names of the two clouds
 */
export function compareCopy(
  local: LocalDigests,
  bytes: number,
  source: RemoteDigests,
  target: RemoteDigests,
  names: { source: string; target: string },
): Comparison {
  const there = compare(local, bytes, source)
  const here = compare(local, bytes, target)
  const both = { digests: threeSided(there.digests, here.digests), sizes: here.sizes }
  if (there.verification.kind === 'mismatch') return { verification: mismatch(there.verification, 'source', names.source), ...both }
  if (here.verification.kind === 'mismatch') return { verification: mismatch(here.verification, 'target', names.target), ...both }
  const confirmed = there.verification.kind === 'verified' ? there.verification.algorithms : []
  if (here.verification.kind === 'verified') return { verification: { ...here.verification, source: confirmed }, ...both }
  const reason = 'reason' in here.verification ? here.verification.reason.replace('the cloud', names.target) : ''
  return { verification: { kind: 'not-verifiable', reason }, ...both }
}

/**
 * Compares the records of the two clouds alone: for a copy whose target had all bytes before anybody could say so. Each cloud hashed by itself.
 */
export function compareRecords(source: RemoteDigests, target: RemoteDigests, names: { source: string; target: string }): Comparison {
  const published: Record<string, string> = {}
  if (source.checksum !== null) published.md5 = source.checksum
  if (source.hashAlgorithm !== null && source.hashValue !== null) published[source.hashAlgorithm.toLowerCase()] = source.hashValue
  const { verification, digests } = compareCopy(published, source.size ?? target.size ?? 0, source, target, names)
  const records = digests.map((pair) => ({ ...pair, local: null }))
  if (verification.kind === 'not-verifiable')
    return {
      verification: {
        kind: 'not-verifiable',
        reason: 'it was interrupted behind the last byte, and the two clouds publish no common hash',
      },
      digests: records,
      sizes: { local: target.size ?? 0, remote: target.size },
    }
  return { verification, digests: records, sizes: { local: target.size ?? 0, remote: target.size } }
}

function mismatch(found: Verification & { kind: 'mismatch' }, side: 'source' | 'target', name: string): Verification {
  return { ...found, side, what: found.what.replace("the cloud's", `what ${name} says`) }
}

function threeSided(source: readonly DigestPair[], target: readonly DigestPair[]): DigestPair[] {
  const all = new Map(target.map((pair) => [pair.algorithm, { ...pair, source: null as string | null }]))
  for (const { algorithm, local, remote } of source) {
    const pair = all.get(algorithm)
    if (pair !== undefined) pair.source = remote
    else all.set(algorithm, { algorithm, local, remote: null, source: remote })
  }
  return [...all.values()].sort((a, b) => Number(b.algorithm === digestLabel('md5')) - Number(a.algorithm === digestLabel('md5')))
}
