import { z } from 'zod'
import type { Capabilities } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { isRetryableNetworkCode } from '../../shared/net-failure.ts'
import { type ImageClient, parse } from './client.ts'

const storesSchema = z.object({
  stores: z.array(
    z.object({ id: z.string(), description: z.string().nullish(), default: z.unknown().optional(), 'read-only': z.unknown().optional() }),
  ),
})
const importSchema = z.object({ 'import-methods': z.object({ value: z.array(z.string()) }) })
const formatSchema = z.object({ enum: z.array(z.string().nullable()).optional() }).optional()
const imageSchemaSchema = z.object({ properties: z.object({ disk_format: formatSchema, container_format: formatSchema }) })
const versionsSchema = z.object({ versions: z.array(z.object({ id: z.string(), status: z.string().optional() })) })

/** Null = this cloud does not have it. Undefined = it could not be asked now. */
type Part<T> = T | null | undefined

/**
 * What this cloud can do. Each part is asked for by itself: an old or small Glance lacks some, and says 404. Of a part that cannot be had now, what
 * was known before still counts: a cloud that is busy has not lost its stores.
 */
export async function readCapabilities(client: ImageClient, known: Capabilities | null): Promise<Capabilities> {
  const [schema, stores, methods, versions] = await Promise.all([
    part(client, '/v2/schemas/image', imageSchemaSchema),
    part(client, '/v2/info/stores', storesSchema),
    part(client, '/v2/info/import', importSchema),
    // Where a proxy lets only some addresses through, the root may have the list.
    part(client, '/versions', versionsSchema).then((found) => found ?? part(client, '/', versionsSchema)),
  ])
  return {
    diskFormats: schema === undefined ? (known?.diskFormats ?? null) : formats(schema?.properties.disk_format),
    containerFormats: schema === undefined ? (known?.containerFormats ?? null) : formats(schema?.properties.container_format),
    stores: stores === undefined ? (known?.stores ?? []) : (stores?.stores ?? []).map(storeOf),
    importMethods: methods === undefined ? (known?.importMethods ?? []) : (methods?.['import-methods'].value ?? []),
    version: versions === undefined ? (known?.version ?? null) : currentOf(versions?.versions ?? []),
    versions: versions === undefined ? (known?.versions ?? []) : (versions?.versions ?? []).map(({ id }) => id),
  }
}

async function part<T>(client: ImageClient, path: string, schema: z.ZodType<T>): Promise<Part<T>> {
  try {
    return parse(schema, await client.json('GET', path))
  } catch (error) {
    if (!(error instanceof GlancerError)) throw error
    return isPassing(error) ? undefined : null
  }
}

function isPassing({ code }: GlancerError): boolean {
  const away = isRetryableNetworkCode(code) || code === 'identity-unreachable' || code === 'sign-in-refused' || code === 'unauthorized'
  return away || code === 'server-error' || code === 'unavailable' || code === 'too-many-requests'
}

function formats(list: z.infer<typeof formatSchema>): string[] | null {
  return list?.enum?.filter((format) => format !== null) ?? null
}

function storeOf(store: z.infer<typeof storesSchema>['stores'][number]): Capabilities['stores'][number] {
  const isTrue = (value: unknown): boolean => value === true || value === 'true'
  return {
    id: store.id,
    description: store.description ?? null,
    isDefault: isTrue(store.default),
    readOnly: isTrue(store['read-only']),
  }
}

function currentOf(versions: z.infer<typeof versionsSchema>['versions']): string | null {
  return versions.find(({ status }) => status === 'CURRENT')?.id ?? versions[0]?.id ?? null
}
