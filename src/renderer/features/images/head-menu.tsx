import { ContextMenu } from '@base-ui/react/context-menu'
import type { ReactNode } from 'react'
import { isNarrow } from '../../lib/use-narrow.ts'
import { changeLook } from '../../stores/table-look.ts'
import { resizeColumn, shiftColumn, toggleColumn } from './column-layout.ts'
import { type Column, nameColumn } from './columns.ts'

/** What can be done with a column, at its head. */
export function HeadMenu({ column, children }: { column: Column; children: ReactNode }) {
  const { id } = column
  const sort = (descending: boolean): void => changeLook((look) => ({ ...look, sort: { by: id, descending } }))
  const item = (label: string, run: () => void): ReactNode => (
    <ContextMenu.Item className="mi" onClick={run}>
      {label}
    </ContextMenu.Item>
  )
  return (
    <ContextMenu.Root>
      {children}
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="positioner">
          <ContextMenu.Popup className="pop" aria-label={column.label}>
            {item('Sort up', () => sort(false))}
            {item('Sort down', () => sort(true))}
            <ContextMenu.Separator className="ms" />
            {item('Its own width', () => changeLook((look) => resizeColumn(look, id, null, isNarrow())))}
            {id !== nameColumn.id && (
              <>
                {item('Move left', () => changeLook((look) => shiftColumn(look, id, -1, isNarrow())))}
                {item('Move right', () => changeLook((look) => shiftColumn(look, id, 1, isNarrow())))}
                {item('Hide this column', () => changeLook((look) => toggleColumn(look, id, isNarrow())))}
              </>
            )}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
