import { Menu as Base } from '@base-ui/react/menu'
import { ChevronDown, Plus, X } from 'lucide-react'
import type { Image } from '../../../shared/domain.ts'
import { type FilterKey, filterKeys } from '../../../shared/image-table.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Icon } from '../../components/icon.tsx'
import { plural } from '../../lib/plural.ts'
import { useNarrow } from '../../lib/use-narrow.ts'
import { useCloud, useData, useListKnown } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { filterLabels, valueLabel } from './filter.ts'
import { FilterValues, setFilter } from './filter-values.tsx'
import { ViewsMenu } from './views-menu.tsx'

/** Filters that are offered without being asked for; the others are under "Filter". */
const common: readonly FilterKey[] = ['status', 'format', 'visibility', 'tag']
const commonNarrow: readonly FilterKey[] = ['status', 'format']

export function FilterBar({ shown, total }: { shown: readonly Image[]; total: number }) {
  const filters = useUi((ui) => ui.filters)
  const narrow = useNarrow()
  const offered = narrow ? commonNarrow : common
  // Set filters first, as in a sentence; the others keep their order.
  const set = filterKeys.filter((key) => filters[key].length > 0)
  const keys = [...set, ...offered.filter((key) => !set.includes(key))]
  return (
    <div className="filters">
      <ViewsMenu />
      <span className="chips">
        {keys.map((key) => (
          <FilterChip key={key} of={key} />
        ))}
        <MoreFilters keys={filterKeys.filter((key) => !keys.includes(key))} />
      </span>
      <Count shown={shown} total={total} />
      <ColumnChooser />
    </div>
  )
}

/** How many rows, and how much data; while the list is still being read, or is not read to its end, that too. */
function Count({ shown, total }: { shown: readonly Image[]; total: number }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const reading = useData((data) => cloudId !== null && data.images[cloudId]?.state.loadedAt === null)
  const more = useData((data) => cloudId !== null && data.images[cloudId]?.state.more === true)
  const known = useListKnown(cloudId)
  if (!known) return <span className="count" role="status" />
  const bytes = shown.reduce((sum, image) => sum + (image.size ?? 0), 0)
  return (
    <span className="count cut" role="status">
      {shown.length === total ? plural(total, 'image') : `${shown.length.toLocaleString('en-US')} of ${plural(total, 'image')}`}
      {reading ? ' so far' : more && ', the newest of more'}
      {bytes > 0 && `, ${formatBytes(bytes)}`}
    </span>
  )
}

function FilterChip({ of: key }: { of: FilterKey }) {
  const chosen = useUi((ui) => ui.filters[key])
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  const on = chosen.length > 0
  const label = filterLabels[key]
  const words = chosen.map((value) => valueLabel(key, value, cloud)).join(', ')
  return (
    <Base.Root>
      {/* One trigger in both forms, so that its menu stays where it is while values are chosen. */}
      <span className={on ? 'chip on' : 'chip'}>
        <Base.Trigger className="chip-edit cut" title={on ? `${label}: ${words}` : undefined}>
          {on ? (
            <>
              {label}: <b>{words}</b>
            </>
          ) : (
            <>
              {label} <Icon of={ChevronDown} size={12} />
            </>
          )}
        </Base.Trigger>
        {on && (
          <button type="button" className="x" aria-label={`Remove the filter ${label}`} onClick={() => setFilter(key, [])}>
            <Icon of={X} size={12} />
          </button>
        )}
      </span>
      <Base.Portal>
        <Base.Positioner className="positioner" sideOffset={4} align="start">
          <Base.Popup className="pop" aria-label={label}>
            <FilterValues of={key} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** All that is not in sight already. A value that is set there makes a chip of its own. */
function MoreFilters({ keys }: { keys: readonly FilterKey[] }) {
  if (keys.length === 0) return null
  return (
    <Base.Root>
      <span className="chip">
        <Base.Trigger className="chip-edit">
          <Icon of={Plus} size={12} /> Filter
        </Base.Trigger>
      </span>
      <Base.Portal>
        <Base.Positioner className="positioner" sideOffset={4} align="start">
          <Base.Popup className="pop" aria-label="More filters">
            {keys.map((key) => (
              <Base.SubmenuRoot key={key}>
                <Base.SubmenuTrigger className="mi">
                  {filterLabels[key]}
                  <span className="n">
                    <Icon of={ChevronDown} size={12} className="sideways" />
                  </span>
                </Base.SubmenuTrigger>
                <Base.Portal>
                  <Base.Positioner className="positioner" sideOffset={2} alignOffset={-4}>
                    <Base.Popup className="pop" aria-label={filterLabels[key]}>
                      <FilterValues of={key} />
                    </Base.Popup>
                  </Base.Positioner>
                </Base.Portal>
              </Base.SubmenuRoot>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
