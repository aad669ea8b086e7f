import type { Project } from '../../shared/place-protocol.ts'
import type { CloudLink } from './link.ts'
import { parseViewId, viewId } from './view-id.ts'

/**
 * The id of the same entry with another project or region; what is null stays as it is. What the configuration itself describes keeps its own id,
 * so that nothing is there twice.
 * @param configured the links of the configuration, among them the one that `from` is a view of
 */
export function idOfPlace(from: CloudLink, project: Project | null, region: string | null, configured: readonly CloudLink[]): string {
  const view = parseViewId(from.id)
  const base = configured.find(({ id }) => id === (view?.base ?? from.id)) ?? from
  const wantedRegion = region ?? from.region
  const target = configured.find((link) => link.entry === base.entry && link.region === wantedRegion) ?? base
  const wantedProject = project ?? (view?.projectId == null ? null : { id: view.projectId, name: '', domainId: null })
  const place = {
    base: target.id,
    projectId: wantedProject === null || isIn(target, wantedProject) ? null : wantedProject.id,
    region: target.region === wantedRegion ? null : wantedRegion,
  }
  return place.projectId === null && place.region === null ? target.id : viewId(place)
}

function isIn(link: CloudLink, project: Project): boolean {
  return link.namesProject(project) || link.scope().projectId === project.id
}
