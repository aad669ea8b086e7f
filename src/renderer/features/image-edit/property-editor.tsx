import { Plus, RotateCcw, Search, X } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { KnownProperty } from '../../../shared/image-protocol.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Shape } from '../../components/shape.tsx'
import { SuggestInput, type Suggestion } from '../../components/suggest-input.tsx'
import { plural } from '../../lib/plural.ts'
import { sentence } from '../../stores/core.ts'
import { changeEdit, type EditSession } from './edit-session.ts'
import {
  addProperty,
  changeAdded,
  conflictsOf,
  isReserved,
  problemsOf,
  propertyKeys,
  propertyOf,
  takeOutAdded,
  takeTheirs,
  touchProperty,
} from './edit-state.ts'
import { FieldNotes } from './field-notes.tsx'
import { PropertyValue } from './property-value.tsx'

const FILTER_FROM = 12

export function PropertyEditor({ session }: { session: EditSession }) {
  const { edit, known, refused } = session
  const [filter, setFilter] = useState('')
  const byKey = useMemo(() => new Map(known.map((property) => [property.key, property])), [known])
  const keys = propertyKeys(edit)
  const wanted = filter.trim().toLowerCase()
  const shown = keys.filter((key) => wanted === '' || `${key}\n${propertyOf(edit, key) ?? ''}`.toLowerCase().includes(wanted))
  const suggestions = known
    .filter(({ key }) => propertyOf(edit, key) === null)
    .map(({ key, title, description }): Suggestion => ({ value: key, aside: title ?? description ?? undefined }))
  return (
    <section className="edit-props" aria-label="Properties">
      <div className="edit-props-head">
        <h3 className="medium">Properties</h3>
        <span className="t3 small">{keys.length + edit.added.length}</span>
        <span className="grow" />
        {keys.length >= FILTER_FROM && (
          <label className="field quietf">
            <Icon of={Search} size={14} />
            <input
              value={filter}
              aria-label="Filter properties"
              placeholder="Filter"
              spellCheck={false}
              onChange={(event) => setFilter(event.target.value)}
            />
          </label>
        )}
        <Button small icon={Plus} onClick={() => changeEdit(addProperty)}>
          Add property
        </Button>
      </div>
      {refused?.field === 'properties' && (
        <p className="hint danger" role="alert">
          <Shape name="stop" tone="danger" /> {sentence(refused.error)}
        </p>
      )}
      {edit.added.map((row) => (
        <AddedRow key={row.id} session={session} row={row} known={byKey.get(row.key.trim())} suggestions={suggestions} />
      ))}
      {shown.map((key) => (
        <PropertyRow key={key} session={session} name={key} known={byKey.get(key)} />
      ))}
      {keys.length === 0 && edit.added.length === 0 && <p className="t2 edit-none">This image has no properties of its own.</p>}
      {keys.length > 0 && shown.length === 0 && (
        <p className="t2 edit-none">
          None of {plural(keys.length, 'property', 'properties')} matches "{filter}".
        </p>
      )}
    </section>
  )
}

function PropertyRow({ session, name, known }: { session: EditSession; name: string; known: KnownProperty | undefined }) {
  const { edit } = session
  const id = useId()
  const field = `properties.${name}`
  const value = propertyOf(edit, name)
  const problem = problemsOf(edit).get(field)
  const latest = edit.latest.properties
  const theirs = Object.hasOwn(latest, name) ? (latest[name] ?? null) : null
  const touched = edit.properties.has(name)
  const set = (next: string | null): void => changeEdit((now) => touchProperty(now, name, next), field)
  return (
    <div className="edit-prop">
      <span className={touched ? 'mono changed key' : 'mono key'} title={known?.description ?? undefined}>
        {name}
      </span>
      {isReserved(name) ? (
        <span className="mono t2 key">{value}</span>
      ) : value === null ? (
        <span className="t2 key gone">taken out</span>
      ) : (
        <PropertyValue
          name={name}
          value={value}
          known={known}
          bad={problem !== undefined || session.refused?.field === field}
          describedBy={`${id}-notes`}
          onChange={set}
        />
      )}
      {isReserved(name) ? (
        <span />
      ) : touched ? (
        <IconButton small icon={RotateCcw} label={`Set ${name} back`} onClick={() => changeEdit((now) => takeTheirs(now, field), field)} />
      ) : (
        <IconButton small icon={X} label={`Take out ${name}`} onClick={() => set(null)} />
      )}
      <FieldNotes
        session={session}
        field={field}
        id={`${id}-notes`}
        problem={problem}
        conflict={conflictsOf(edit).has(field)}
        theirs={theirs}
      />
    </div>
  )
}

interface AddedRowProps {
  session: EditSession
  row: { id: number; key: string; value: string }
  known: KnownProperty | undefined
  suggestions: readonly Suggestion[]
}

function AddedRow({ session, row, known, suggestions }: AddedRowProps) {
  const key = useRef<HTMLInputElement>(null)
  const id = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the row comes
  useEffect(() => {
    if (row.key === '') key.current?.focus()
  }, [])
  const name = row.key.trim()
  const problem = problemsOf(session.edit).get(`added.${row.id}`)
  const refused = session.refused?.field === `properties.${name}`
  const set = (part: { key?: string; value?: string }): void => changeEdit((now) => changeAdded(now, row.id, part), `properties.${name}`)
  return (
    <div className="edit-prop">
      <SuggestInput
        ref={key}
        label="Property name"
        className="mono"
        placeholder="name"
        value={row.key}
        suggestions={suggestions}
        bad={problem !== undefined || refused}
        describedBy={`${id}-notes`}
        onChange={(next) => set({ key: next })}
      />
      <PropertyValue
        name={name === '' ? 'the new property' : name}
        value={row.value}
        known={known}
        bad={refused}
        describedBy={`${id}-notes`}
        onChange={(value) => set({ value })}
      />
      <IconButton small icon={X} label="Take out this property" onClick={() => changeEdit((now) => takeOutAdded(now, row.id))} />
      <FieldNotes
        session={session}
        field={`properties.${name}`}
        id={`${id}-notes`}
        problem={problem}
        conflict={conflictsOf(session.edit).has(`properties.${name}`)}
        theirs={null}
      />
    </div>
  )
}
