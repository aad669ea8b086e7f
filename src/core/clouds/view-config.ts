import type { Project } from '../../shared/place-protocol.ts'
import type { CloudConfig } from './cloud-config.ts'

/**
 * An entry with another project or region. What its sign-in proves stays the same.
 * @param project its id counts; the name is only shown until a token tells it
 */
export function viewConfig(
  config: CloudConfig,
  { project, region }: { project: { id: string; name: string | null } | null; region: string | null },
): CloudConfig {
  return {
    ...config,
    ...(project !== null && {
      scope: { kind: 'project', project: { id: project.id, ...(project.name !== null && { name: project.name }) }, domain: {} },
    }),
    // Its name may hold the region that it is configured with.
    ...(region !== null && { region, name: config.entry }),
  }
}

/** Why a cloud cannot be signed in to with another project, in words; null where it can. */
export function projectIsFixed({ auth }: CloudConfig): string | null {
  switch (auth.kind) {
    case 'application-credential':
      return 'An application credential belongs to one project. For another project, make a credential there, and a cloud of its own with it.'
    case 'none':
      return 'This cloud is used without a sign-in, so it has no projects to choose from.'
    default:
      return null
  }
}

/**
 * True when the configuration itself names this project, so that no other view of it is needed. Of a domain that is given by name only Keystone's first
 * one is known by its id; when in doubt it is another.
 */
export function namesProject({ scope }: CloudConfig, project: Project): boolean {
  if (scope.kind !== 'project') return false
  if (scope.project.id !== undefined) return scope.project.id === project.id
  const { id, name } = scope.domain
  const sameDomain = id !== undefined ? id === project.domainId : project.domainId === 'default' && name?.toLowerCase() === 'default'
  return scope.project.name === project.name && sameDomain
}
