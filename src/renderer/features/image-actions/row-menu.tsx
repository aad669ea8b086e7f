import { ContextMenu } from '@base-ui/react/context-menu'
import type { ReactNode } from 'react'
import { useUi } from '../../stores/ui.ts'
import { ROW_ID } from '../images/image-row.tsx'
import { isTarget, press, targets } from '../images/selection.ts'
import { ActionItems } from './action-menu.tsx'

/** Right click, or the menu key: all that can be done with the images that are chosen. A row that is not among them is chosen first. */
export function RowMenu({ children }: { children: ReactNode }) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        className="contents"
        onContextMenu={(event) => {
          const row = event.target instanceof Element ? event.target.closest('[role="row"][id]') : null
          const id = row?.id.startsWith(ROW_ID) ? row.id.slice(ROW_ID.length) : null
          if (id !== null)
            useUi.setState(({ selection }) =>
              isTarget(selection, id) ? {} : { selection: press(selection, id, { add: false, range: false }, [id]) },
            )
        }}
      >
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="positioner">
          <ContextMenu.Popup className="pop">
            <Chosen />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}

function Chosen() {
  const selection = useUi((ui) => ui.selection)
  return <ActionItems imageIds={targets(selection)} />
}
