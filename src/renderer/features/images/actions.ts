import { useData } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { downloadImages } from '../download/actions.ts'
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

export function deleteTargets(): void {
  const { cloudId } = useUi.getState()
  const imageIds = targetIds()
  if (cloudId !== null && imageIds.length > 0) openDialog({ kind: 'delete-images', cloudId, imageIds })
}
