import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import type { CloudConfig } from './cloud-config.ts'

const endpointSchema = z.object({
  url: z.url({ protocol: /^https?$/ }),
  interface: z.string(),
  region: z.string().nullish(),
  region_id: z.string().nullish(),
})
const serviceSchema = z.object({ type: z.string(), endpoints: z.array(z.unknown()).default([]) })
/** The catalog of a token, as far as we read it: what is odd in one service or endpoint is left out, and does not spoil the rest. */
export const catalogSchema = z.array(z.unknown()).transform((services) =>
  services.flatMap((service) => {
    const parsed = serviceSchema.safeParse(service)
    if (!parsed.success) return []
    const endpoints = parsed.data.endpoints.flatMap((endpoint) => {
      const { data } = endpointSchema.safeParse(endpoint)
      return data === undefined ? [] : [data]
    })
    return [{ type: parsed.data.type, endpoints }]
  }),
)
export type Catalog = z.infer<typeof catalogSchema>
type CatalogEndpoint = z.infer<typeof endpointSchema>

/**
 * The address of the Image API without its version: from the override, or from the catalog by region and interface.
 * @throws GlancerError `no-endpoint`, naming what the catalog does have.
 */
export function imageEndpoint(config: CloudConfig, catalog: Catalog): string {
  if (config.imageEndpoint !== null) return withoutVersion(config.imageEndpoint)
  const services = catalog.filter((service) => service.type === 'image')
  const endpoints = services.flatMap((service) => service.endpoints)
  const found = endpoints.find(
    (endpoint) => interfaceOf(endpoint) === config.interface && (config.region === null || regionOf(endpoint) === config.region),
  )
  if (found !== undefined) return withoutVersion(found.url)
  throw noEndpoint(config, catalog, endpoints)
}

/** Regions in which the catalog has an image service that can be reached by the configured interface. */
export function imageRegions(config: CloudConfig, catalog: Catalog): string[] {
  const endpoints = catalog.filter((service) => service.type === 'image').flatMap((service) => service.endpoints)
  const regions = endpoints.filter((endpoint) => interfaceOf(endpoint) === config.interface).map(regionOf)
  return [...new Set(regions.filter((region) => region !== null))]
}

function interfaceOf(endpoint: CatalogEndpoint): string {
  return endpoint.interface.toLowerCase().replace(/url$/, '')
}

function regionOf(endpoint: CatalogEndpoint): string | null {
  return endpoint.region_id ?? endpoint.region ?? null
}

function noEndpoint(config: CloudConfig, catalog: Catalog, endpoints: readonly CatalogEndpoint[]): GlancerError {
  const regions = [...new Set(endpoints.map(regionOf).filter((region) => region !== null))]
  const interfaces = [...new Set(endpoints.map((endpoint) => endpoint.interface))]
  const inRegion = config.region === null || regions.includes(config.region)
  const sentence =
    endpoints.length === 0
      ? 'The catalog has no image service.'
      : inRegion
        ? `The catalog has no ${config.interface} address of the image service${config.region === null ? '' : ` in the region ${config.region}`}.`
        : `The catalog has no image service in the region ${config.region}.`
  return new GlancerError('no-endpoint', sentence, { detail: whatThereIs(catalog, endpoints), remedy: remedyFor() })

  function remedyFor(): string {
    if (endpoints.length === 0) return 'Set project_name, or image_endpoint_override.'
    if (!inRegion && regions.length > 0) return `Set region_name to one of: ${regions.slice(0, 20).join(', ')}.`
    return `Set interface to one of: ${interfaces.slice(0, 5).join(', ')}.`
  }
}

function whatThereIs(catalog: Catalog, endpoints: readonly CatalogEndpoint[]): string {
  if (catalog.length === 0) return 'The token has no catalog: it may have no project.'
  if (endpoints.length === 0) return 'The catalog has no service of type image.'
  const pairs = endpoints.map((endpoint) => `${regionOf(endpoint) ?? '-'}/${endpoint.interface}`)
  return `It has: ${pairs.slice(0, 20).join(', ')}${pairs.length > 20 ? ` and ${pairs.length - 20} more` : ''}`
}

/** Some clouds register the endpoint with `/v2`, most without. */
export function withoutVersion(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v[12](\.\d+)?$/, '')
}
