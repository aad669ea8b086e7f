import { z } from 'zod'
import { type ImageClient, parse } from './client.ts'

const locationsSchema = z.array(z.object({ url: z.string() }).loose())

/**
 * The record as the cloud writes it, pretty, and where the data lies if the cloud shows that. Store addresses can hold the password of the store
 * (Swift and S3 write it before the host, and it may hold slashes), so all before the last @ is taken out.
 */
export async function rawRecord(client: ImageClient, imageId: string): Promise<{ json: string; locations: string[] }> {
  const record = withoutSecrets(
    parse(z.record(z.string(), z.unknown()), await client.json('GET', `/v2/images/${encodeURIComponent(imageId)}`)),
  )
  const locations = z.object({ locations: locationsSchema }).safeParse(record)
  return {
    json: JSON.stringify(record, null, 2),
    locations: locations.success ? locations.data.locations.map(({ url }) => url) : [],
  }
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@/is, '$1…@')
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]))
  return value
}
