import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import type { Usage } from '../../shared/image-protocol.ts'
import { type ImageClient, parse } from './client.ts'

const usageSchema = z.object({ usage: z.record(z.string(), z.object({ limit: z.number(), usage: z.number() })) })

/** GET /v2/info/usage: the limits that Keystone sets for this project. Empty where it sets none, or the cloud is too old to tell. */
export async function readUsage(client: ImageClient): Promise<Usage[]> {
  try {
    const { usage } = parse(usageSchema, await client.json('GET', '/v2/info/usage'))
    return Object.entries(usage).map(([name, { limit, usage: used }]) => ({ name, limit, usage: used }))
  } catch (error) {
    if (error instanceof GlancerError && (error.code === 'not-found' || error.code === 'forbidden')) return []
    throw error
  }
}
