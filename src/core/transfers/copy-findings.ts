import type { Capabilities, Finding, Image, ImageFields } from '../../shared/domain.ts'
import type { Usage } from '../../shared/image-protocol.ts'
import { formatBytes } from '../../shared/units.ts'

const MIB = 1024 * 1024

/** What the other cloud is known to be like. */
export interface Target {
  name: string
  capabilities: Capabilities | null
  /** Names that are there already, of those that were asked for. */
  taken: ReadonlySet<string>
}

/** What speaks against copying one image to a cloud. Pure. */
export function copyFindings(image: Image, fields: ImageFields, target: Target): Finding[] {
  return [...withoutData(image), ...formatFindings(fields, target), ...nameFindings(fields, target)]
}

function withoutData(image: Image): Finding[] {
  if (image.status === 'deactivated')
    return [refuse('deactivated', 'It is deactivated', 'Its data cannot be read until it is reactivated.')]
  if (image.status !== 'active') return [refuse('no-data', `It is ${image.status}`, 'It has no data that could be copied.')]
  return image.size === null || image.size === 0 ? [refuse('no-data', 'It has no data', 'Its size is 0.')] : []
}

function formatFindings({ diskFormat, containerFormat }: ImageFields, { name, capabilities }: Target): Finding[] {
  const found: Finding[] = []
  if (diskFormat === '' || containerFormat === '') {
    found.push(refuse('no-format', 'It has no disk or container format', `${name} takes no data without both.`))
    return found
  }
  const { diskFormats, containerFormats } = capabilities ?? { diskFormats: null, containerFormats: null }
  if (diskFormats !== null && !diskFormats.includes(diskFormat))
    found.push(refuse('format', `${name} does not take ${diskFormat}`, `Disk formats there: ${diskFormats.join(', ')}.`))
  if (containerFormats !== null && !containerFormats.includes(containerFormat))
    found.push(
      refuse('format', `${name} does not take the container ${containerFormat}`, `Containers there: ${containerFormats.join(', ')}.`),
    )
  return found
}

function nameFindings(fields: ImageFields, { name, taken }: Target): Finding[] {
  if (!taken.has(fields.name)) return []
  const detail = 'Names need not be unique: both would be there. Another name tells them apart.'
  return [{ severity: 'warn', code: 'name-taken', title: `${name} has an image of this name already`, detail }]
}

/** What the limits of the project say to so many images of so many bytes in all. Pure. */
export function quotaFindings(usage: readonly Usage[], images: number, bytes: number, name: string): Finding[] {
  const found: Finding[] = []
  for (const { name: limited, limit, usage: used } of usage) {
    // Keystone's -1 is no limit.
    if (limit < 0) continue
    const left = Math.max(0, limit - used)
    if (limited === 'image_size_total' && bytes > left * MIB)
      found.push(
        warn(
          'quota',
          `${name} has room for ${formatBytes(left * MIB)}, and these are ${formatBytes(bytes)}`,
          'What does not fit is refused when its turn comes. Delete images there first, or ask for more room.',
        ),
      )
    if (limited === 'image_count_total' && images > left)
      found.push(
        warn(
          'quota',
          left === 0
            ? `${name} takes no further image`
            : `${name} takes ${left} more ${left === 1 ? 'image' : 'images'}, and these are ${images}`,
          `The project may have ${limit}.`,
        ),
      )
  }
  return found
}

function refuse(code: string, title: string, detail: string): Finding {
  return { severity: 'refuse', code, title, detail }
}

function warn(code: string, title: string, detail: string): Finding {
  return { severity: 'warn', code, title, detail }
}
