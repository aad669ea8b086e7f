import { Menu as Base } from '@base-ui/react/menu'
import { ChevronDown, X } from 'lucide-react'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Icon } from '../../components/icon.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { useImages } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { countValues, type FilterKey, filterKeys, filterLabels } from './filter.ts'

const VALUES_SHOWN = 200

export function FilterBar({ shown, total }: { shown: readonly Image[]; total: number }) {
  const filters = useUi((ui) => ui.filters)
  const bytes = shown.reduce((sum, image) => sum + (image.size ?? 0), 0)
  // Set filters first, as in a sentence; the others keep their order.
  const keys = [...filterKeys].sort((a, b) => Number(filters[b].length > 0) - Number(filters[a].length > 0))
  return (
    <div className="filters">
      {keys.map((key) => (
        <FilterChip key={key} of={key} />
      ))}
      <span className="count" role="status">
        {shown.length === total ? plural(total, 'image') : `${shown.length.toLocaleString('en-US')} of ${plural(total, 'image')}`}
        {bytes > 0 && `, ${formatBytes(bytes)}`}
      </span>
    </div>
  )
}

function FilterChip({ of: key }: { of: FilterKey }) {
  const chosen = useUi((ui) => ui.filters[key])
  const on = chosen.length > 0
  const label = filterLabels[key]
  const set = (values: readonly string[]): void => useUi.setState((ui) => ({ filters: { ...ui.filters, [key]: values } }))
  return (
    <Base.Root>
      {/* One trigger in both forms, so that its menu stays where it is while values are chosen. */}
      <span className={on ? 'chip on' : 'chip'}>
        <Base.Trigger className="chip-edit cut">
          {on ? (
            <>
              {label}: <b>{chosen.join(', ')}</b>
            </>
          ) : (
            <>
              {label} <Icon of={ChevronDown} size={12} />
            </>
          )}
        </Base.Trigger>
        {on && (
          <button type="button" className="x" aria-label={`Remove the filter ${label}`} onClick={() => set([])}>
            <Icon of={X} size={12} />
          </button>
        )}
      </span>
      <Base.Portal>
        <Base.Positioner className="positioner" sideOffset={4} align="start">
          <Base.Popup className="pop" aria-label={label}>
            <Values of={key} chosen={chosen} set={set} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Values({ of: key, chosen, set }: { of: FilterKey; chosen: readonly string[]; set(values: readonly string[]): void }) {
  const images = useImages(useUi((ui) => ui.cloudId))
  const counted = countValues(images.values(), key).slice(0, VALUES_SHOWN)
  const gone = chosen.filter((value) => !counted.some((each) => each.value === value)).map((value) => ({ value, count: 0 }))
  if (counted.length + gone.length === 0)
    return <div className="mi t2">{key === 'tag' ? 'No image has a tag' : 'Nothing to choose from'}</div>
  return [...gone, ...counted].map(({ value, count }) => (
    <Base.CheckboxItem
      key={value}
      className="mi"
      closeOnClick={false}
      checked={chosen.includes(value)}
      onCheckedChange={(checked) => set(checked ? [...chosen, value] : chosen.filter((each) => each !== value))}
    >
      <span className="tick">
        <Base.CheckboxItemIndicator>
          <Shape name="tick" />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="cut">{value}</span>
      <span className="n">{count.toLocaleString('en-US')}</span>
    </Base.CheckboxItem>
  ))
}
