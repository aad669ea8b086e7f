import { Tooltip } from '@base-ui/react/tooltip'
import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Icon } from './icon.tsx'

type Kind = 'plain' | 'primary' | 'quiet' | 'destroy'

export interface ButtonProps extends ComponentProps<'button'> {
  kind?: Kind
  small?: boolean
  icon?: LucideIcon
}

export function Button({ kind = 'plain', small = false, icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={clsx('btn', kind !== 'plain' && kind, small && 'sm', className)}>
      {icon !== undefined && <Icon of={icon} size={small ? 14 : 16} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  icon: LucideIcon
  /** Its name; the tooltip shows it, with the key where there is one. */
  label: string
  keys?: string
}

/** A button that is only an icon: it has a name for all, and a tooltip for those who see. */
export function IconButton({ icon, label, keys, kind = 'quiet', small = false, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        {...rest}
        type="button"
        aria-label={label}
        className={clsx('btn ico', kind !== 'plain' && kind, small && 'sm', className)}
      >
        <Icon of={icon} size={small ? 14 : 16} />
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="positioner">
          <Tooltip.Popup className="tip">
            {label}
            {keys !== undefined && <span className="t2"> ({keys})</span>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
