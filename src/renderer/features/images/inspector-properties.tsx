import { Search } from 'lucide-react'
import { useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { Icon } from '../../components/icon.tsx'

/** What the record holds beside its own fields. */
export function InspectorProperties({ image }: { image: Image }) {
  const [filter, setFilter] = useState('')
  const entries = Object.entries(image.properties).sort(([a], [b]) => a.localeCompare(b))
  const wanted = filter.trim().toLowerCase()
  const shown = entries.filter(([key, value]) => `${key}\n${value}`.toLowerCase().includes(wanted))
  if (entries.length === 0) return <p className="t2">This image has no properties of its own.</p>
  return (
    <>
      {entries.length > 6 && (
        <label className="field quietf">
          <Icon of={Search} size={14} />
          <input
            value={filter}
            aria-label="Filter properties"
            placeholder={`Filter ${entries.length} properties`}
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
      )}
      <dl>
        {shown.map(([key, value]) => (
          <div key={key} className="pr">
            <dt className="mono t2">{key}</dt>
            <dd className="mono" dir="auto">
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && <p className="t2">Nothing matches "{filter}".</p>}
    </>
  )
}
