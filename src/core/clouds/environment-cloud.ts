import type { CloudConfig } from './cloud-config.ts'
import { CloudsFileError, resolveCloud, type Tree } from './clouds-yaml.ts'

/** Variables that are about the clients or about a cloud of clouds.yaml, not a cloud themselves. */
const notACloud = new Set(['OS_CLOUD', 'OS_CLIENT_CONFIG_FILE', 'OS_CLIENT_SECURE_FILE', 'OS_CLIENT_VENDOR_FILE'])
const inAuth =
  /^(auth_url|username|user_id|password|token|endpoint|project_(id|name)|tenant_(id|name)|(user|project|default)_domain(_id|_name)?|domain_(id|name)|application_credential_(id|name|secret)|system_scope)$/

/** The cloud that the `OS_*` variables of an openrc describe; null where they describe none. It is called `envvars`, as openstacksdk does. */
export function environmentCloud(env: Readonly<Record<string, string | undefined>>): CloudConfig | null {
  const entry: Tree = {}
  const auth: Tree = {}
  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith('OS_') || notACloud.has(key) || value === undefined || value === '') continue
    const name = key.slice(3).toLowerCase()
    if (inAuth.test(name)) auth[name] = value
    else entry[name] = value
  }
  if (auth.auth_url === undefined && entry.auth_type !== 'none') return null
  try {
    return resolveCloud('envvars', { ...entry, auth }, 'environment')[0] ?? null
  } catch (error) {
    if (error instanceof CloudsFileError) return null
    throw error
  }
}
