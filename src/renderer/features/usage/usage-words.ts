import type { Usage } from '../../../shared/image-protocol.ts'
import { formatBytes } from '../../../shared/units.ts'

const MIB = 1024 * 1024

/** Bytes of images, in all, that the project may still add; null where the cloud sets no such limit. A limit of -1 is none. */
export function bytesLeft(usage: readonly Usage[]): number | null {
  const total = limited(usage, 'image_size_total')
  return total === null ? null : Math.max(0, total.limit - total.usage) * MIB
}

/** `12.3 GB of 50 GB used`; null where the cloud publishes no such limit. */
export function usedWords(usage: readonly Usage[]): string | null {
  const total = limited(usage, 'image_size_total')
  const count = limited(usage, 'image_count_total')
  if (total !== null) return `${formatBytes(total.usage * MIB)} of ${formatBytes(total.limit * MIB)} used`
  return count === null ? null : `${count.usage} of ${count.limit} images used`
}

/** Every limit in words, for whoever wants to know all. */
export function allUsed(usage: readonly Usage[]): string[] {
  const amount = (value: number, size: boolean): string => (size ? formatBytes(value * MIB) : value.toLocaleString('en-US'))
  return usage.map(({ name, limit, usage: used }) => {
    const size = name === 'image_size_total' || name === 'image_stage_total'
    return `${labels[name] ?? name}: ${amount(used, size)} of ${limit < 0 ? 'any number' : amount(limit, size)}`
  })
}

const labels: Readonly<Record<string, string>> = {
  image_size_total: 'Data of all images',
  image_stage_total: 'Data being staged',
  image_count_total: 'Images',
  image_count_uploading: 'Uploads at once',
}

/**
 * What the limits of the cloud say to so many new images, before any of it is sent; the gravest first. Glance looks at what is used, and not always at what is coming:
 * so what goes beyond a limit may be refused, and may be not.
 * @param bytes of all together; null = nobody knows them before.
 */
export function quotaFindings(
  usage: readonly Usage[],
  images: number,
  bytes: number | null,
): { severity: 'warn' | 'note'; text: string }[] {
  const found: { severity: 'warn' | 'note'; text: string }[] = []
  const count = limited(usage, 'image_count_total')
  if (count !== null && count.usage + images > count.limit) {
    const left = Math.max(0, count.limit - count.usage)
    found.push({
      severity: 'warn',
      text:
        left === 0
          ? `The quota of ${count.limit} images is used up.`
          : `The quota leaves ${left} of ${count.limit} images; these are ${images}.`,
    })
  }
  const left = bytesLeft(usage)
  if (left !== null && bytes !== null && bytes > left)
    found.push({
      severity: 'warn',
      text: left === 0 ? 'The quota for the data of images is used up.' : `More than the ${formatBytes(left)} that the quota leaves.`,
    })
  if (left === 0 && bytes === null) found.push({ severity: 'warn', text: 'The quota for the data of images is used up.' })
  const atOnce = limited(usage, 'image_count_uploading')
  if (atOnce !== null && images > atOnce.limit)
    found.push({ severity: 'note', text: `The cloud takes ${atOnce.limit} at once; the others wait their turn.` })
  return found
}

function limited(usage: readonly Usage[], name: string): Usage | null {
  const found = usage.find((each) => each.name === name)
  return found === undefined || found.limit < 0 ? null : found
}
