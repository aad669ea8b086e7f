import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check } from 'lucide-react'
import { Icon } from './icon.tsx'

export function Checkbox({ label, checked, onChange }: { label: string; checked: boolean; onChange(checked: boolean): void }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is Base UI's checkbox, which brings its own input
    <label className="checkline">
      <Base.Root className="check" checked={checked} onCheckedChange={onChange}>
        <Base.Indicator>
          <Icon of={Check} size={12} />
        </Base.Indicator>
      </Base.Root>
      {label}
    </label>
  )
}
