import type { Ref } from 'react'
import { useId } from 'react'
import { visibilities } from '../../../shared/domain.ts'
import { Checkbox } from '../../components/checkbox.tsx'
import { GrowText } from '../../components/grow-text.tsx'
import { Select } from '../../components/select.tsx'
import { TagField } from '../../components/tag-field.tsx'
import { changeEdit, type EditSession } from './edit-session.ts'
import { conflictsOf, fieldValue, problemsOf, type Touched, touch } from './edit-state.ts'
import { FieldNotes } from './field-notes.tsx'

const visibilityAsides: Readonly<Record<string, string>> = {
  private: 'this project only',
  shared: 'and projects that it is shared with',
  community: 'everybody who knows its id',
  public: 'everybody',
}

export function EditFields({ session, nameRef }: { session: EditSession; nameRef: Ref<HTMLTextAreaElement> }) {
  const { edit } = session
  const id = useId()
  const problems = problemsOf(edit)
  const conflicts = conflictsOf(edit)
  const set = <F extends keyof Touched>(field: F, value: NonNullable<Touched[F]>): void =>
    changeEdit((now) => touch(now, field, value), field)
  const notes = (field: keyof Touched) => {
    const theirs = edit.latest[field]
    return (
      <FieldNotes
        session={session}
        field={field}
        id={`${id}-${field}-notes`}
        problem={problems.get(field)}
        conflict={conflicts.has(field)}
        theirs={typeof theirs === 'boolean' ? (theirs ? 'yes' : 'no') : String(theirs ?? '')}
      />
    )
  }
  const bad = (field: keyof Touched): boolean => problems.has(field) || session.refused?.field === field
  const changed = (field: keyof Touched): string => (edit.touched[field] === undefined ? 'label' : 'label changed')
  return (
    <div className="edit-fields">
      <div className="span">
        <label className={changed('name')} htmlFor={`${id}-name`}>
          Name
        </label>
        <GrowText
          ref={nameRef}
          id={`${id}-name`}
          value={fieldValue(edit, 'name')}
          bad={bad('name')}
          aria-describedby={`${id}-name-notes`}
          dir="auto"
          onChange={(name) => set('name', name)}
        />
        {notes('name')}
      </div>
      <div>
        <span className={changed('visibility')} aria-hidden="true">
          Visibility
        </span>
        <Select
          label="Visibility"
          value={fieldValue(edit, 'visibility')}
          shown={fieldValue(edit, 'visibility')}
          choices={visibilities.map((value) => ({ value, label: value, aside: visibilityAsides[value] }))}
          onChange={(value) => {
            const visibility = visibilities.find((known) => known === value)
            if (visibility !== undefined) set('visibility', visibility)
          }}
        />
        {notes('visibility')}
      </div>
      <div>
        <label className={changed('minDisk')} htmlFor={`${id}-minDisk`}>
          Minimum disk, GB
        </label>
        <input
          id={`${id}-minDisk`}
          className={bad('minDisk') ? 'field bad' : 'field'}
          inputMode="numeric"
          value={fieldValue(edit, 'minDisk')}
          aria-invalid={bad('minDisk')}
          aria-describedby={`${id}-minDisk-notes`}
          onChange={(event) => set('minDisk', event.target.value)}
        />
        {notes('minDisk')}
      </div>
      <div>
        <label className={changed('minRam')} htmlFor={`${id}-minRam`}>
          Minimum RAM, MB
        </label>
        <input
          id={`${id}-minRam`}
          className={bad('minRam') ? 'field bad' : 'field'}
          inputMode="numeric"
          value={fieldValue(edit, 'minRam')}
          aria-invalid={bad('minRam')}
          aria-describedby={`${id}-minRam-notes`}
          onChange={(event) => set('minRam', event.target.value)}
        />
        {notes('minRam')}
      </div>
      <div>
        <span className="label" aria-hidden="true">
          &nbsp;
        </span>
        <Checkbox label="Protected" checked={fieldValue(edit, 'protected')} onChange={(value) => set('protected', value)} />
        {notes('protected')}
      </div>
      <div>
        <span className="label" aria-hidden="true">
          &nbsp;
        </span>
        <Checkbox label="Hidden" checked={fieldValue(edit, 'hidden')} onChange={(value) => set('hidden', value)} />
        {notes('hidden')}
      </div>
      <div className="span">
        <label className={changed('tags')} htmlFor={`${id}-tags`}>
          Tags
        </label>
        <TagField
          id={`${id}-tags`}
          tags={fieldValue(edit, 'tags')}
          bad={bad('tags')}
          describedBy={`${id}-tags-notes`}
          onChange={(tags) => set('tags', tags)}
        />
        {notes('tags')}
      </div>
    </div>
  )
}
