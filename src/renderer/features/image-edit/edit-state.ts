import { type Image, NAME_LIMIT, type Visibility, visibilities } from '../../../shared/domain.ts'
import { conflicts } from '../../../shared/image-conflicts.ts'
import { AMOUNT_LIMIT, type ImageBase, type ImageChanges, lengthOf, VALUE_LIMIT } from '../../../shared/image-protocol.ts'

/** What was touched, as it was typed. What was not touched is not here, and follows the cloud. */
export interface Touched {
  name?: string
  visibility?: Visibility
  protected?: boolean
  hidden?: boolean
  minDisk?: string
  minRam?: string
  tags?: readonly string[]
}

/** An image that is being edited. Pure data: every function here gives a new one. */
export interface Edit {
  /** The image as the cloud had it when it was last heard of. */
  latest: Image
  /** It was deleted in the cloud meanwhile. */
  gone: boolean
  touched: Touched
  /** Touched properties that the image has, or had: text sets, null takes away. */
  properties: ReadonlyMap<string, string | null>
  /** What was seen in a touched field before it was touched; what differs from it now was changed by somebody else. */
  base: ImageBase
  /** Properties that were added, in the order of adding. */
  added: readonly { id: number; key: string; value: string }[]
}

export function startEdit(image: Image): Edit {
  return { latest: image, gone: false, touched: {}, properties: new Map(), base: {}, added: [] }
}

/** The cloud told of the image again; null = it has it no more. An added property that somebody else added too becomes one that both changed. */
export function heard(edit: Edit, image: Image | null): Edit {
  if (image === null) return edit.gone ? edit : { ...edit, gone: true }
  if (image === edit.latest && !edit.gone) return edit
  const both = edit.added.filter(
    ({ key }) => Object.hasOwn(image.properties, key.trim()) && !Object.hasOwn(edit.latest.properties, key.trim()),
  )
  let next: Edit = { ...edit, added: edit.added.filter((row) => !both.includes(row)) }
  for (const { key, value } of both) next = touchProperty(next, key.trim(), value)
  return { ...next, latest: image, gone: false }
}

/** How a field of the image looks in its input. */
function shown<F extends keyof Touched>(image: Image, field: F): NonNullable<Touched[F]>
function shown(image: Image, field: keyof Touched): NonNullable<Touched[keyof Touched]> {
  if (field === 'minDisk' || field === 'minRam') return String(image[field])
  if (field === 'name') return image.name ?? ''
  return image[field]
}

/** What stands in the input of a field. */
export function fieldValue<F extends keyof Touched>(edit: Edit, field: F): NonNullable<Touched[F]> {
  return edit.touched[field] ?? shown(edit.latest, field)
}

export function touch<F extends keyof Touched>(edit: Edit, field: F, value: NonNullable<Touched[F]>): Edit {
  const seen = edit.touched[field] === undefined ? edit.latest[field] : edit.base[field]
  if (same(value, shown({ ...edit.latest, [field]: seen }, field))) return takeTheirs(edit, field)
  return { ...edit, touched: { ...edit.touched, [field]: value }, base: { ...edit.base, [field]: seen } }
}

/** The value of a property in its input; null = it is to be taken away, or is not there. */
export function propertyOf(edit: Edit, key: string): string | null {
  const touched = edit.properties.get(key)
  return touched === undefined ? (own(edit.latest.properties, key) ?? null) : touched
}

export function touchProperty(edit: Edit, key: string, value: string | null): Edit {
  const before = edit.properties.has(key) ? (own(edit.base.properties, key) ?? null) : (own(edit.latest.properties, key) ?? null)
  if (before === value) return takeTheirs(edit, `properties.${key}`)
  return {
    ...edit,
    properties: new Map(edit.properties).set(key, value),
    base: { ...edit.base, properties: withKey(edit.base.properties, key, before) },
  }
}

/** All keys that have a row of their own: those of the image, and those that were touched. */
export function propertyKeys(edit: Edit): string[] {
  return [...new Set([...Object.keys(edit.latest.properties), ...edit.properties.keys()])].sort((a, b) => (a < b ? -1 : 1))
}

let nextId = 1
export function addProperty(edit: Edit, key = '', value = ''): Edit {
  return { ...edit, added: [...edit.added, { id: nextId++, key, value }] }
}

export function changeAdded(edit: Edit, id: number, part: { key?: string; value?: string }): Edit {
  return { ...edit, added: edit.added.map((row) => (row.id === id ? { ...row, ...part } : row)) }
}

export function takeOutAdded(edit: Edit, id: number): Edit {
  return { ...edit, added: edit.added.filter((row) => row.id !== id) }
}

/** Gives up the own change of a field (`name`, `properties.os_distro`). */
export function takeTheirs(edit: Edit, field: string): Edit {
  if (field.startsWith('properties.')) {
    const key = field.slice('properties.'.length)
    const properties = new Map(edit.properties)
    properties.delete(key)
    const { [key]: _gone, ...rest } = edit.base.properties ?? {}
    return { ...edit, properties, base: { ...edit.base, properties: rest } }
  }
  return {
    ...edit,
    touched: Object.fromEntries(Object.entries(edit.touched).filter(([key]) => key !== field)),
    base: Object.fromEntries(Object.entries(edit.base).filter(([key]) => key !== field)),
  }
}

/** Takes note of what somebody else wrote into a field, and overwrites it all the same. */
export function keepMine(edit: Edit, field: string): Edit {
  if (field.startsWith('properties.')) {
    const key = field.slice('properties.'.length)
    return { ...edit, base: { ...edit.base, properties: withKey(edit.base.properties, key, own(edit.latest.properties, key) ?? null) } }
  }
  return isField(field) ? { ...edit, base: { ...edit.base, [field]: edit.latest[field] } } : edit
}

