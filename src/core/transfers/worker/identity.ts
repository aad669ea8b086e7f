import type { FileIdentity } from './contract.ts'

/** From a `stat` with `bigint: true`. */
export function identityOf(found: { size: bigint; mtimeNs: bigint; ino: bigint; dev: bigint }): FileIdentity {
  return { size: Number(found.size), mtimeNs: String(found.mtimeNs), ino: String(found.ino), dev: String(found.dev) }
}

/** The same file, and not written to in between. */
export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.ino === other.ino && one.dev === other.dev
}
