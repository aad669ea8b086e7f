import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import type { KnownProperty } from '../../shared/image-protocol.ts'
import { type ImageClient, parse } from './client.ts'
import { commonProperties } from './common-properties.ts'
import { isOwnField } from './record.ts'

const RESOURCE = 'OS::Glance::Image'
/** So many namespaces are read at most; Glance's own collection has about sixty. */
const MOST_NAMESPACES = 200
const AT_ONCE = 6

const definitionSchema = z
  .object({
    type: z.union([z.string(), z.array(z.string())]).catch('string'),
    title: z.string().optional().catch(undefined),
    description: z.string().optional().catch(undefined),
    enum: z.array(z.unknown()).optional().catch(undefined),
    minimum: z.number().optional().catch(undefined),
    maximum: z.number().optional().catch(undefined),
    items: z
      .object({ enum: z.array(z.unknown()).optional().catch(undefined) })
      .optional()
      .catch(undefined),
    is_base: z.boolean().optional().catch(undefined),
  })
  .loose()
const definitions = z.record(z.string(), z.unknown())
const schemaSchema = z.object({ properties: definitions })
const namespacesSchema = z.object({ namespaces: z.array(z.object({ namespace: z.string() }).loose()), next: z.string().optional() })
const namespaceSchema = z.object({
  properties: definitions.nullish().catch(null),
  objects: z
    .array(z.object({ properties: definitions.nullish().catch(null) }).loose())
    .nullish()
    .catch(null),
})

/**
 * The properties that this cloud knows of: those of its image schema that are not fields, then those of its metadata definitions for images (with
 * their prefix, which Glance writes for `resource_type`), then the common ones that it does not name itself, in the order of their keys. A cloud
 * without definitions, or one that does not let everybody read them, only knows fewer. `whole`: false where a part could not be had just now, as when
 * the server fails; then it is worth asking again soon.
 */
export async function knownProperties(client: ImageClient): Promise<{ properties: KnownProperty[]; whole: boolean }> {
  let whole = true
  const optional: Optional = async (read) => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof GlancerError) || (error.status === undefined && error.code !== 'odd-answer')) throw error
      if (isPassing(error)) whole = false
      return null
    }
  }
  const found = new Map<string, KnownProperty>()
  const take = (source: Readonly<Record<string, unknown>>): void => {
    for (const [key, value] of Object.entries(source)) {
      const known = isOwnField(key) || found.has(key) ? null : toKnown(key, value)
      if (known !== null) found.set(key, known)
    }
  }
  for (const namespace of await namespaces(client, optional)) take(namespace)
  take(await schemaProperties(client, optional))
  for (const common of commonProperties) if (!found.has(common.key)) found.set(common.key, common)
  return { properties: [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), whole }
}

async function schemaProperties(client: ImageClient, optional: Optional): Promise<Record<string, unknown>> {
  const schema = await optional(async () => parse(schemaSchema, await client.json('GET', '/v2/schemas/image')))
  return schema?.properties ?? {}
}

async function namespaces(client: ImageClient, optional: Optional): Promise<Record<string, unknown>[]> {
  const names: string[] = []
  let marker: string | null = null
  while (names.length < MOST_NAMESPACES) {
    const query = new URLSearchParams({ resource_types: RESOURCE, limit: '100', ...(marker !== null && { marker }) })
    const page = await optional(async () => parse(namespacesSchema, await client.json('GET', `/v2/metadefs/namespaces?${query}`)))
    const fresh = (page?.namespaces ?? []).map(({ namespace }) => namespace).filter((name) => !names.includes(name))
    names.push(...fresh)
    marker = fresh.at(-1) ?? null
    if (page?.next === undefined || marker === null) break
  }
  const found: Record<string, unknown>[] = []
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE).map(async (name) => await namespace(client, optional, name))
    found.push(...(await Promise.all(some)).flat())
  }
  return found
}

async function namespace(client: ImageClient, optional: Optional, name: string): Promise<Record<string, unknown>[]> {
  const path = `/v2/metadefs/namespaces/${encodeURIComponent(name)}?${new URLSearchParams({ resource_type: RESOURCE })}`
  const read = await optional(async () => parse(namespaceSchema, await client.json('GET', path)))
  return [read?.properties, ...(read?.objects ?? []).map((object) => object.properties)].filter(
    (some) => some !== null && some !== undefined,
  )
}

/** What the cloud does not have, does not let this person read, or does not answer to just now is left out; that it cannot be reached is told. */
type Optional = <T>(read: () => Promise<T>) => Promise<T | null>

/** The same question may well be answered in a moment. */
function isPassing({ status = 0 }: GlancerError): boolean {
  return (status >= 500 && status !== 501) || status === 401 || status === 408 || status === 425 || status === 429
}

function toKnown(key: string, value: unknown): KnownProperty | null {
  const parsed = definitionSchema.safeParse(value)
  if (!parsed.success || parsed.data.is_base === true) return null
  const { title, description, minimum, maximum, items } = parsed.data
  const type = Array.isArray(parsed.data.type) ? (parsed.data.type.find((each) => each !== 'null') ?? 'string') : parsed.data.type
  const choices = (parsed.data.enum ?? (type === 'array' ? items?.enum : undefined) ?? []).filter(
    (choice) => choice !== null && choice !== undefined,
  )
  return {
    key,
    title: title ?? null,
    description: description ?? null,
    type: type === 'integer' || type === 'number' || type === 'boolean' ? type : 'text',
    // A list may hold several of its choices, joined by commas: they are proposed, but not the only values.
    choices: type === 'array' ? [] : choices.map(String),
    minimum: minimum ?? null,
    maximum: maximum ?? null,
  }
}
