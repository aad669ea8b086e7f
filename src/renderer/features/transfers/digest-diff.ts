/** A stretch of a digest, and whether it differs from the other side. */
export interface DigestPiece {
  text: string
  differs: boolean
}

const GROUP = 8

/** `here` in groups of eight, with the groups that differ from `there` marked; neighbours of one kind are one piece. Case does not count. */
export function digestDiff(here: string, there: string): DigestPiece[] {
  const pieces: DigestPiece[] = []
  for (let at = 0; at < here.length; at += GROUP) {
    const text = here.slice(at, at + GROUP)
    const differs = text.toLowerCase() !== there.slice(at, at + GROUP).toLowerCase()
    const last = pieces.at(-1)
    if (last?.differs === differs) last.text += ` ${text}`
    else pieces.push({ text, differs })
  }
  return pieces
}
