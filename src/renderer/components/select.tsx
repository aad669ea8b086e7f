import { Select as Base } from '@base-ui/react/select'
import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { Shape } from './shape.tsx'

export interface Choice {
  value: string
  label: string
  /** A word in a lighter tone: `detected`, `default`. */
  aside?: string | undefined
  disabled?: boolean
}

interface SelectProps {
  /** Accessible name. */
  label: string
  value: string
  choices: readonly Choice[]
  onChange(value: string): void
  className?: string | undefined
  disabled?: boolean
  /** What the closed field shows, if not the choice's own label. */
  shown?: ReactNode
  title?: string
}

export function Select({ label, value, choices, onChange, className, disabled = false, shown, title }: SelectProps) {
  const chosen = choices.find((choice) => choice.value === value)
  return (
    <Base.Root value={value} onValueChange={(next) => next !== null && onChange(next)} disabled={disabled}>
      <Base.Trigger className={clsx('field select', className)} aria-label={label} title={title ?? chosen?.label}>
        <span>
          {shown ?? chosen?.label ?? value}
          {shown === undefined && chosen?.aside === 'default' && <span className="t3"> default</span>}
        </span>
        <Icon of={ChevronDown} size={12} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="positioner" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="pop" aria-label={label}>
            {choices.map((choice) => (
              <Base.Item key={choice.value} value={choice.value} disabled={choice.disabled ?? false} className="mi" label={choice.label}>
                <span className="tick">
                  <Base.ItemIndicator>
                    <Shape name="tick" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{choice.label}</Base.ItemText>
                {choice.aside !== undefined && <span className="t2">{choice.aside}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
