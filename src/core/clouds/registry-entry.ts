import type { Capabilities, Cloud, CloudState } from '../../shared/domain.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { isRetryableNetworkCode } from '../../shared/net-failure.ts'
import type { ImageWatcher } from '../images/watcher.ts'
import type { CloudLink } from './link.ts'

/** One cloud as the registry keeps it. */
export interface Entry {
  link: CloudLink
  state: CloudState
  capabilities: Capabilities | null
  capabilitiesAt: number
  watcher: ImageWatcher | null
  /** The watcher is being made, or was: it begins with the rows of the last run. */
  opening: Promise<void> | null
  /** The project that those rows are of, until a token tells whether it still is. */
  keptFor: { projectId: string | null } | null
  watched: number
  signingIn: Promise<void> | null
}

/** What was known of a cloud, if its configuration is as it was; else a new beginning, watched as before. */
export function entryFor(link: CloudLink, before: Entry | undefined): Entry {
  if (before?.link === link) return before
  return {
    link,
    state: { kind: 'idle' },
    capabilities: null,
    capabilitiesAt: Number.NEGATIVE_INFINITY,
    watcher: null,
    opening: null,
    keptFor: null,
    watched: before?.watched ?? 0,
    signingIn: null,
  }
}

/** The cloud knows who asks, and says no. */
export const refusals: ReadonlySet<ErrorCode> = new Set(['sign-in-refused', 'scope-refused', 'no-endpoint'])

/** Whether it shall be signed in to when the app starts. */
export function staysKey(cloudId: string): string {
  return `signed-in:${cloudId}`
}

export function isUnreachable(code: ErrorCode): boolean {
  return isRetryableNetworkCode(code) || code === 'identity-unreachable'
}

export function toCloud(entry: Entry): Cloud {
  const { link } = entry
  const { project, projectId } = link.scope()
  return {
    id: link.id,
    name: link.name,
    entry: link.entry,
    kind: link.kind,
    origin: link.origin,
    source: link.source,
    region: link.region,
    project,
    projectId,
    authUrl: link.authUrl,
    authKind: link.authKind,
    secretNeeded: secretNeeded(entry),
    state: entry.state,
    imageCount: entry.watcher?.state().loadedAt == null ? null : entry.watcher.images().length,
    capabilities: entry.capabilities,
  }
}

/** What a person has to type: what is not known, or was known and got refused. */
function secretNeeded({ link, state }: Entry): Cloud['secretNeeded'] {
  if (state.kind === 'idle') return link.knowsSecret() ? null : link.typedSecret
  if (state.kind !== 'failed') return null
  const { code } = state.error
  return code === 'sign-in-refused' || code === 'secret-store' || !link.knowsSecret() ? link.typedSecret : null
}
