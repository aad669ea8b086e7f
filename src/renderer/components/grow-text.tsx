import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

interface GrowTextProps extends Omit<ComponentProps<'textarea'>, 'value' | 'onChange'> {
  value: string
  onChange(value: string): void
  bad?: boolean
}

const MOST_ROWS = 6

/** A field of one line that grows with its text. It keeps line breaks that are there, which an input of one line would drop; Shift+Enter makes one. */
export function GrowText({ value, onChange, bad = false, className, onKeyDown, ...rest }: GrowTextProps) {
  return (
    <textarea
      {...rest}
      rows={Math.min(MOST_ROWS, value.split('\n').length)}
      className={clsx('field grow-text', bad && 'bad', className)}
      value={value}
      aria-invalid={bad}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.shiftKey) event.preventDefault()
        onKeyDown?.(event)
      }}
    />
  )
}
