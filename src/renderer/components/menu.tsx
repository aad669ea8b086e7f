import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
  defaultOpen?: boolean
}

export function Menu({ trigger, children, align = 'start', defaultOpen = false }: MenuProps) {
  return (
    <Base.Root defaultOpen={defaultOpen}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="positioner" sideOffset={4} align={align}>
          <Base.Popup className="pop">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

interface MenuItemProps {
  onClick(): void
  children: ReactNode
  danger?: boolean
  disabled?: boolean
  keys?: readonly string[]
}

export function MenuItem({ onClick, children, danger = false, disabled = false, keys }: MenuItemProps) {
  return (
    <Base.Item className={danger ? 'mi danger' : 'mi'} onClick={onClick} disabled={disabled}>
      {children}
      {keys !== undefined && (
        <span className="keys">
          {keys.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      )}
    </Base.Item>
  )
}

export function MenuSeparator() {
  return <Base.Separator className="ms" />
}
