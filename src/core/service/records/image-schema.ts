import { HttpError } from '../http/http-error.ts'
import { VISIBILITIES } from './image-record.ts'

export const DISK_FORMATS = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'] as const
export const CONTAINER_FORMATS = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'] as const

const UUID_PATTERN = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'

interface PropertySchema {
  type: string | readonly string[]
  description: string
  enum?: readonly (string | null)[]
  maxLength?: number
  pattern?: string
  readOnly?: true
  items?: Record<string, unknown>
  is_base?: false
}

/** The properties that Glance 25.1 declares, with their types and limits (`GET /v2/schemas/image`, observed). */
export const IMAGE_PROPERTIES: Readonly<Record<string, PropertySchema>> = {
  id: { type: 'string', description: 'The id of the image, a UUID', pattern: UUID_PATTERN },
  name: { type: ['null', 'string'], description: 'A name for people', maxLength: 255 },
  status: {
    type: 'string',
    description: 'Where the image is in its life',
    readOnly: true,
    enum: ['queued', 'saving', 'active', 'killed', 'deleted', 'uploading', 'importing', 'pending_delete', 'deactivated'],
  },
  visibility: { type: 'string', description: 'Who may see the image', enum: VISIBILITIES },
  protected: { type: 'boolean', description: 'True: the image cannot be deleted' },
  os_hidden: { type: 'boolean', description: 'True: lists leave the image out unless they ask for hidden ones' },
  checksum: { type: ['null', 'string'], description: 'MD5 of the data, hex', maxLength: 32, readOnly: true },
  os_hash_algo: { type: ['null', 'string'], description: 'The algorithm of os_hash_value', maxLength: 64, readOnly: true },
  os_hash_value: { type: ['null', 'string'], description: 'Hash of the data, hex', maxLength: 128, readOnly: true },
  owner: { type: ['null', 'string'], description: 'The project that owns the image', maxLength: 255 },
  size: { type: ['null', 'integer'], description: 'Bytes of data', readOnly: true },
  virtual_size: { type: ['null', 'integer'], description: 'Bytes of the disk that the data stands for', readOnly: true },
  container_format: { type: ['null', 'string'], description: 'What the data is wrapped in', enum: [null, ...CONTAINER_FORMATS] },
  disk_format: { type: ['null', 'string'], description: 'The format of the disk', enum: [null, ...DISK_FORMATS] },
  created_at: { type: 'string', description: 'When the image was registered', readOnly: true },
  updated_at: { type: 'string', description: 'When the record last changed', readOnly: true },
  tags: { type: 'array', description: 'Words to find the image by', items: { type: 'string', maxLength: 255 } },
  direct_url: { type: 'string', description: 'Where the data is in its store', readOnly: true },
  min_ram: { type: 'integer', description: 'Memory that a server needs to boot the image, in MB' },
  min_disk: { type: 'integer', description: 'Disk that a server needs to boot the image, in GB' },
  self: { type: 'string', description: 'The address of the image', readOnly: true },
  file: { type: 'string', description: 'The address of its data', readOnly: true },
  stores: { type: 'string', description: 'The stores that have the data, separated by commas', readOnly: true },
  schema: { type: 'string', description: 'The address of this schema', readOnly: true },
  locations: {
    type: 'array',
    description: 'Addresses of the data in its stores',
    items: {
      type: 'object',
      properties: { url: { type: 'string', maxLength: 255 }, metadata: { type: 'object' } },
      required: ['url', 'metadata'],
    },
  },
  kernel_id: { type: ['null', 'string'], description: 'The kernel of an AMI image', pattern: UUID_PATTERN, is_base: false },
  ramdisk_id: { type: ['null', 'string'], description: 'The ramdisk of an AMI image', pattern: UUID_PATTERN, is_base: false },
  instance_uuid: { type: 'string', description: 'The server that the image was made from', is_base: false },
  architecture: { type: 'string', description: 'The processor architecture', is_base: false },
  os_distro: { type: 'string', description: 'The distribution of the system inside', is_base: false },
  os_version: { type: 'string', description: 'The version of the system inside', is_base: false },
  description: { type: 'string', description: 'A description for people', is_base: false },
  cinder_encryption_key_id: { type: 'string', description: 'The key of an encrypted volume image', is_base: false },
  cinder_encryption_key_deletion_policy: {
    type: 'string',
    description: 'Whether that key goes with the image',
    enum: ['on_image_deletion', 'do_not_delete'],
    is_base: false,
  },
}

