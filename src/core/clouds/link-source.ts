import type { Snapshot } from '../../shared/protocol.ts'
import { BuiltInLink } from './built-in-link.ts'
import { type CloudConfig, Secret } from './cloud-config.ts'
import { loadClouds, type Places, watchClouds } from './cloud-files.ts'
import type { CloudLink } from './link.ts'
import { OpenStackLink } from './openstack-link.ts'
import type { LinkSource } from './registry.ts'

/** The built-in service first, then the clouds that the official clients would know here. */
export function createLinkSource(service: { url: string; token: string }, dataDir: string, places: Places): LinkSource {
  const builtIn = new BuiltInLink(service, dataDir)
  let before = new Map<string, string>()
  return {
    async load(known: ReadonlyMap<string, CloudLink>): Promise<{ links: CloudLink[]; files: Snapshot['cloudFiles'] }> {
      const { configs, files } = await loadClouds(places)
      const now = new Map<string, string>()
      const links: CloudLink[] = [builtIn]
      for (const config of configs) {
        const id = `cloud:${config.name}`
        if (now.has(id)) continue
        const fingerprint = textOf(config)
        now.set(id, fingerprint)
        const link = known.get(id)
        links.push(link !== undefined && before.get(id) === fingerprint ? link : new OpenStackLink(id, config, places.env))
      }
      before = now
      return { links, files }
    },
    watch: (changed) => watchClouds(places, changed),
  }
}

/** All that the configuration says, secrets too, to notice a change. It stays in memory. */
function textOf(config: CloudConfig): string {
  const secrets: string[] = []
  const shown = JSON.stringify(config, function (this: Record<string, unknown>, key, value: unknown) {
    const held = this[key]
    if (held instanceof Secret) secrets.push(held.reveal())
    return value
  })
  return JSON.stringify([shown, secrets])
}
