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
import { viewConfig } from './view-config.ts'
import { viewId } from './view-id.ts'

/** What the data folder knows of clouds. */
export interface OwnClouds {
  dataDir: string
  added: AddedClouds
  secrets: Secrets
  /** Files of ours that could not be read. */
  setAside: Snapshot['cloudFiles']
}

interface Configured {
  config: CloudConfig
  link: OpenStackLink
  fingerprint: string
}

/** The built-in service first, then the clouds that the official clients would know here, then those that were added in the app. */
export function createLinkSource(
  service: { url: string; token: string },
  places: Places,
  { dataDir, added, secrets, setAside }: OwnClouds,
): LinkSource {
  const builtIn = new BuiltInLink(service, dataDir)
  let configured = new Map<string, Configured>()
  /** What each view was made of, to notice a change. */
  const madeOf = new WeakMap<CloudLink, string>()
  return {
    async load(): Promise<{ links: CloudLink[]; files: Snapshot['cloudFiles'] }> {
      const { configs, files, broken } = await loadClouds(places)
      const before = configured
      const now = new Map<string, Configured>()
      const take = (id: string, origin: 'file' | 'added', config: CloudConfig, fingerprint: string, keep: boolean): void => {
        const known = before.get(id)
        const kept = known !== undefined && (keep || known.fingerprint === fingerprint)
        now.set(id, kept ? known : { config, fingerprint, link: new OpenStackLink({ id, origin }, config, secrets.of(id), places.env) })
      }
      for (const config of configs) {
        const id = `cloud:${config.name}`
        if (!now.has(id)) take(id, 'file', config, textOf(config), broken)
      }
      // A file that is broken while somebody edits it does not take away clouds that are in use: they stay until it can be read again.
      if (broken) for (const [id, known] of before) if (!now.has(id) && known.link.origin === 'file') now.set(id, known)
      for (const { id, draft, revision } of added.list()) {
        const config = withPaths(configOf(draft, 'added here'), places)
        take(id, 'added', config, `${revision} ${textOf(config)}`, false)
      }
      configured = now
      return { links: [builtIn, ...[...now.values()].map(({ link }) => link)], files: [...files, ...setAside] }
    },
    view(view, known, project) {
      const base = configured.get(view.base)
      if (base === undefined) return null
      if (known !== null && madeOf.get(known) === base.fingerprint) return known
      const { config, link, fingerprint } = base
      const viewOf = { id: link.id, proof: () => link.proof() }
      const made = new OpenStackLink(
        { id: viewId(view), origin: link.origin, viewOf },
        viewConfig(config, { project: view.projectId === null ? null : { id: view.projectId, name: project }, region: view.region }),
        secrets.of(link.id),
        places.env,
      )
      madeOf.set(made, fingerprint)
      return made
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