const imageSchema = {
  name: 'image',
  properties: IMAGE_PROPERTIES,
  additionalProperties: { type: 'string' },
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
}

const memberSchema = {
  name: 'member',
  properties: {
    member_id: { type: 'string', description: 'The project that the image is shared with' },
    image_id: { type: 'string', description: 'The id of the image', pattern: UUID_PATTERN },
    created_at: { type: 'string', description: 'When the image was shared' },
    updated_at: { type: 'string', description: 'When the status last changed' },
    status: { type: 'string', description: 'What the member says to it', enum: ['pending', 'accepted', 'rejected'] },
    schema: { readOnly: true, type: 'string' },
  },
}

/** What `GET /v2/schemas/{name}` answers. */
export const SCHEMAS: Readonly<Record<string, unknown>> = {
  image: imageSchema,
  images: {
    name: 'images',
    properties: {
      images: { type: 'array', items: imageSchema },
      first: { type: 'string' },
      next: { type: 'string' },
      schema: { type: 'string' },
    },
    links: [
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ],
  },
  member: memberSchema,
  members: {
    name: 'members',
    properties: { members: { type: 'array', items: memberSchema }, schema: { type: 'string' } },
    links: [{ rel: 'describedby', href: '{schema}' }],
  },
}

/** 400 unless every property has its declared type, form and length; an undeclared one is a custom property and must be a string. */
export function checkAgainstSchema(body: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(body)) {
    const problem = propertyProblem(Object.hasOwn(IMAGE_PROPERTIES, name) ? IMAGE_PROPERTIES[name] : undefined, value)
    if (problem !== null) throw new HttpError(400, `Provided object does not match schema 'image': ${problem} On instance['${name}'].`)
  }
}

function propertyProblem(schema: PropertySchema | undefined, value: unknown): string | null {
  const types = schema === undefined ? ['string'] : typeof schema.type === 'string' ? [schema.type] : schema.type
  if (!types.some((type) => isType(value, type))) {
    return `${shown(value)} is not of type ${types.map((type) => `'${type}'`).join(', ')}.`
  }
  if (schema === undefined) return null
  if (schema.enum !== undefined && !schema.enum.includes(typeof value === 'string' ? value : null)) {
    return `${shown(value)} is not one of [${schema.enum.map(shown).join(', ')}].`
  }
  if (typeof value === 'string') return textProblem(schema, value)
  if (schema.type === 'array' && schema.items?.type === 'string' && Array.isArray(value)) {
    for (const item of value) {
      const problem = propertyProblem({ type: 'string', description: '', maxLength: 255 }, item)
      if (problem !== null) return problem
    }
  }
  return null
}

function textProblem(schema: PropertySchema, value: string): string | null {
  if (schema.maxLength !== undefined && [...value].length > schema.maxLength) return `${shown(value)} is too long.`
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return `${shown(value)} does not match '${schema.pattern}'.`
  return null
}

function isType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'string':
      return typeof value === 'string'
    case 'integer':
      return Number.isInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'array':
      return Array.isArray(value)
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value)
  }
}

/** A value as Python would print it, cut to a length fit for a message. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  // What is inside is of no interest, and may be nested deeper than anybody should walk.
  if (typeof value === 'object') return Array.isArray(value) ? '[...]' : '{...}'
  const text = typeof value === 'string' ? `'${value}'` : String(value)
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}