/** Fields that somebody else changed while they were touched here. */
export function conflictsOf(edit: Edit): ReadonlySet<string> {
  const { changes, base } = changesOf(edit)
  return new Set(conflicts(edit.latest, base, changes))
}

export function isDirty(edit: Edit): boolean {
  return countOf(edit) > 0
}

/** How many fields and properties are changed; a row that was added and left empty is none. */
export function countOf(edit: Edit): number {
  return Object.keys(edit.touched).length + edit.properties.size + edit.added.filter(({ key, value }) => key !== '' || value !== '').length
}

/** What is to be sent, and what was seen before. Numbers that are none are left out; `problemsOf` names them. */
export function changesOf(edit: Edit): { changes: ImageChanges; base: ImageBase } {
  const { minDisk, minRam, tags, ...plain } = edit.touched
  const filled = edit.added.filter(({ key }) => key.trim() !== '')
  const properties = [...edit.properties, ...filled.map(({ key, value }): [string, string] => [key.trim(), value])]
  const disk = minDisk === undefined ? null : amountIn(minDisk)
  const ram = minRam === undefined ? null : amountIn(minRam)
  const changes: ImageChanges = {
    ...plain,
    ...(disk !== null && { minDisk: disk }),
    ...(ram !== null && { minRam: ram }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
  }
  const none: [string, null][] = filled.map(({ key }) => [key.trim(), null])
  const seen = { ...edit.base.properties, ...Object.fromEntries(none) }
  return { changes, base: { ...edit.base, ...(properties.length > 0 && { properties: seen }) } }
}

/** What is wrong by field, before anything is sent: `name`, `minDisk`, `properties.<key>`, `added.<id>`. */
export function problemsOf(edit: Edit): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const name = edit.touched.name
  if (name !== undefined && lengthOf(name) > NAME_LIMIT) found.set('name', tooLong(name, NAME_LIMIT))
  for (const field of ['minDisk', 'minRam'] as const) {
    const text = edit.touched[field]
    if (text !== undefined && amountIn(text) === null)
      found.set(field, `A whole number from 0 to ${AMOUNT_LIMIT.toLocaleString('en-US')} is needed`)
  }
  for (const [key, value] of edit.properties)
    if (value !== null && lengthOf(value) > VALUE_LIMIT) found.set(`properties.${key}`, tooLong(value, VALUE_LIMIT))
  const keys = new Set(Object.keys(edit.latest.properties).filter((key) => propertyOf(edit, key) !== null))
  for (const { id, key, value } of edit.added) {
    const problem = key === '' && value === '' ? null : keyProblem(key.trim(), keys)
    if (problem !== null) found.set(`added.${id}`, problem)
    else if (lengthOf(value) > VALUE_LIMIT) found.set(`added.${id}`, tooLong(value, VALUE_LIMIT))
    keys.add(key.trim())
  }
  return found
}

/** Names that the record of an image uses itself; Glance would change that field, or refuse it. */
const fieldNames: ReadonlySet<string> = new Set(
  `id name status size virtual_size disk_format container_format visibility owner protected os_hidden min_disk min_ram tags stores checksum
   os_hash_algo os_hash_value created_at updated_at self file schema locations direct_url`.split(/\s+/),
)

/** What Glance keeps for itself: it is shown, and cannot be set. */
export function isReserved(key: string): boolean {
  return key.startsWith('os_glance')
}

function keyProblem(key: string, taken: ReadonlySet<string>): string | null {
  if (key === '') return 'A name is needed'
  if (lengthOf(key) > NAME_LIMIT) return tooLong(key, NAME_LIMIT)
  if (fieldNames.has(key)) return `${key} is a field of the image, not a property`
  if (isReserved(key)) return 'The cloud keeps names that begin with os_glance for itself'
  return taken.has(key) ? 'There is a property of this name already' : null
}

function tooLong(text: string, limit: number): string {
  return `${lengthOf(text).toLocaleString('en-US')} characters; at most ${limit.toLocaleString('en-US')} are kept`
}

/** What takes a change back: the values from before, with those from after as what was seen. */
export function inverse(before: Image, after: Image, changes: ImageChanges): { changes: ImageChanges; base: ImageBase } {
  const back: Record<string, unknown> = {}
  const base: Record<string, unknown> = {}
  for (const key of Object.keys(changes)) {
    if (!isField(key)) continue
    back[key] = before[key]
    base[key] = after[key]
  }
  const keys = Object.keys(changes.properties ?? {})
  const of = (image: Image) => Object.fromEntries(keys.map((key) => [key, own(image.properties, key) ?? null]))
  const visibility = visibilities.find((known) => known === before.visibility)
  return {
    changes: { ...back, ...('visibility' in back && { visibility }), ...(keys.length > 0 && { properties: of(before) }) },
    base: { ...base, ...(keys.length > 0 && { properties: of(after) }) },
  }
}

const fieldList = ['name', 'visibility', 'protected', 'hidden', 'minDisk', 'minRam', 'tags'] as const
function isField(name: string): name is (typeof fieldList)[number] {
  return fieldList.some((field) => field === name)
}

function amountIn(text: string): number | null {
  const clean = text.trim()
  const amount = Number(clean)
  return /^\d{1,10}$/.test(clean) && amount <= AMOUNT_LIMIT ? amount : null
}

function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((item) => b.includes(item))
}

function withKey<T>(record: Readonly<Record<string, T>> | undefined, key: string, value: T): Record<string, T> {
  return Object.fromEntries([...Object.entries(record ?? {}), [key, value]])
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
