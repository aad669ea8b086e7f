import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useId, useState } from 'react'
import type { Cloud } from '../../../shared/domain.ts'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Icon } from '../../components/icon.tsx'
import { Select } from '../../components/select.tsx'
import { storeChoices, visibilityChoices } from './choices.ts'
import { type Draft, tagProblem, useDraft } from './draft.ts'

/** What holds for every file that has no value of its own. */
export function CommonFields({ draft, cloud, onProperties }: { draft: Draft; cloud: Cloud | undefined; onProperties(): void }) {
  const capabilities = cloud?.capabilities ?? null
  const stores = (capabilities?.stores.length ?? 0) > 0
  const ways = capabilities?.importMethods.includes('glance-direct') === true && cloud?.kind !== 'built-in'
  const set = draft.properties.filter(({ key }) => key.trim() !== '').length
  return (
    <div className={clsx('common', !stores && 'no-store', ways && 'with-ways')}>
      <div>
        <span className="label" aria-hidden="true">
          Visibility of all
        </span>
        <Select
          label="Visibility of all"
          value={draft.visibility}
          choices={visibilityChoices}
          onChange={(value) => {
            const visibility = visibilityChoices.find((choice) => choice.value === value)?.value
            if (isVisibility(visibility)) useDraft.setState({ visibility })
          }}
        />
      </div>
      {stores && (
        <div>
          <span className="label" aria-hidden="true">
            Target store of all
          </span>
          <Select
            label="Target store of all"
            value={draft.store ?? ''}
            choices={storeChoices(capabilities)}
            onChange={(store) => useDraft.setState({ store: store === '' ? null : store })}
          />
        </div>
      )}
      {ways && <WayField staging={draft.staging} several={(capabilities?.stores.length ?? 0) > 1} />}
      <TagField tags={draft.tags} />
      <Button onClick={onProperties}>{set === 0 ? 'Properties…' : `Properties (${set})…`}</Button>
      <Checkbox label="Protect" checked={draft.protect} onChange={(protect) => useDraft.setState({ protect })} />
    </div>
  )
}

/** Straight to the image is the usual way; a cloud that converts what it imports wants the other. */
function WayField({ staging, several }: { staging: Draft['staging']; several: boolean }) {
  const all = several ? [{ value: 'all-stores', label: 'by import, to all stores' }] : []
  return (
    <div>
      <span className="label" aria-hidden="true">
        Sent
      </span>
      <Select
        label="Sent"
        value={staging ?? 'direct'}
        choices={[{ value: 'direct', label: 'directly' }, { value: 'store', label: 'by import' }, ...all]}
        onChange={(value) => useDraft.setState({ staging: value === 'store' || value === 'all-stores' ? value : null })}
      />
    </div>
  )
}

function isVisibility(value: string | undefined): value is Draft['visibility'] {
  return value === 'private' || value === 'shared' || value === 'community' || value === 'public'
}

function TagField({ tags }: { tags: readonly string[] }) {
  const id = useId()
  const [text, setText] = useState('')
  const problem = tagProblem(text)
  const add = (): void => {
    const tag = text.trim()
    if (tag === '' || tagProblem(tag) !== null) return
    if (!tags.includes(tag)) useDraft.setState({ tags: [...tags, tag] })
    setText('')
  }
  return (
    <div>
      <label className="label" htmlFor={id}>
        Tags for all {problem !== null && <span className="danger">· {problem}</span>}
      </label>
      <div className={problem === null ? 'field tagfield' : 'field tagfield bad'}>
        {tags.map((tag) => (
          <span key={tag} className="tag">
            <span className="cut">{tag}</span>
            <button
              type="button"
              aria-label={`Take out the tag ${tag}`}
              onClick={() => useDraft.setState({ tags: tags.filter((each) => each !== tag) })}
            >
              <Icon of={X} size={12} />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={text}
          placeholder="Add"
          aria-invalid={problem !== null}
          onChange={(event) => setText(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === ',') {
              event.preventDefault()
              add()
            } else if (event.key === 'Backspace' && text === '') {
              useDraft.setState({ tags: tags.slice(0, -1) })
            }
          }}
        />
      </div>
    </div>
  )
}
