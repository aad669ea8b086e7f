import type { Image } from './domain.ts'
import { shellWord } from './shell-word.ts'

// Texts about images, for other tools. All pure.

const columns: readonly (readonly [name: string, read: (image: Image) => string | number | boolean | null])[] = [
  ['id', (image) => image.id],
  ['name', (image) => image.name],
  ['status', (image) => image.status],
  ['size', (image) => image.size],
  ['virtual_size', (image) => image.virtualSize],
  ['disk_format', (image) => image.diskFormat],
  ['container_format', (image) => image.containerFormat],
  ['visibility', (image) => image.visibility],
  ['owner', (image) => image.owner],
  ['protected', (image) => image.protected],
  ['os_hidden', (image) => image.hidden],
  ['min_disk', (image) => image.minDisk],
  ['min_ram', (image) => image.minRam],
  ['tags', (image) => image.tags.join(' ')],
  ['stores', (image) => image.stores.join(' ')],
  ['checksum', (image) => image.checksum],
  ['os_hash_algo', (image) => image.hashAlgorithm],
  ['os_hash_value', (image) => image.hashValue],
  ['created_at', (image) => image.createdAt],
  ['updated_at', (image) => image.updatedAt],
]

/**
 * CSV after RFC 4180, with a line of heads and one line an image; sizes in bytes. A text that a spreadsheet would run as a formula gets an
 * apostrophe before it: names come from other people.
 */
export function imagesCsv(images: readonly Image[]): string {
  const lines = images.map((image) => columns.map(([, read]) => csvField(read(image))).join(','))
  return `${[columns.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`
}

function csvField(value: string | number | boolean | null): string {
  if (value === null) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The settings of images as JSON in the Image API's own names, ready to be sent again; what the cloud itself gives each image is under `read_only`. */
export function imagesJson(images: readonly Image[]): string {
  const records = images.map((image) => ({
    id: image.id,
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    protected: image.protected,
    os_hidden: image.hidden,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    tags: image.tags,
    properties: image.properties,
    read_only: {
      status: image.status,
      size: image.size,
      virtual_size: image.virtualSize,
      owner: image.owner,
      stores: image.stores,
      checksum: image.checksum,
      os_hash_algo: image.hashAlgorithm,
      os_hash_value: image.hashValue,
      created_at: image.createdAt,
      updated_at: image.updatedAt,
    },
  }))
  return `${JSON.stringify(records.length === 1 ? records[0] : records, null, 2)}\n`
}

export const commandKinds = ['show', 'save', 'create', 'set', 'delete'] as const
export type CommandKind = (typeof commandKinds)[number]

/** Lines for a shell, one an image, that do with the official client what Glancer does here. Names are quoted; the cloud is the one of OS_CLOUD. */
export function openstackCommands(images: readonly Image[], kind: CommandKind): string {
  return images.map((image) => (kind === 'create' ? creation(image) : line(words(image, kind)))).join('\n')
}

function line(words: readonly string[]): string {
  return ['openstack', 'image', ...words].join(' ')
}

/** Protected and hidden are set afterwards: `create` has no word for the one, and with the other openstackclient 6.0 is refused (observed). */
function creation(image: Image): string {
  const create = ['create', ...formats(image), ...settings(image)]
  const after = [...(image.protected ? ['--protected'] : []), ...(image.hidden ? ['--hidden'] : [])]
  const name = argument(image.name ?? '')
  if (after.length === 0) return line([...create, name])
  return line(['set', ...after, `"$(${line([...create, '-f value -c id', name])})"`])
}

function words(image: Image, kind: Exclude<CommandKind, 'create'>): string[] {
  const id = shellWord(image.id)
  switch (kind) {
    case 'show':
      return ['show', id]
    case 'delete':
      return ['delete', id]
    case 'save':
      return ['save', '--file', shellWord(fileName(image)), id]
    case 'set':
      return [
        'set',
        ...(image.name === null ? [] : [option('--name', image.name)]),
        image.protected ? '--protected' : '--unprotected',
        image.hidden ? '--hidden' : '--unhidden',
        ...settings(image),
        id,
      ]
  }
}

function formats(image: Image): string[] {
  return [
    ...(image.containerFormat === null ? [] : ['--container-format', shellWord(image.containerFormat)]),
    ...(image.diskFormat === null ? [] : ['--disk-format', shellWord(image.diskFormat)]),
  ]
}

function settings(image: Image): string[] {
  const own = Object.entries(image.properties).filter(([key]) => !key.startsWith('os_glance'))
  return [
    `--${image.visibility}`,
    `--min-disk ${image.minDisk}`,
    `--min-ram ${image.minRam}`,
    ...image.tags.map((tag) => option('--tag', tag)),
    ...own.map(([key, value]) => option('--property', `${key}=${value}`)),
  ]
}

/** `--tag golden`; joined by a sign where the value itself looks like an option. */
function option(name: string, value: string): string {
  return value.startsWith('-') ? shellWord(`${name}=${value}`) : `${name} ${shellWord(value)}`
}

/** A last word that cannot be taken for an option. */
function argument(value: string): string {
  return value.startsWith('-') ? `-- ${shellWord(value)}` : shellWord(value)
}

function fileName(image: Image): string {
  const base = (image.name ?? '').replaceAll(/[/\\\p{Cc}]/gu, '_').replace(/^[.-]+/, '')
  const extension = image.diskFormat === null ? '' : `.${image.diskFormat}`
  return base === '' ? `${image.id}${extension}` : base.endsWith(extension) ? base : `${base}${extension}`
}
