import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import type { CloudConfig } from './cloud-config.ts'

const endpointSchema = z.object({ url: z.string(), interface: z.string(), region: z.string().nullish(), region_id: z.string().nullish() })
/** The catalog of a token, as far as we read it. */
export const catalogSchema = z.array(
  z.object({ type: z.string(), name: z.string().nullish(), endpoints: z.array(endpointSchema).default([]) }),
)
export type Catalog = z.infer<typeof catalogSchema>

/**
 * The address of the Image API without its version: from the override, or from the catalog by region and interface.
 * @throws GlancerError `no-endpoint`, naming what the catalog does have.
 */
export function imageEndpoint(config: CloudConfig, catalog: Catalog): string {
  if (config.imageEndpoint !== null) return withoutVersion(config.imageEndpoint)
  const services = catalog.filter((service) => service.type === 'image')
  const endpoints = services.flatMap((service) => service.endpoints)
  const regionOf = (endpoint: z.infer<typeof endpointSchema>): string | null => endpoint.region_id ?? endpoint.region ?? null
  const found = endpoints.find(
    (endpoint) =>
      endpoint.interface.toLowerCase().replace(/url$/, '') === config.interface &&
      (config.region === null || regionOf(endpoint) === config.region),
  )
  if (found !== undefined) return withoutVersion(found.url)
  const regions = [...new Set(endpoints.map(regionOf).filter((region) => region !== null))]
  throw new GlancerError(
    'no-endpoint',
    config.region === null || regions.includes(config.region)
      ? 'The catalog has no image service for this interface.'
      : `The catalog has no image service in the region ${config.region}.`,
    {
      detail:
        endpoints.length === 0
          ? catalog.length === 0
            ? 'The token has no catalog: it may have no project.'
            : 'The catalog has no service of type image.'
          : `It has: ${endpoints
              .map((endpoint) => `${regionOf(endpoint) ?? '-'}/${endpoint.interface}`)
              .slice(0, 20)
              .join(', ')}`,
      remedy:
        regions.length > 0
          ? `Set region_name to one of: ${regions.slice(0, 20).join(', ')}.`
          : 'Set project_name, or image_endpoint_override.',
    },
  )
}

/** Some clouds register the endpoint with `/v2`, most without. */
export function withoutVersion(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v[12](\.\d+)?$/, '')
}
