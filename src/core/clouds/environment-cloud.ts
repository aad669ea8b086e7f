import type { CloudConfig } from './cloud-config.ts'
import { cloudEntry } from './cloud-entries.ts'
import type { Tree } from './clouds-yaml.ts'
import { resolveCloud } from './resolve-cloud.ts'

/** Variables that are about the clients or about a cloud of clouds.yaml, not a cloud themselves. */
const notACloud = new Set([
  'OS_CLOUD',
  'OS_CLOUD_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
  'OS_CLIENT_VENDOR_FILE',
  'OS_PREFER_IPV6',
  'OS_FORCE_IPV4',
])

/** The name of the cloud that the variables describe. */
export function environmentName(env: Readonly<Record<string, string | undefined>>): string {
  return env.OS_CLOUD_NAME || 'envvars'
}

/**
 * The cloud that the `OS_*` variables of an openrc describe, one for each region; none where they describe none.
 * @throws CloudsFileError for one that cannot be signed in to
 */
export function environmentCloud(env: Readonly<Record<string, string | undefined>>, profiles: Tree): CloudConfig[] {
  // The official clients lay their defaults over a profile here, and only here.
  const entry: Tree = { interface: 'public' }
  for (const [key, value] of Object.entries(env)) {
    if (!/^OS_(?!TEST|STD|LOG)/.test(key) || notACloud.has(key) || value === undefined || value === '') continue
    entry[key.slice(3).toLowerCase()] = value
  }
  // Some shells have a stray OS_REGION_NAME or OS_USERNAME: only an address makes a cloud of them.
  if (
    entry.auth_url === undefined &&
    entry.endpoint === undefined &&
    entry.image_endpoint_override === undefined &&
    entry.profile === undefined
  )
    return []
  return resolveCloud(environmentName(env), cloudEntry(entry, profiles), 'environment')
}
