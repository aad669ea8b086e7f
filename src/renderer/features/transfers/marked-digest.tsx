import { groupDigest } from '../../../shared/units.ts'
import { digestDiff } from './digest-diff.ts'

/** A digest in groups of eight, with the part that differs from the other side marked. */
export function MarkedDigest({ here, there }: { here: string; there: string | null }) {
  if (there === null) return groupDigest(here)
  return digestDiff(here, there).map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity, and never move
    <span key={index}>
      {index > 0 && ' '}
      {piece.differs ? <mark>{piece.text}</mark> : piece.text}
    </span>
  ))
}
