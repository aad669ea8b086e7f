import { ContextMenu } from '@base-ui/react/context-menu'
import { Ellipsis } from 'lucide-react'
import { Fragment, type ReactNode, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { IconButton } from '../../components/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { isTarget, press, targets } from '../images/selection.ts'
import { transferEntries } from './transfer-actions.ts'

/** What the id of every row's element begins with. */
export const ROW_ID = 'transfer-'

/** Right click, or the menu key: all that can be done with the transfers that are chosen. A row that is not among them is chosen first. */
export function TransferContextMenu({ children }: { children: ReactNode }) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        className="contents"
        onContextMenu={(event) => {
          const row = event.target instanceof Element ? event.target.closest(`[id^="${ROW_ID}"]`) : null
          if (row === null) return
          const id = row.id.slice(ROW_ID.length)
          useUi.setState(({ transferSelection: selection }) =>
            isTarget(selection, id) ? {} : { transferSelection: press(selection, id, { add: false, range: false }, [id]) },
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
  const selection = useUi((ui) => ui.transferSelection)
  return <TransferItems ids={targets(selection)} />
}

/**
 * All that can be done with one transfer; where it is among several that are chosen, with those. The menu comes into being with its first press:
 * two thousand rows would carry two thousand of them.
 */
export function MoreButton({ id, name }: { id: string; name: string }) {
  const [used, setUsed] = useState(false)
  const button = <IconButton small icon={Ellipsis} label={`More for ${name}`} {...(!used && { onClick: () => setUsed(true) })} />
  if (!used) return button
  return (
    <Menu align="end" trigger={button} defaultOpen>
      <OfRow id={id} />
    </Menu>
  )
}

function OfRow({ id }: { id: string }) {
  const selection = useUi((ui) => ui.transferSelection)
  return <TransferItems ids={selection.checked.has(id) ? targets(selection) : [id]} />
}

function TransferItems({ ids }: { ids: readonly string[] }) {
  const transfers = useData(useShallow((data) => ids.flatMap((id) => data.transfers.get(id) ?? [])))
  return transferEntries(transfers).map((group, index) => (
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
