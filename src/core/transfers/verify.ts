import type { DigestPair, Image, SizePair, Verification } from '../../shared/domain.ts'

/** `sha512` -> `SHA-512`, `md5` -> `MD5`; what we do not know is shown in capitals. */
export function digestLabel(algorithm: string): string {
  const sha2 = /^sha(1|224|256|384|512)$/.exec(algorithm.toLowerCase())
  if (sha2) return `SHA-${sha2[1]}`
  const sha3 = /^sha3_?-?(\d+)$/.exec(algorithm.toLowerCase())
  if (sha3) return `SHA3-${sha3[1]}`
  return algorithm.toUpperCase()
}

/** What was computed here: digest names in lower case, values in hex. */
export type LocalDigests = Readonly<Record<string, string>>

/** The cloud's side of the comparison: the record, and `Content-MD5` where a download answered with it. */
export type RemoteDigests = Pick<Image, 'checksum' | 'hashAlgorithm' | 'hashValue' | 'size'> & { contentMd5?: string | null }

export interface Comparison {
  verification: Verification
  digests: DigestPair[]
  sizes: SizePair
}

const sameHex = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

/**
 * Compares what was moved with what the cloud says that it has. Pure. Anything that differs is a mismatch, however much else agrees; what was
 * not computed or not published is left out; nothing compared at all is `not-verifiable`, never `verified`.
 * @param bytes how many bytes were moved; compared with `size` where the record has one.
 */
export function compare(local: LocalDigests, bytes: number, remote: RemoteDigests): Comparison {
  const pairs: DigestPair[] = []
  const both = { digests: pairs, sizes: { local: bytes, remote: remote.size } }
  const md5 = remote.checksum ?? remote.contentMd5 ?? null
  pairs.push({ algorithm: 'MD5', local: local.md5 ?? null, remote: md5 })
  const algorithm = remote.hashAlgorithm?.toLowerCase() ?? Object.keys(local).find((name) => name !== 'md5')
  if (algorithm !== undefined) pairs.push({ algorithm: digestLabel(algorithm), local: local[algorithm] ?? null, remote: remote.hashValue })

  const differing: string[] = []
  const equal: string[] = []
  if (remote.size !== null && remote.size !== bytes) differing.push('size')
  for (const pair of pairs) {
    if (pair.local === null || pair.remote === null) continue
    if (sameHex(pair.local, pair.remote)) equal.push(pair.algorithm)
    else differing.push(pair.algorithm)
  }
  // The record and the answer to this very download disagree: one of the two is not what the other describes.
  const answered = remote.contentMd5 ?? null
  if (answered !== null && remote.checksum !== null && !sameHex(answered, remote.checksum) && !differing.includes('MD5'))
    differing.push('MD5')

  if (differing.length > 0) {
    const what =
      differing.length === 1 && differing[0] === 'size'
        ? "The size differs from the cloud's"
        : `${listed(differing)} ${differing.length === 1 ? 'differs' : 'differ'} from the cloud's`
    return { verification: { kind: 'mismatch', algorithms: differing, what }, ...both }
  }
  if (equal.length > 0) return { verification: { kind: 'verified', algorithms: equal }, ...both }
  const unknown = pairs.flatMap(({ algorithm: label, remote: there }) => (there === null ? [] : [label]))
  const reason = unknown.length > 0 ? `${listed(unknown)} cannot be computed here` : 'the cloud published no hash'
  return { verification: { kind: 'not-verifiable', reason }, ...both }
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
