/** Names that Windows keeps for devices, with or without an ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a name from a server are just what has to go
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]/g
/** Leaves room for `.part` and ` (99)` within the 255 bytes that most file systems allow. */
const LONGEST_BYTES = 230

/**
 * A file name for an image, made safe for every disk: image names are free text from a server and may hold slashes, control characters or
 * marks that reverse the reading direction. The disk format becomes the ending, unless the name has it already.
 */
export function safeFileName(imageName: string | null, imageId: string, diskFormat: string | null): string {
  const ending = diskFormat === null || !/^[a-z0-9]{1,10}$/i.test(diskFormat) ? '' : `.${diskFormat.toLowerCase()}`
  let stem = (imageName ?? '').normalize('NFC').replace(FORBIDDEN, '_').trim()
  stem = stem.replace(/^\.+/, '').replace(/[. ]+$/, '')
  if (stem === '' || /^_+$/.test(stem)) stem = imageId
  if (ending !== '' && stem.toLowerCase().endsWith(ending)) stem = stem.slice(0, -ending.length) || imageId
  if (RESERVED.test(stem)) stem = `_${stem}`
  return cutToBytes(stem, LONGEST_BYTES - ending.length) + ending
}

/** `name (2).qcow2`: the n-th name for when the first is taken. */
export function numberedFileName(fileName: string, n: number): string {
  const dot = fileName.lastIndexOf('.')
  return dot > 0 ? `${fileName.slice(0, dot)} (${n})${fileName.slice(dot)}` : `${fileName} (${n})`
}

function cutToBytes(text: string, limit: number): string {
  let length = 0
  let cut = ''
  for (const character of text) {
    length += Buffer.byteLength(character)
    if (length > limit) return cut.trimEnd()
    cut += character
  }
  return cut
}
