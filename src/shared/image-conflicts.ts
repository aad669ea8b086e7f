import type { Image } from './domain.ts'
import type { ImageBase, ImageChanges } from './image-protocol.ts'

const plainFields = ['name', 'visibility', 'protected', 'hidden', 'minDisk', 'minRam'] as const

/**
 * The fields that somebody else changed since `base` was seen and that `changes` would overwrite: `name`, `properties.os_distro`. Who changed a
 * field to the very value that is wanted is in nobody's way. Tags are never in conflict, since `mergeTags` keeps both sides.
 */
export function conflicts(now: Image, base: ImageBase, changes: ImageChanges): string[] {
  const found: string[] = plainFields.filter(
    (field) => changes[field] !== undefined && base[field] !== undefined && now[field] !== base[field] && now[field] !== changes[field],
  )
  for (const [key, wanted] of Object.entries(changes.properties ?? {})) {
    const seen = own(base.properties, key)
    const there = own(now.properties, key) ?? null
    if (seen !== undefined && there !== seen && there !== wanted) found.push(`properties.${key}`)
  }
  return found
}

/** The wanted tags, with what others added or took away since `base` was seen. */
export function mergeTags(now: readonly string[], base: readonly string[], wanted: readonly string[]): string[] {
  const added = wanted.filter((tag) => !base.includes(tag))
  const gone = new Set(base.filter((tag) => !wanted.includes(tag)))
  return [...new Set([...now.filter((tag) => !gone.has(tag)), ...added])]
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
