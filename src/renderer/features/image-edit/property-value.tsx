import type { KnownProperty } from '../../../shared/image-protocol.ts'
import { GrowText } from '../../components/grow-text.tsx'
import { SuggestInput } from '../../components/suggest-input.tsx'
import { valueDoubt } from './value-doubt.ts'

interface PropertyValueProps {
  name: string
  value: string
  known: KnownProperty | undefined
  bad: boolean
  describedBy: string
  onChange(value: string): void
}

/** A value with what the cloud knows of its property: proposals where it has choices, and a word where the value is none of them. */
export function PropertyValue({ name, value, known, bad, describedBy, onChange }: PropertyValueProps) {
  const choices = known === undefined ? [] : known.type === 'boolean' ? ['true', 'false'] : known.choices
  const doubt = known === undefined || value === '' ? null : valueDoubt(known, value)
  return (
    <div className="value">
      {choices.length > 0 && !value.includes('\n') ? (
        <SuggestInput
          label={`Value of ${name}`}
          className="mono"
          placeholder="value"
          value={value}
          suggestions={choices.map((choice) => ({ value: choice }))}
          bad={bad}
          describedBy={describedBy}
          onChange={onChange}
        />
      ) : (
        <GrowText
          aria-label={`Value of ${name}`}
          className="mono"
          placeholder="value"
          value={value}
          bad={bad}
          aria-describedby={describedBy}
          onChange={onChange}
        />
      )}
      {doubt !== null ? (
        <p className="hint warn">{doubt}</p>
      ) : (
        known?.description !== undefined && known.description !== null && <p className="hint t2 about">{known.description}</p>
      )}
    </div>
  )
}
