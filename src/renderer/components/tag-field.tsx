import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useState } from 'react'
import { NAME_LIMIT } from '../../shared/domain.ts'
import { lengthOf } from '../../shared/image-protocol.ts'
import { Icon } from './icon.tsx'

interface TagFieldProps {
  id: string
  tags: readonly string[]
  onChange(tags: string[]): void
  bad?: boolean
  describedBy?: string | undefined
}

/** Tags as chips, with a place to type more: Enter or a comma adds one, Backspace in the empty place takes out the last. */
export function TagField({ id, tags, onChange, bad = false, describedBy }: TagFieldProps) {
  const [text, setText] = useState('')
  const long = lengthOf(text.trim()) > NAME_LIMIT
  const add = (): void => {
    const fresh = text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '' && !tags.includes(tag))
    if (long) return
    if (fresh.length > 0) onChange([...tags, ...new Set(fresh)])
    setText('')
  }
  return (
    <div className={clsx('field tagfield', (bad || long) && 'bad')}>
      {tags.map((tag) => (
        <span key={tag} className="tag">
          <span className="cut">{tag}</span>
          <button type="button" aria-label={`Take out the tag ${tag}`} onClick={() => onChange(tags.filter((each) => each !== tag))}>
            <Icon of={X} size={12} />
          </button>
        </span>
      ))}
      <input
        id={id}
        value={text}
        placeholder={tags.length === 0 ? 'Add a tag' : 'Add'}
        aria-invalid={bad || long}
        aria-describedby={describedBy}
        onChange={(event) => setText(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === ',') {
            event.preventDefault()
            add()
          } else if (event.key === 'Backspace' && text === '') {
            onChange(tags.slice(0, -1))
          }
        }}
      />
      {long && <span className="small danger">A tag has at most {NAME_LIMIT} characters</span>}
    </div>
  )
}
