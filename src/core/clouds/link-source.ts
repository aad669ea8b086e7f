import type { Snapshot } from '../../shared/protocol.ts'
import type { AddedClouds } from './added-clouds.ts'
import { BuiltInLink } from './built-in-link.ts'
import { type CloudConfig, Secret } from './cloud-config.ts'
import { loadClouds, withPaths } from './cloud-files.ts'
import { watchClouds } from './cloud-files-watch.ts'
import type { Places } from './cloud-places.ts'
import { configOf } from './draft-config.ts'
import type { CloudLink } from './link.ts'
import { OpenStackLink } from './openstack-link.ts'
import type { LinkSource } from './registry.ts'
import type { Secrets } from './secrets.ts'

/** What the data folder knows of clouds. */
export interface OwnClouds {
  dataDir: string
  added: AddedClouds
  secrets: Secrets
  /** Files of ours that could not be read. */
  setAside: Snapshot['cloudFiles']
}

/** The built-in service first, then the clouds that the official clients would know here, then those that were added in the app. */
export function createLinkSource(
  service: { url: string; token: string },
  places: Places,
  { dataDir, added, secrets, setAside }: OwnClouds,
): LinkSource {
  const builtIn = new BuiltInLink(service, dataDir)
  let before = new Map<string, string>()
  return {
    async load(known: ReadonlyMap<string, CloudLink>): Promise<{ links: CloudLink[]; files: Snapshot['cloudFiles'] }> {
      const { configs, files, broken } = await loadClouds(places)
      const now = new Map<string, string>()
      const links: CloudLink[] = [builtIn]
      for (const config of configs) {
        const id = `cloud:${config.name}`
        if (now.has(id)) continue
        const fingerprint = textOf(config)
        const link = known.get(id)
        now.set(id, link !== undefined && broken ? (before.get(id) ?? fingerprint) : fingerprint)
        const kept = link !== undefined && (broken || before.get(id) === fingerprint)
        links.push(kept ? link : new OpenStackLink({ id, origin: 'file' }, config, secrets.of(id), places.env))
      }
      // A file that is broken while somebody edits it does not take away clouds that are in use: they stay until it can be read again.
      if (broken) {
        for (const [id, link] of known) {
          const fingerprint = before.get(id)
          if (fingerprint === undefined || now.has(id) || link.origin !== 'file') continue
          now.set(id, fingerprint)
          links.push(link)
        }
      }
      for (const { id, draft, revision } of added.list()) {
        const config = withPaths(configOf(draft, 'added here'), places)
        const fingerprint = `${revision} ${textOf(config)}`
        const link = known.get(id)
        now.set(id, fingerprint)
        const kept = link !== undefined && before.get(id) === fingerprint
        links.push(kept ? link : new OpenStackLink({ id, origin: 'added' }, config, secrets.of(id), places.env))
      }
      before = now
      return { links, files: [...files, ...setAside] }
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
