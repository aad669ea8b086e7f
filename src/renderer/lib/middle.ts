/** The mark of what was left out. */
const GAP = '…'
/** Of what fits, this share is kept for the head; the end is what tells images apart, so it gets a good part. */
const HEAD_SHARE = 0.6

/**
 * A name cut in its middle so that it fits, or the name itself where it does. The end keeps up to 40 % of the room. Never inside a surrogate
 * pair.
 *
 * @param measure the width of a text, in the same unit as `room`
 */
export function cutMiddle(name: string, room: number, measure: (text: string) => number): string {
  if (measure(name) <= room) return name
  const characters = [...name]
  const cut = (kept: number): string => {
    const head = Math.ceil(kept * HEAD_SHARE)
    return `${characters.slice(0, head).join('').trimEnd()}${GAP}${characters
      .slice(characters.length - (kept - head))
      .join('')
      .trimStart()}`
  }
  let fits = 0
  let tooMany = characters.length
  while (tooMany - fits > 1) {
    const kept = (fits + tooMany) >> 1
    if (measure(cut(kept)) <= room) fits = kept
    else tooMany = kept
  }
  return fits < 2 ? GAP : cut(fits)
}
