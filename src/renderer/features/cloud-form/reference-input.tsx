import { clsx } from 'clsx'
import { useId } from 'react'
import type { CloudDraft, Reference } from '../../../shared/cloud-draft.ts'
import { Select } from '../../components/select.tsx'
import { SuggestInput } from '../../components/suggest-input.tsx'
import { FieldNote } from './field-note.tsx'
import { type CloudForm, leaveField, noteFor, setField } from './form-state.ts'

type ReferenceField = { [F in keyof CloudDraft]: CloudDraft[F] extends Reference ? F : never }[keyof CloudDraft]

interface ReferenceInputProps {
  form: CloudForm
  field: Extract<ReferenceField, 'user' | 'userDomain' | 'credential' | 'project' | 'projectDomain' | 'domain'>
  label: string
  /** Known names; any other may be typed too. */
  suggestions?: readonly string[]
}

const ways = [
  { value: 'name', label: 'name' },
  { value: 'id', label: 'id' },
]

/** A user, project, domain or credential, by its name or by its id. */
export function ReferenceInput({ form, field, label, suggestions = [] }: ReferenceInputProps) {
  const id = useId()
  const { by, value } = form.draft[field]
  const note = noteFor(form, field)
  const type = (text: string): void => setField(field, { by, value: text })
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="ref-line">
        <Select
          label={`${label} by`}
          className="ref-by"
          value={by}
          choices={ways}
          onChange={(chosen) => setField(field, { by: chosen === 'id' ? 'id' : 'name', value })}
        />
        {suggestions.length > 0 && by === 'name' ? (
          <SuggestInput
            label={label}
            value={value}
            suggestions={suggestions.map((name) => ({ value: name }))}
            onChange={type}
            bad={note !== null}
            describedBy={`${id}-note`}
            maxLength={2048}
          />
        ) : (
          <input
            id={id}
            data-field={field}
            className={clsx('field', note !== null && 'bad', by === 'id' && 'mono')}
            value={value}
            spellCheck={false}
            autoComplete="off"
            maxLength={2048}
            aria-invalid={note !== null}
            aria-describedby={`${id}-note`}
            onChange={(event) => type(event.target.value)}
            onBlur={(event) => leaveField(field, event.target.value)}
          />
        )}
      </div>
      <FieldNote id={`${id}-note`} note={note} />
    </div>
  )
}
