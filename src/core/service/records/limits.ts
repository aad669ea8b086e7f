import { HttpError } from '../http/http-error.ts'

/** Glance's defaults: `image_property_quota`, `image_tag_quota`, `image_member_quota`. */
export const MAX_PROPERTIES = 128
export const MAX_TAGS = 128
export const MAX_MEMBERS = 128

/** 413 for more custom properties or tags than an image may have. */
export function checkLimits(image: { properties: Readonly<Record<string, string>>; tags: readonly string[] }): void {
  const properties = Object.keys(image.properties).filter((name) => !name.startsWith('os_glance')).length
  if (properties > MAX_PROPERTIES) throw tooMany('image properties', properties, MAX_PROPERTIES)
  if (image.tags.length > MAX_TAGS) throw tooMany('image tags', image.tags.length, MAX_TAGS)
}

function tooMany(what: string, attempted: number, maximum: number): HttpError {
  return new HttpError(413, `The limit has been exceeded on the number of allowed ${what}. Attempted: ${attempted}, Maximum: ${maximum}`, {
    bare: true,
  })
}

/**
 * 400 for characters beyond the basic plane (emoji) in the name and in properties: Glance 25.1 refuses them, since MySQL's three-byte UTF-8 cannot
 * hold them.
 */
export function checkCharacters(image: { name: string | null; properties: Readonly<Record<string, string>> }): void {
  for (const [name, value] of Object.entries({ name: image.name ?? '', ...image.properties })) {
    if (BEYOND.test(name)) throw new HttpError(400, "Property names can't contain 4 byte unicode.")
    if (BEYOND.test(value)) throw new HttpError(400, `${title(name)} can't contain 4 byte unicode characters.`)
  }
}

const BEYOND = /[\u{10000}-\u{10ffff}]/u

function title(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
