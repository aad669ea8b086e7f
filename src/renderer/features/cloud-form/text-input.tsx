import { clsx } from 'clsx'
import { useId } from 'react'
import type { CloudDraft } from '../../../shared/cloud-draft.ts'
import { SuggestInput } from '../../components/suggest-input.tsx'
import { FieldNote } from './field-note.tsx'
import { type CloudForm, leaveField, noteFor, setField } from './form-state.ts'

/** Fields of the draft that are one line of text. */
type TextField = { [F in keyof CloudDraft]: CloudDraft[F] extends string ? F : never }[keyof CloudDraft]

interface TextInputProps {
  form: CloudForm
  field: Exclude<TextField, 'method' | 'scope' | 'interface'>
  label: string
  placeholder?: string
  /** Known values; any other may be typed too. */
  suggestions?: readonly string[]
  mono?: boolean
  ref?: React.Ref<HTMLInputElement>
}

export function TextInput({ form, field, label, placeholder, suggestions = [], mono = false, ref }: TextInputProps) {
  const id = useId()
  const note = noteFor(form, field)
  const common = { 'aria-invalid': note !== null, 'aria-describedby': `${id}-note`, placeholder, maxLength: 2048 }
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      {suggestions.length > 0 ? (
        <SuggestInput
          label={label}
          value={form.draft[field]}
          suggestions={suggestions.map((value) => ({ value }))}
          onChange={(value) => setField(field, value)}
          bad={note !== null}
          describedBy={`${id}-note`}
          {...(placeholder !== undefined && { placeholder })}
          maxLength={2048}
        />
      ) : (
        <input
          ref={ref}
          id={id}
          data-field={field}
          className={clsx('field', note !== null && 'bad', mono && 'mono')}
          value={form.draft[field]}
          spellCheck={false}
          autoComplete="off"
          {...common}
          onChange={(event) => setField(field, event.target.value)}
          onBlur={(event) => leaveField(field, event.target.value)}
        />
      )}
      <FieldNote id={`${id}-note`} note={note} />
    </div>
  )
}
