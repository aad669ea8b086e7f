import type { Image } from '../../../shared/domain.ts'
import { useData } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { downloadImages } from '../download/actions.ts'
import type { ActionId } from '../image-actions/available.ts'
import { runAction } from '../image-actions/image-actions.ts'
import { openEdit } from '../image-edit/edit-session.ts'
import { targets } from './selection.ts'

/** The images meant now: those ticked, else the current one; only such as still exist. */
export function targetIds(): readonly string[] {
  const { cloudId, selection } = useUi.getState()
  const images = cloudId === null ? undefined : useData.getState().images[cloudId]?.images
  return images === undefined ? [] : targets(selection).filter((id) => images.has(id))
}

export function downloadTargets(): void {
  const { cloudId } = useUi.getState()
  const imageIds = targetIds()
  if (cloudId !== null && imageIds.length > 0) downloadImages(cloudId, imageIds)
}

/** The one image that is meant, if it is one. */
export function targetImage(): { cloudId: string; image: Image } | null {
  const { cloudId } = useUi.getState()
  const [id, ...others] = targetIds()
  if (cloudId === null || id === undefined || others.length > 0) return null
  const image = useData.getState().images[cloudId]?.images.get(id)
  return image === undefined ? null : { cloudId, image }
}

export function editTarget(): void {
  const target = targetImage()
  if (target !== null) openEdit(target.cloudId, target.image)
}

/** Does with the images that are meant the first of these actions that is for any of them. */
export function actOnTargets(...actions: readonly ActionId[]): void {
  const { cloudId } = useUi.getState()
  const { clouds, images } = useData.getState()
  const cloud = clouds.find((each) => each.id === cloudId)
  if (cloud === undefined) return
  const known = images[cloud.id]?.images
  runAction(
    actions,
    cloud,
    targetIds().flatMap((id) => known?.get(id) ?? []),
  )
}

export function deleteTargets(): void {
  const { cloudId } = useUi.getState()
  const imageIds = targetIds()
  if (cloudId !== null && imageIds.length > 0) openDialog({ kind: 'delete-images', cloudId, imageIds })
}
