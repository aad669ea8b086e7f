import { Autocomplete } from '@base-ui/react/autocomplete'
import { clsx } from 'clsx'
import type { Ref } from 'react'

export interface Suggestion {
  value: string
  /** A word in a lighter tone beside it. */
  aside?: string | undefined
}

interface SuggestInputProps {
  /** Accessible name. */
  label: string
  value: string
  suggestions: readonly Suggestion[]
  onChange(value: string): void
  placeholder?: string
  className?: string
  bad?: boolean
  describedBy?: string | undefined
  maxLength?: number
  ref?: Ref<HTMLInputElement>
}

/** So many suggestions are shown at a time; typing finds the others. */
const SHOWN = 60

/** A text field that proposes values and takes any other. */
export function SuggestInput(props: SuggestInputProps) {
  const { label, value, suggestions, onChange, placeholder, className, bad = false, describedBy, maxLength, ref } = props
  return (
    <Autocomplete.Root
      items={suggestions}
      value={value}
      onValueChange={(next) => onChange(next)}
      itemToStringValue={(item: Suggestion) => item.value}
      limit={SHOWN}
      openOnInputClick
    >
      <Autocomplete.Input
        ref={ref}
        className={clsx('field', bad && 'bad', className)}
        aria-label={label}
        aria-invalid={bad}
        aria-describedby={describedBy}
        placeholder={placeholder}
        maxLength={maxLength}
        spellCheck={false}
        autoComplete="off"
      />
      <Autocomplete.Portal>
        <Autocomplete.Positioner className="positioner" sideOffset={4} align="start">
          <Autocomplete.Popup className="pop">
            <Autocomplete.List aria-label={`${label}: proposed`}>
              {(item: Suggestion) => (
                <Autocomplete.Item key={item.value} value={item} className="mi">
                  <span className="mono">{item.value}</span>
                  {item.aside !== undefined && <span className="t2 small cut">{item.aside}</span>}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  )
}
