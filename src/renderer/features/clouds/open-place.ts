import type { Cloud } from '../../../shared/domain.ts'
import type { ErrorShape } from '../../../shared/errors.ts'
import type { Project } from '../../../shared/place-protocol.ts'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { openDialog, showCloud } from '../../stores/ui.ts'

/** Region and project of a cloud, as it is shown beside its name; empty where it has neither. */
export function placeOf(cloud: Pick<Cloud, 'region' | 'project'>): string {
  return [cloud.region, cloud.project].filter((part) => part !== null).join(' / ')
}

/** A cloud with Keystone has projects and regions to choose from, or can say why not. */
export function hasPlaces(cloud: Cloud | undefined): cloud is Cloud {
  return cloud?.kind === 'openstack' && cloud.authUrl !== null
}

/** What went wrong may be right in another project or region. */
export function wantsOtherPlace({ code }: ErrorShape): boolean {
  return code === 'scope-refused' || code === 'no-endpoint' || code === 'forbidden'
}

/** Lets a person choose another project or region of a cloud, if it has any. */
export function choosePlace(cloudId: string | null): void {
  if (cloudId !== null && hasPlaces(useData.getState().clouds.find((cloud) => cloud.id === cloudId))) openDialog({ kind: 'place', cloudId })
}

/** Shows a cloud with another project or region. A refusal is told as a toast. */
export async function openPlace(
  cloudId: string,
  place: { project: Project | null; region: string | null; beside: boolean },
): Promise<void> {
  const cloud = await ask('clouds.show', { cloudId, ...place })
  if (cloud === null) return
  await known(cloud.id)
  showCloud(cloud.id)
}

/** Resolves once the page has heard of the cloud: the answer to a command may come before. */
async function known(cloudId: string): Promise<void> {
  const isKnown = (): boolean => useData.getState().clouds.some((cloud) => cloud.id === cloudId)
  if (isKnown()) return
  await new Promise<void>((resolve) => {
    const leave = useData.subscribe(() => {
      if (!isKnown()) return
      leave()
      resolve()
    })
  })
}
