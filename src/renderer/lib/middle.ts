/**
 * Splits a name so that its end stays whole while its head gives way to an ellipsis. The cut falls on a separator near the end where there is
 * one, so that a version or an architecture is not torn. Never inside a surrogate pair.
 */
export function splitMiddle(name: string): [head: string, tail: string] {
  const characters = [...name]
  if (characters.length <= 12) return [name, '']
  const shortest = 6
  const longest = Math.min(20, Math.floor(characters.length / 2))
  let at = Math.max(characters.length - 12, Math.ceil(characters.length / 2))
  for (let back = shortest; back <= longest; back++) {
    const index = characters.length - back
    if (/[-_. ]/.test(characters[index] ?? '')) {
      at = index
      if (back >= 9) break
    }
  }
  return [characters.slice(0, at).join(''), characters.slice(at).join('')]
}
