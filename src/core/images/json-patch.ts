import type { Image } from '../../shared/domain.ts'
import type { ImageChanges } from '../../shared/image-protocol.ts'

export type PatchOperation = { op: 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string }

const fields = {
  name: 'name',
  visibility: 'visibility',
  protected: 'protected',
  hidden: 'os_hidden',
  minDisk: 'min_disk',
  minRam: 'min_ram',
} as const

/** The JSON patch that makes the changes, and nothing that is already so. Glance knows add, replace and remove; `/tags` is replaced as a list. */
export function jsonPatch(image: Image, changes: ImageChanges): PatchOperation[] {
  const operations: PatchOperation[] = []
  for (const key of Object.keys(fields) as (keyof typeof fields)[]) {
    const value = changes[key]
    if (value !== undefined && value !== image[key]) operations.push({ op: 'replace', path: `/${fields[key]}`, value })
  }
  if (changes.tags !== undefined && !sameSet(changes.tags, image.tags))
    operations.push({ op: 'replace', path: '/tags', value: [...new Set(changes.tags)] })
  for (const [key, value] of Object.entries(changes.properties ?? {})) {
    const there = Object.hasOwn(image.properties, key)
    const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (value === null) {
      if (there) operations.push({ op: 'remove', path })
    } else if (image.properties[key] !== value) operations.push({ op: there ? 'replace' : 'add', path, value })
  }
  return operations
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a)
  return set.size === new Set(b).size && b.every((tag) => set.has(tag))
}
