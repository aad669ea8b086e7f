import { Fragment, type ReactElement } from 'react'
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx'
import { useCloud, useImages } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { actionGroups } from './image-actions.ts'

/** The menu of all that can be done with these images. */
export function ActionMenu({
  trigger,
  imageIds,
  align = 'end',
}: {
  trigger: ReactElement
  imageIds: readonly string[]
  align?: 'start' | 'end'
}) {
  return (
    <Menu align={align} trigger={trigger}>
      <ActionItems imageIds={imageIds} />
    </Menu>
  )
}

/** Its entries alone; drawn only while it is open, so that ten thousand chosen images cost nothing before. */
export function ActionItems({ imageIds }: { imageIds: readonly string[] }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const known = useImages(cloudId)
  if (cloud === undefined) return null
  const groups = actionGroups(
    cloud,
    imageIds.flatMap((id) => known.get(id) ?? []),
  )
  return groups.map((group, index) => (
    <Fragment key={group[0]?.id}>
      {index > 0 && <MenuSeparator />}
      {group.map(({ id, label, keys, danger = false, run }) => (
        <MenuItem key={id} danger={danger} onClick={run} {...(keys !== undefined && { keys })}>
          {label}
        </MenuItem>
      ))}
    </Fragment>
  ))
}
