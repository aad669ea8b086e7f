// The two containers that systems want their icons in. Both only wrap PNG files, which every system of the last fifteen years reads.

/**
 * A Windows icon: a directory of 16 bytes an entry, then the PNG files as they are.
 * @param {{ size: number, png: Buffer }[]} images sizes up to 256
 */
export function makeIco(images) {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2) // icons, not cursors
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  for (const [index, { size, png }] of images.entries()) {
    const at = 6 + 16 * index
    // One byte for each side, in which 0 stands for 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4) // colour planes
    head.writeUInt16LE(32, at + 6) // bits a pixel
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

/** Apple's four-letter types for PNG content. `@2x` ones hold twice the side that they are named for. */
const icnsTypes = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['icp6', 'ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}

/**
 * A macOS icon: `icns`, the whole length, then blocks of type, length (with its own 8 bytes) and PNG. All big-endian.
 * @param {{ size: number, png: Buffer }[]} images
 */
export function makeIcns(images) {
  const blocks = images.flatMap(({ size, png }) => (icnsTypes[size] ?? []).map((type) => block(type, png)))
  return block('icns', Buffer.concat(blocks))
}

function block(type, content) {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}
